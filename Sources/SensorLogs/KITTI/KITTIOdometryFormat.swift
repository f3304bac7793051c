import Foundation
import Geometry

/// A sequence of the KITTI odometry benchmark: `velodyne`, `image_0` to `image_3`, `calib.txt`, `times.txt`, poses.
enum KITTIOdometryFormat: LogFormat {
  static let name = "kitti-odometry"
  static let calibrationNames = ["calib.txt", "calib_velo_to_cam0.txt"]

  static func recognizes(_ path: LogPath) -> Bool {
    guard let entries = path.entries else { return false }
    let hasSensor = KITTIOdometryListing.sensors.contains { entries.contains($0.folder) }
    let markers = calibrationNames + ["times.txt", "poses.txt"]
    return hasSensor && markers.contains { entries.contains($0) }
  }

  static func open(_ path: LogPath) throws -> any RecordedLog {
    var listing = KITTIOdometryListing(root: path.path, names: path.entries ?? [])
    try listing.list()
    return try FileLog(
      format: name, path: path.path, entries: listing.entries, damage: listing.damage,
      notes: listing.notes)
  }
}

/// Finds the messages of an odometry sequence.
struct KITTIOdometryListing {
  static let sensors: [(folder: String, topic: String, frame: String, camera: Int?)] = [
    ("velodyne", "/lidar/points", "lidar", nil),
    ("image_0", "/stereo/left/image", "camera_gray_left", 0),
    ("image_l", "/stereo/left/image", "camera_gray_left", 0),
    ("image_1", "/stereo/right/image", "camera_gray_right", 1),
    ("image_r", "/stereo/right/image", "camera_gray_right", 1),
    ("image_2", "/camera/left/image", "camera_left", 2),
    ("image_3", "/camera/right/image", "camera_right", 3),
  ]

  let root: String
  let names: [String]
  var entries: [FileEntry] = []
  var damage: [LogDamage] = []
  var notes: [String] = []

  mutating func list() throws {
    let times = readTimes()
    let calibration = readCalibration()
    for sensor in Self.sensors where names.contains(sensor.folder) {
      let extensions = sensor.camera == nil ? ["bin"] : FolderListing.imageExtensions
      for name in FolderListing.names(in: root + "/" + sensor.folder)
      where extensions.contains(FolderListing.fileExtension(name)) {
        let stem = FolderListing.stem(name)
        let file = sensor.folder + "/" + name
        guard let number = FolderListing.number(stem), let time = time(number, times) else {
          notes.append("\(file) was left out: it has no frame number or no time")
          continue
        }
        let content = content(file, "frame \(stem)", sensor.camera, calibration)
        entries.append(
          FileEntry(
            topic: sensor.topic, timestamp: time, frameName: sensor.frame, content: content))
      }
    }
    addTransforms(times, calibration)
  }

  private func content(
    _ file: String, _ place: String, _ number: Int?, _ calibration: KITTICalibration?
  ) -> any FileContent {
    guard let number else {
      return CloudFile(path: root + "/" + file, file: file, place: place, format: .kittiBin)
    }
    var image = ImageFile(path: root + "/" + file, file: file, place: place)
    if let calibration, calibration.projections[number] != nil {
      image.camera = { size in
        guard let camera = calibration.camera(number, width: size.width, height: size.height)
        else {
          throw LogError(.undecodable, file: "calib.txt", problem: "P\(number) is no camera")
        }
        return camera
      }
    }
    return image
  }

  private mutating func addTransforms(_ times: [Double], _ calibration: KITTICalibration?) {
    let frames = Dictionary(
      entries.compactMap { entry in
        FolderListing.number(String(entry.content.place.dropFirst("frame ".count)))
          .map { ($0, entry.timestamp) }
      }, uniquingKeysWith: { first, _ in first })
    for (number, pose) in readPoses() where frames[number] != nil {
      let edge = FrameTransforms.Edge(
        parent: "world", child: "camera_gray_left", parentFromChild: pose)
      entries.append(
        FileEntry(
          topic: "/tf", timestamp: frames[number] ?? Timestamp(nanoseconds: 0), frameName: "world",
          content: TransformsContent(edges: [edge], file: "poses.txt", place: "frame \(number)")))
    }
    guard let calibration, let first = entries.map(\.timestamp).min(),
      names.contains("velodyne")
    else { return }
    let cameras = ["camera_gray_left", "camera_gray_right", "camera_left", "camera_right"]
    var edges = cameras.enumerated().compactMap { number, name in
      calibration.cameraFromLidar(camera: number).map {
        FrameTransforms.Edge(
          parent: "lidar", child: name, parentFromChild: $0.inverse, isStatic: true)
      }
    }
    if edges.isEmpty {
      edges = [
        FrameTransforms.Edge(
          parent: "lidar", child: "camera_gray_left",
          parentFromChild: calibration.rectifiedFromLidar.inverse, isStatic: true)
      ]
    }
    entries.append(
      FileEntry(
        topic: "/tf_static", timestamp: first, frameName: "lidar",
        content: TransformsContent(edges: edges, file: "calib.txt", place: "")))
  }

  private func time(_ number: Int, _ times: [Double]) -> Timestamp? {
    if times.isEmpty { return FolderListing.instant(ofFrame: number, rate: 10) }
    return number < times.count && abs(times[number]) < 9e9
      ? Timestamp(seconds: times[number]) : nil
  }
}
