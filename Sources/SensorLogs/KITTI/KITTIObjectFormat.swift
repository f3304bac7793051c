import Foundation
import Geometry

/// The KITTI 3D object benchmark: `training` or `testing` with `velodyne`, `image_2`, `image_3`, `calib`, `label_2`.
///
/// Frame `i` is at `i * 100 ms`: its number, not its position, so that a subset keeps its times.
enum KITTIObjectFormat: LogFormat {
  static let name = "kitti-object"

  static func recognizes(_ path: LogPath) -> Bool { split(of: path) != nil }

  static func open(_ path: LogPath) throws -> any RecordedLog {
    guard let split = split(of: path) else {
      throw LogError(.unreadable, file: path.path, problem: "is no KITTI object folder")
    }
    var listing = KITTIObjectListing(root: path.path, split: split)
    try listing.listFrames()
    if split == "training", path.entries?.contains("testing") == true {
      listing.notes.append("testing/ was left out: give that folder itself to read it")
    }
    return try FileLog(
      format: name, path: path.path, entries: listing.entries, damage: listing.damage,
      notes: listing.notes)
  }

  /// The split's folder relative to `path`: `training`, `testing`, or empty when `path` is the split itself.
  private static func split(of path: LogPath) -> String? {
    guard let entries = path.entries else { return nil }
    if isSplit(path.path, entries) { return "" }
    for split in ["training", "testing"] where entries.contains(split) {
      let folder = path.appending(split)
      if isSplit(folder, FolderListing.names(in: folder)) { return split }
    }
    return nil
  }

  private static func isSplit(_ folder: String, _ names: [String]) -> Bool {
    guard names.contains("calib"), FolderListing.isFolder(folder + "/calib") else { return false }
    let others = ["velodyne", "velodyne_reduced", "image_2", "label_2"]
    return names.contains { others.contains($0) }
      || ["training", "testing"].contains(FolderListing.lastComponent(folder))
  }
}

/// Finds the frames of a KITTI object split and what is missing of them.
struct KITTIObjectListing {
  let root: String
  let split: String
  var entries: [FileEntry] = []
  var damage: [LogDamage] = []
  var notes: [String] = []

  init(root: String, split: String) {
    self.root = root
    self.split = split
  }

  /// Names of the files of one kind by frame.
  private struct Kind {
    var folder: String
    var what: String
    var names: [String: String]
    var isPresent: Bool { !names.isEmpty }
  }

  mutating func listFrames() throws {
    let reduced = FolderListing.names(in: absolute("velodyne_reduced"))
    let whole = FolderListing.names(in: absolute("velodyne"))
    let scans = kind(
      whole.isEmpty && !reduced.isEmpty ? "velodyne_reduced" : "velodyne", "scan", ["bin"])
    let left = kind("image_2", "image", FolderListing.imageExtensions)
    let right = kind("image_3", "right image", FolderListing.imageExtensions)
    let calibrations = kind("calib", "calibration", ["txt"])
    let labels = kind("label_2", "label file", ["txt"])
    let stems = Set(scans.names.keys).union(left.names.keys).sorted(
      by: FolderListing.naturallyPrecedes)
    guard !stems.isEmpty else {
      throw LogError(
        .unreadable, file: root,
        problem: "no frames: there are no scans in \(relative("velodyne")) and no images in "
          + "\(relative("image_2"))")
    }
    for stem in stems {
      guard let number = FolderListing.number(stem),
        let time = FolderListing.instant(ofFrame: number, rate: 10)
      else {
        notes.append("'\(stem)' was left out: frames of KITTI bear numbers")
        continue
      }
      for kind in [scans, left, right, labels, calibrations] where kind.isPresent {
        reportMissing(kind, stem)
      }
      let frame = KITTIObjectFrame(
        stem: stem,
        calibration: file(calibrations, stem) ?? relative("calib/\(stem).txt"),
        image: file(left, stem), root: root)
      add(
        frame, time, scan: file(scans, stem), right: file(right, stem), labels: file(labels, stem))
    }
  }

  private mutating func add(
    _ frame: KITTIObjectFrame, _ time: Timestamp, scan: String?, right: String?, labels: String?
  ) {
    func entry(_ topic: String, _ frameName: String, _ content: any FileContent) {
      entries.append(
        FileEntry(topic: topic, timestamp: time, frameName: frameName, content: content))
    }
    if let scan {
      entry(
        "/lidar/points", "lidar",
        CloudFile(path: root + "/" + scan, file: scan, place: frame.place, format: .kittiBin))
    }
    if let image = frame.image {
      entry("/camera/left/image", "camera_left", frame.imageFile(image, camera: 2))
      entry(
        "/camera/left/camera_info", "camera_left",
        KITTICameraContent(frame: frame, camera: 2, image: image))
    }
    if let right {
      entry("/camera/right/image", "camera_right", frame.imageFile(right, camera: 3))
      entry(
        "/camera/right/camera_info", "camera_right",
        KITTICameraContent(frame: frame, camera: 3, image: right))
    }
    if let labels {
      let content = KITTILabelsContent(frame: frame, file: labels)
      entry("/labels", "lidar", content)
      entry("/labels/image", "camera_left", KITTIImageLabelsContent(labels: content))
    }
    entry(
      "/tf_static", "lidar",
      KITTITransformsContent(frame: frame, cameras: right == nil ? [2] : [2, 3]))
  }

  private mutating func reportMissing(_ kind: Kind, _ stem: String) {
    guard kind.names[stem] == nil else { return }
    let suffix = kind.names.values.first.map { FolderListing.fileExtension($0) } ?? "txt"
    damage.append(
      LogDamage(
        file: relative("\(kind.folder)/\(stem).\(suffix)"), place: "frame \(stem)",
        problem: "the \(kind.what) is missing in \(kind.folder)/"))
  }

  private func kind(_ folder: String, _ what: String, _ extensions: Set<String>) -> Kind {
    var names: [String: String] = [:]
    for name in FolderListing.names(in: absolute(folder))
    where extensions.contains(FolderListing.fileExtension(name)) {
      let stem = FolderListing.stem(name)
      if folder != "calib" || FolderListing.number(stem) != nil { names[stem] = name }
    }
    return Kind(folder: folder, what: what, names: names)
  }

  private func file(_ kind: Kind, _ stem: String) -> String? {
    kind.names[stem].map { relative("\(kind.folder)/\($0)") }
  }

  private func relative(_ name: String) -> String { split.isEmpty ? name : split + "/" + name }
  private func absolute(_ name: String) -> String { root + "/" + relative(name) }
}
