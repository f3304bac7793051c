import Foundation
import Geometry

/// The files of one frame of the object benchmark; paths are relative to the log.
struct KITTIObjectFrame: Sendable {
  var stem: String
  var calibration: String
  var image: String?
  var root: String

  var place: String { "frame \(stem)" }

  func readCalibration() throws -> KITTICalibration {
    let text = try RandomAccessFile.text(
      of: root + "/" + calibration, named: calibration, place: place)
    return try KITTICalibration(parsing: text, named: calibration, place: place)
  }

  func camera(_ number: Int, size: PixelSize) throws -> CameraModel {
    guard
      let camera = try readCalibration().camera(number, width: size.width, height: size.height)
    else {
      throw LogError(
        .undecodable, file: calibration, place: place,
        problem: "calibration: P\(number) is missing (expected 12 numbers)")
    }
    return camera
  }

  func imageFile(_ file: String, camera: Int) -> ImageFile {
    ImageFile(path: root + "/" + file, file: file, place: place) { size in
      try self.camera(camera, size: size)
    }
  }
}

/// The camera of one frame: projection from the calibration, size from the image's header.
struct KITTICameraContent: FileContent {
  var frame: KITTIObjectFrame
  var camera: Int
  var image: String

  var file: String { frame.calibration }
  var place: String { frame.place }
  var payloadType: String { CameraModel.typeName }

  func payload(_ note: (LogDamage) -> Void) throws -> any Payload {
    guard let size = ImageFile.size(of: frame.root + "/" + image) else {
      throw LogError(
        .undecodable, file: image, place: place,
        problem: "the image's header does not tell its size")
    }
    return try frame.camera(camera, size: size)
  }

  func check() -> FileCheck { checkByDecoding() }
}

/// The labelled boxes of one frame in the LiDAR frame.
struct KITTILabelsContent: FileContent {
  var frame: KITTIObjectFrame
  var file: String

  var place: String { frame.place }
  var payloadType: String { Detections3D.typeName }

  func labels() throws -> [KITTILabel] {
    let text = try RandomAccessFile.text(of: frame.root + "/" + file, named: file, place: place)
    return try KITTILabel.parse(text, named: file, place: place)
  }

  func payload(_ note: (LogDamage) -> Void) throws -> any Payload {
    let labels = try labels()
    let calibration = try frame.readCalibration()
    return Detections3D(boxes: labels.compactMap { $0.box3D(calibration) })
  }

  func check() -> FileCheck { checkByDecoding() }
}

/// The labelled boxes of one frame in the left image; regions without a box in space (`DontCare`) are left out.
struct KITTIImageLabelsContent: FileContent {
  var labels: KITTILabelsContent

  var file: String { labels.file }
  var place: String { labels.place }
  var payloadType: String { Detections2D.typeName }

  func payload(_ note: (LogDamage) -> Void) throws -> any Payload {
    Detections2D(boxes: try labels.labels().filter { !$0.isRegion }.map(\.box))
  }

  func check() -> FileCheck { checkByDecoding() }
}

/// The rigid transforms of one frame: the cameras in the LiDAR frame.
struct KITTITransformsContent: FileContent {
  var frame: KITTIObjectFrame
  var cameras: [Int]

  var file: String { frame.calibration }
  var place: String { frame.place }
  var payloadType: String { FrameTransforms.typeName }

  func payload(_ note: (LogDamage) -> Void) throws -> any Payload {
    let calibration = try frame.readCalibration()
    return FrameTransforms(
      edges: cameras.compactMap { camera in
        calibration.cameraFromLidar(camera: camera).map {
          FrameTransforms.Edge(
            parent: "lidar", child: camera == 2 ? "camera_left" : "camera_right",
            parentFromChild: $0.inverse, isStatic: true)
        }
      })
  }

  func check() -> FileCheck { checkByDecoding() }
}
