public import Configuration
import Foundation
import Geometry
public import Pipelines
public import SensorLogs

/// Lines of a KITTI result file, in the frame of a camera.
public struct KITTILabelList: Payload, Equatable {
  /// The name in definitions.
  public static let typeName = "kitti_labels"
  /// The lines.
  public var labels: [KITTILabel]

  /// Lines of a result file.
  ///
  /// - Parameter labels: The lines.
  public init(labels: [KITTILabel]) { self.labels = labels }
}

/// `boxes.kitti_labels`: boxes as lines of a KITTI result file.
public struct KITTILabelsStage: Stage {
  /// No settings.
  public typealias Parameters = NoParameters

  static let boxes = InputPort<Detections3D>("boxes", "boxes in a frame with z up")
  static let transforms = InputPort<FrameTransforms>(
    "transforms", "transforms between the boxes' frame and the camera's", isOptional: true)
  static let camera = InputPort<CameraModel>(
    "camera", "the camera whose frame and image the labels refer to", isOptional: true)

  /// The name under `use:`.
  public static let name = "boxes.kitti_labels"
  /// What it does.
  public static let documentation = """
    Turns boxes into lines of a KITTI result file: camera frame, bottom centre, height width length, score.
    With `transforms` and `camera` the boxes are moved into the camera's frame; the 2D box and `truncated` follow from the
    projected corners, clipped to the image (a box outside the image gets -1 -1 -1 -1). Without them the axes are only
    renamed (x right = -y, y down = -z, z forward = x, no offset) and the 2D box is -1 -1 -1 -1.
    """
  /// The input ports.
  public static let inputs: [any InputPortDescription] = [boxes, transforms, camera]

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: None.
  ///   - setup: Unused.
  public init(_ parameters: Parameters, setup: StageSetup) {}

  /// Turns the boxes of one frame into lines.
  ///
  /// - Parameter inputs: Boxes and, if connected, transforms and camera.
  /// - Returns: The lines, in the order of the boxes.
  /// - Throws: ``TransformError`` when the transforms do not connect the two frames.
  public func process(_ inputs: StageInputs) throws -> Message<KITTILabelList> {
    let boxes = inputs[Self.boxes]
    var calibration = KITTICalibration(projections: [:], cameraFromLidar: Self.nominal)
    var size = (width: 0, height: 0)
    var frameName = "camera"
    if let camera = inputs.optional(Self.camera), let transforms = inputs.optional(Self.transforms)
    {
      let tree = TransformTree(transforms.payload)
      frameName = camera.header.frameName
      calibration.cameraFromLidar = try tree.pose(
        of: frameName, from: boxes.header.frameName)
      calibration.projections[2] = ProjectionMatrix(left: camera.payload.matrix, column: .zero)
      size = (camera.payload.width, camera.payload.height)
    }
    let labels = boxes.payload.boxes.map { box in
      KITTILabel(box, calibration: calibration, imageWidth: size.width, imageHeight: size.height)
    }
    return boxes.replacing(KITTILabelList(labels: labels), frameName: frameName)
  }

  /// Camera axes from LiDAR axes when nothing is known of how they are mounted.
  private static let nominal = Pose(
    rotation: Quaternion(
      Matrix3(rows: [Vector3(0, -1, 0), Vector3(0, 0, -1), Vector3(1, 0, 0)])), translation: .zero)
}
