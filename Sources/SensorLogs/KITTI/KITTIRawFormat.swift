import Foundation
import Geometry

/// A KITTI raw drive: `DATE/DATE_drive_NNNN_sync` with `calib_*.txt` in `DATE`.
enum KITTIRawFormat: LogFormat {
  static let name = "kitti-raw"
  static let sensorFolders = [
    "image_00", "image_01", "image_02", "image_03", "velodyne_points", "oxts",
  ]

  static func recognizes(_ path: LogPath) -> Bool { !drives(of: path).isEmpty }

  static func open(_ path: LogPath) throws -> any RecordedLog {
    let drives = drives(of: path)
    guard drives.count == 1, let drive = drives.first else {
      throw LogError(
        .unreadable, file: path.path,
        problem: "holds \(drives.count) drives; give one of them: "
          + drives.prefix(5).joined(separator: ", "))
    }
    var listing = KITTIRawListing(drive: drive.isEmpty ? path.path : path.appending(drive))
    listing.list()
    return try FileLog(
      format: name, path: path.path, entries: listing.entries, damage: listing.damage,
      notes: listing.notes)
  }

  /// Drives at a path: empty text for the path itself.
  private static func drives(of path: LogPath) -> [String] {
    guard let entries = path.entries else { return [] }
    if isDrive(path.path, entries) { return [""] }
    return entries.filter { name in
      name.contains("_drive_")
        && isDrive(path.appending(name), FolderListing.names(in: path.appending(name)))
    }
  }

  private static func isDrive(_ folder: String, _ names: [String]) -> Bool {
    names.contains { name in
      sensorFolders.contains(name) && FolderListing.exists("\(folder)/\(name)/timestamps.txt")
    }
  }
}

/// Finds the messages of a KITTI raw drive.
struct KITTIRawListing {
  let drive: String
  var entries: [FileEntry] = []
  var damage: [LogDamage] = []
  var notes: [String] = []
  private let calibration: KITTIRawCalibration

  init(drive: String) {
    self.drive = drive
    let parent = drive + "/.."
    let folder =
      FolderListing.exists(parent + "/calib_cam_to_cam.txt") ? parent : drive
    calibration = KITTIRawCalibration(folder: folder)
  }

  mutating func list() {
    let cameras = [
      (0, "/stereo/left/image", "camera_gray_left"),
      (1, "/stereo/right/image", "camera_gray_right"),
      (2, "/camera/left/image", "camera_left"), (3, "/camera/right/image", "camera_right"),
    ]
    let hasCalibration = FolderListing.exists(calibration.path("calib_cam_to_cam.txt"))
    if !hasCalibration {
      notes.append("calib_cam_to_cam.txt was not found beside the drive: images have no camera")
    }
    for (number, topic, frameName) in cameras {
      let calibration = calibration
      each("image_0\(number)", FolderListing.imageExtensions) { path, file, place in
        var image = ImageFile(path: path, file: file, place: place)
        if hasCalibration { image.camera = { try calibration.camera(number, size: $0) } }
        return [(topic, frameName, image)]
      }
    }
    each("velodyne_points", ["bin", "txt"]) { path, file, place in
      let format = FolderListing.fileExtension(file) == "bin" ? "bin" : "txt"
      return [
        (
          "/lidar/points", "lidar",
          CloudFile(
            path: path, file: file, place: place, format: format == "bin" ? .kittiBin : .xyz)
        )
      ]
    }
    each("oxts", ["txt"]) { path, file, place in
      [
        ("/imu", "imu", KITTIOXTSContent(path: path, file: file, place: place, kind: .imu)),
        ("/gps/fix", "imu", KITTIOXTSContent(path: path, file: file, place: place, kind: .fix)),
        ("/oxts", "imu", KITTIOXTSContent(path: path, file: file, place: place, kind: .all)),
      ]
    }
    if hasCalibration, let first = entries.map(\.timestamp).min() {
      entries.append(
        FileEntry(
          topic: "/tf_static", timestamp: first, frameName: "lidar",
          content: KITTIRawTransforms(calibration: calibration)))
    }
  }

  /// Adds the messages of one sensor: line i of `timestamps.txt` belongs to file number i.
  private mutating func each(
    _ sensor: String, _ extensions: Set<String>,
    _ contents: (_ path: String, _ file: String, _ place: String) -> [(
      String, String, any FileContent
    )]
  ) {
    let folder = drive + "/" + sensor
    let names = FolderListing.names(in: folder + "/data")
      .filter { extensions.contains(FolderListing.fileExtension($0)) }
    guard FolderListing.isFolder(folder) else { return }
    let timesFile = sensor + "/timestamps.txt"
    let text =
      (try? RandomAccessFile.text(of: drive + "/" + timesFile, named: timesFile, place: ""))
    guard let text else {
      damage.append(
        LogDamage(file: timesFile, place: "", problem: "cannot be read: \(names.count) files lost"))
      return
    }
    let times = NumberText.lines(text).map { KITTIRawTime.parse($0) }
    var present = Set<Int>()
    for name in names {
      let file = "\(sensor)/data/\(name)"
      guard let number = FolderListing.number(FolderListing.stem(name)) else {
        notes.append("\(file) was left out: its name is no frame number")
        continue
      }
      let place = "frame \(FolderListing.stem(name))"
      guard number < times.count, let time = times[number] else {
        damage.append(
          LogDamage(file: timesFile, place: place, problem: "has no time for \(name)"))
        continue
      }
      present.insert(number)
      for (topic, frameName, content) in contents(drive + "/" + file, file, place) {
        entries.append(
          FileEntry(topic: topic, timestamp: time, frameName: frameName, content: content))
      }
    }
    for (number, time) in times.enumerated() where time != nil && !present.contains(number) {
      let digits = String(number)
      let stem = String(repeating: "0", count: max(0, 10 - digits.count)) + digits
      damage.append(
        LogDamage(
          file: "\(sensor)/data/\(stem)", place: "frame \(stem)",
          problem: "is missing although \(timesFile) gives its time"))
    }
  }
}
