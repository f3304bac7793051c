import Geometry
import SensorLogs
import Vision

/// What an overlay needs to know of the camera, and of the frame that things are given in.
struct OverlayPlacement {
  let camera: CameraModel
  /// Maps the things' frame to the camera's optical frame.
  let cameraFromThings: Pose

  init(
    stage: String, image: Message<Image>, camera: Message<CameraModel>?, things: MessageHeader,
    transforms: Message<FrameTransforms>?
  ) throws {
    guard let model = camera?.payload ?? image.payload.camera else {
      throw OverlayError.noCamera(stage: stage, topic: image.header.topic)
    }
    self.camera = model
    let imageFrame = image.header.frameName
    let frame = imageFrame.isEmpty ? camera?.header.frameName ?? "" : imageFrame
    cameraFromThings = try Self.pose(
      stage: stage, of: frame, from: things.frameName, transforms: transforms)
  }

  /// `target_from_source`: through the transforms, or the identity where both frames are the same.
  static func pose(
    stage: String, of target: String, from source: String, transforms: Message<FrameTransforms>?
  ) throws -> Pose {
    if target == source { return .identity }
    guard let transforms else {
      throw OverlayError.noTransforms(stage: stage, target: target, source: source)
    }
    return try TransformTree(transforms.payload).pose(of: target, from: source)
  }
}

/// Why an overlay cannot be drawn.
public enum OverlayError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The picture comes without a calibrated camera.
  case noCamera(stage: String, topic: String)
  /// Two frames differ, and nothing says how they lie to each other.
  case noTransforms(stage: String, target: String, source: String)
  /// A range of settings is empty.
  case emptyRange(stage: String, low: String, high: String)

  /// What is wrong and what to do about it.
  public var description: String {
    switch self {
    case .noCamera(let stage, let topic):
      "\(stage): the image\(topic.isEmpty ? "" : " of \(topic)") has no camera calibration; "
        + "connect the port 'camera'"
    case .noTransforms(let stage, let target, let source):
      "\(stage): the frames '\(source)' and '\(target)' differ; connect the port 'transforms'"
    case .emptyRange(let stage, let low, let high):
      "\(stage): \(low) must be less than \(high)"
    }
  }
}
