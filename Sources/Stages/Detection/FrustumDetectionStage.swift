public import Configuration
import Geometry
public import Pipelines
import PointClouds
public import SensorLogs

/// `detect.frustum`: boxes in space for boxes in an image.
public struct FrustumDetectionStage: Stage {
  /// Settings of `detect.frustum`.
  public struct Parameters: ParameterSet {
    /// The file of weights.
    @Parameter("Weights that parallax train wrote; the path starts at the definition's folder")
    public var weights = ""
    /// Lowest score.
    @Parameter("Boxes with a lower score go", in: 0...1) public var minScore = 0.0

    /// The defaults.
    public init() {}
  }

  /// The name under `use:`.
  public static let name = "detect.frustum"
  /// What it does.
  public static let documentation = """
    Finds the box in space of each box in an image with a trained Frustum PointNet.

    The boxes in the image are labels of the log or come from a file or another stage; their labels must be classes of the network, others are passed over.
    Points that the camera sees inside a box are looked at; a box with too few gives nothing. Boxes come in the frame of the cloud,
    surest first. Keeps order and timestamps; remembers nothing.
    """
  static let cloud = InputPort<PointCloud>("cloud", "The cloud")
  static let boxes = InputPort<Detections2D>("boxes", "Boxes in the image, pixels")
  static let camera = InputPort<CameraModel>("camera", "The camera of the image")
  static let transforms = InputPort<FrameTransforms>(
    "transforms", "Transforms that connect the frames of cloud and camera", isOptional: true)
  /// The input ports.
  public static var inputs: [any InputPortDescription] { [cloud, boxes, camera, transforms] }

  private let detector: StageDetector

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: Where the definition lies, and the seed.
  /// - Throws: `SafetensorsError` or `ModelError` when the weights cannot be used.
  public init(_ parameters: Parameters, setup: StageSetup) throws {
    detector = try StageDetector(
      weights: parameters.weights, minScore: parameters.minScore, setup)
  }

  /// Finds the boxes of one frame.
  ///
  /// - Parameter inputs: The cloud, boxes in the image, camera and transforms.
  /// - Returns: The boxes in the frame of the cloud, surest first.
  /// - Throws: ``TransformError`` when nothing connects cloud and camera; what is wrong with the cloud.
  public func process(_ inputs: StageInputs) throws -> Message<Detections3D> {
    let message = inputs[Self.cloud]
    let camera = inputs[Self.camera]
    let tree = TransformTree(
      inputs.optional(Self.transforms)?.payload ?? FrameTransforms(edges: []))
    let view = LabelledCloud.CameraView(
      camera: camera.payload,
      cameraFromCloud: try tree.pose(of: camera.header.frameName, from: message.header.frameName),
      boxes: inputs[Self.boxes].payload.boxes)
    return message.replacing(
      try detector.boxes(in: message.payload, views: [view], frame: inputs.frameIndex))
  }
}
