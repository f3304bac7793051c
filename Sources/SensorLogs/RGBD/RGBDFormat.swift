import Foundation
import Geometry

/// Colour and depth folders: 7-Scenes, TUM RGB-D and Open3D layouts.
///
/// Topics: `/camera/color/image`, `/camera/depth/image`, `/camera/depth/camera_info`, `/tf` (world from camera). Colour and
/// depth are taken to share one camera, as the tools for these data sets do.
enum RGBDFormat: LogFormat {
  static let name = "rgbd-folder"

  static func recognizes(_ path: LogPath) -> Bool { layout(path) != nil }

  static func open(_ path: LogPath) throws -> any RecordedLog {
    var listing = RGBDListing(root: path.path, names: path.entries ?? [])
    let layout = layout(path)
    switch layout {
    case .sevenScenes: try listing.listSevenScenes()
    case .tum: try listing.listTUM()
    case .folders(let color, let depth): try listing.listFolders(color: color, depth: depth)
    case nil: break
    }
    return try FileLog(
      format: name, path: path.path, entries: listing.entries, damage: listing.damage,
      notes: listing.notes)
  }

  private enum Layout {
    case sevenScenes, tum
    case folders(color: String, depth: String)
  }

  private static func layout(_ path: LogPath) -> Layout? {
    guard let names = path.entries else { return nil }
    if names.contains("rgb.txt") && names.contains("depth.txt") { return .tum }
    if names.contains(where: { $0.hasPrefix("frame-") && $0.hasSuffix(".depth.png") }) {
      return .sevenScenes
    }
    for color in ["color", "rgb", "image", "images", "rgb_images"] where names.contains(color) {
      for depth in ["depth", "depth_images"] where names.contains(depth) {
        if FolderListing.isFolder(path.appending(color)),
          !FolderListing.images(in: path.appending(depth)).isEmpty
        {
          return .folders(color: color, depth: depth)
        }
      }
    }
    return nil
  }
}

/// Finds the messages of an RGB-D folder.
struct RGBDListing {
  let root: String
  let names: [String]
  var entries: [FileEntry] = []
  var damage: [LogDamage] = []
  var notes: [String] = []
  /// Frame name of camera and images.
  let frameName = "camera"

  init(root: String, names: [String]) {
    self.root = root
    self.names = names
  }

  /// How depth files are to be read.
  struct DepthReading {
    var metresPerUnit: Double
    var missingValue: UInt16?
  }

  mutating func addColor(
    _ file: String, _ time: Timestamp, _ place: String, _ camera: RGBDIntrinsics
  ) {
    let image = ImageFile(path: root + "/" + file, file: file, place: place) {
      camera.model(for: $0)
    }
    add("/camera/color/image", time, image)
  }

  mutating func addDepth(
    _ file: String, _ time: Timestamp, _ place: String, _ camera: RGBDIntrinsics,
    _ reading: DepthReading
  ) {
    let path = root + "/" + file
    add(
      "/camera/depth/image", time,
      DepthFile(
        path: path, file: file, place: place, metresPerUnit: reading.metresPerUnit,
        missingValue: reading.missingValue, camera: { camera.model(for: $0) }))
    add(
      "/camera/depth/camera_info", time,
      RGBDCameraContent(path: path, file: file, place: place, intrinsics: camera))
  }

  mutating func add(_ topic: String, _ time: Timestamp, _ content: any FileContent) {
    entries.append(
      FileEntry(
        topic: topic, timestamp: time, frameName: topic == "/tf" ? "world" : frameName,
        content: content))
  }

  mutating func reportMissing(_ file: String, _ place: String, _ what: String) {
    damage.append(
      LogDamage(file: file, place: place, problem: "the \(what) of this frame is missing"))
  }

  static func worldFromCamera(_ pose: Pose) -> FrameTransforms.Edge {
    FrameTransforms.Edge(parent: "world", child: "camera", parentFromChild: pose)
  }
}

/// A pinhole camera given by its matrix, for images of the size that it was made for.
struct RGBDIntrinsics: Sendable, Equatable {
  var focalLength: Vector2
  var principalPoint: Vector2

  func model(for size: PixelSize) -> CameraModel {
    CameraModel(
      width: size.width, height: size.height, focalLength: focalLength,
      principalPoint: principalPoint)
  }
}

/// The camera of one depth image: its size comes from the image's header.
struct RGBDCameraContent: FileContent {
  var path: String
  var file: String
  var place: String
  var intrinsics: RGBDIntrinsics

  var payloadType: String { CameraModel.typeName }

  func payload(_ note: (LogDamage) -> Void) throws -> any Payload {
    guard let size = ImageFile.size(of: path) else {
      throw failure("the depth image's header does not tell its size")
    }
    return intrinsics.model(for: size)
  }

  func check() -> FileCheck {
    // The image reports what is wrong with its own header.
    var check = FileCheck()
    check.isReadable = ImageFile.size(of: path) != nil
    return check
  }
}
