import Foundation
import Geometry

/// The EuRoC layout (ASL): `mav0` with `cam0`, `cam1`, `imu0` and `state_groundtruth_estimate0`.
///
/// Topics: `/stereo/left/image`, `/stereo/right/image`, `/imu`, `/tf` (world from imu), `/tf_static` (imu from cameras).
enum EuRoCFormat: LogFormat {
  static let name = "euroc"

  static func recognizes(_ path: LogPath) -> Bool { folder(path) != nil }

  static func open(_ path: LogPath) throws -> any RecordedLog {
    guard let folder = folder(path) else {
      throw LogError(.unreadable, file: path.path, problem: "is no EuRoC folder")
    }
    var listing = EuRoCListing(root: folder.isEmpty ? path.path : path.appending(folder))
    listing.list()
    return try FileLog(
      format: name, path: path.path, entries: listing.entries, damage: listing.damage)
  }

  /// `mav0`, or empty when the path is that folder; nil for another layout.
  private static func folder(_ path: LogPath) -> String? {
    guard let entries = path.entries else { return nil }
    for folder in ["", "mav0"] where folder.isEmpty || entries.contains(folder) {
      let base = folder.isEmpty ? path.path : path.appending(folder)
      if ["cam0", "imu0"].contains(where: { FolderListing.exists("\(base)/\($0)/data.csv") }) {
        return folder
      }
    }
    return nil
  }
}

/// Finds the messages of a EuRoC folder.
struct EuRoCListing {
  let root: String
  var entries: [FileEntry] = []
  var damage: [LogDamage] = []

  init(root: String) { self.root = root }

  mutating func list() {
    var edges: [FrameTransforms.Edge] = []
    for (folder, side) in [("cam0", "left"), ("cam1", "right")]
    where FolderListing.isFolder(root + "/" + folder) {
      let sensor = readSensor(folder)
      if let pose = sensor?.bodyFromSensor {
        edges.append(
          FrameTransforms.Edge(
            parent: "imu", child: "camera_\(side)", parentFromChild: pose, isStatic: true))
      }
      listImages(folder, side, sensor)
    }
    listSamples()
    listPoses()
    guard !edges.isEmpty, let first = entries.map(\.timestamp).min() else { return }
    entries.append(
      FileEntry(
        topic: "/tf_static", timestamp: first, frameName: "imu",
        content: TransformsContent(edges: edges, file: "cam0/sensor.yaml", place: "")))
  }

  private mutating func listImages(_ folder: String, _ side: String, _ sensor: EuRoCSensor?) {
    rows(of: folder + "/data.csv") { listing, time, columns, place in
      guard columns.count == 1, !columns[0].contains("/"), !columns[0].isEmpty else {
        listing.report(folder + "/data.csv", place, "is no time and name of an image")
        return
      }
      let file = "\(folder)/data/\(columns[0])"
      var image = ImageFile(
        path: listing.root + "/" + file, file: file,
        place: "frame \(FolderListing.stem(String(columns[0])))")
      if let sensor, sensor.focalLength != nil { image.camera = { try sensor.camera($0, folder) } }
      listing.entries.append(
        FileEntry(
          topic: "/stereo/\(side)/image", timestamp: time, frameName: "camera_\(side)",
          content: image))
    }
  }

  private mutating func listSamples() {
    let file = "imu0/data.csv"
    rows(of: file) { listing, time, columns, place in
      guard let v = try? NumberText.numbers(columns), v.count == 6 else {
        listing.report(file, place, "is no time with six numbers; the sample is left out")
        return
      }
      listing.entries.append(
        FileEntry(
          topic: "/imu", timestamp: time, frameName: "imu",
          content: IMUContent(
            file: file, place: place, angularVelocity: Vector3(v[0], v[1], v[2]),
            acceleration: Vector3(v[3], v[4], v[5]))))
    }
  }

  private mutating func listPoses() {
    let file = "state_groundtruth_estimate0/data.csv"
    rows(of: file) { listing, time, columns, place in
      guard let v = try? NumberText.numbers(columns), v.count >= 7,
        abs(v[3]) + Vector3(v[4], v[5], v[6]).length > 0.5
      else {
        listing.report(file, place, "is no time with a pose (px py pz qw qx qy qz); it is left out")
        return
      }
      let pose = Pose(
        rotation: Quaternion(w: v[3], x: v[4], y: v[5], z: v[6]),
        translation: Vector3(v[0], v[1], v[2]))
      let edge = FrameTransforms.Edge(parent: "world", child: "imu", parentFromChild: pose)
      listing.entries.append(
        FileEntry(
          topic: "/tf", timestamp: time, frameName: "world",
          content: TransformsContent(edges: [edge], file: file, place: place)))
    }
  }

  /// Calls `body` for the lines of a table: nanoseconds, then the other columns.
  private mutating func rows(
    of file: String,
    _ body: (inout EuRoCListing, Timestamp, [Substring], _ place: String) -> Void
  ) {
    guard FolderListing.exists(root + "/" + file) else { return }
    guard let text = try? RandomAccessFile.text(of: root + "/" + file, named: file, place: "")
    else {
      report(file, "", "cannot be read")
      return
    }
    for (index, line) in NumberText.lines(text).enumerated() {
      guard let first = line.first, first != "#" else { continue }
      let columns = line.split(separator: ",", omittingEmptySubsequences: false)
        .map { NumberText.words($0).first ?? "" }
      let place = "line \(index + 1)"
      guard columns.count > 1, let nanoseconds = Int64(columns[0]) else {
        report(file, place, "'\(line.prefix(40))' does not start with a time in nanoseconds")
        continue
      }
      body(&self, Timestamp(nanoseconds: nanoseconds), Array(columns.dropFirst()), place)
    }
  }

  private mutating func report(_ file: String, _ place: String, _ problem: String) {
    damage.append(LogDamage(file: file, place: place, problem: problem))
  }

  private mutating func readSensor(_ folder: String) -> EuRoCSensor? {
    let file = folder + "/sensor.yaml"
    guard FolderListing.exists(root + "/" + file) else { return nil }
    do {
      return try EuRoCSensor(
        RandomAccessFile.text(of: root + "/" + file, named: file, place: ""), named: file)
    } catch {
      damage.append(LogDamage(error, file: file, place: ""))
      return nil
    }
  }
}
