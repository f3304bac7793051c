public import Configuration
import Geometry
public import Pipelines
import PointClouds
import Reports
public import SensorLogs
public import Vision

/// Draws points into pictures: `overlay.cloud`.
public struct CloudOverlayStage: Stage {
  /// Settings of ``CloudOverlayStage``.
  public struct Parameters: ParameterSet {
    @Parameter("Radius of a point, pixels; 0 sets single pixels", in: 0...20) var radius = 1.5
    @Parameter("Depth at the near end of the colours, metres", in: 0...100_000) var near = 2.0
    @Parameter("Depth at the far end of the colours, metres", in: 0...100_000) var far = 60.0
    @Parameter(
      "The colours from near to far", choices: ["turbo", "viridis", "inferno", "jet", "grey"])
    var colors = "turbo"

    /// The defaults.
    public init() {}
  }

  /// The name under `use:`.
  public static let name = "overlay.cloud"

  /// What it does.
  public static let documentation = """
    Draws the points of a cloud into the picture of a calibrated camera, coloured by depth.

    Points are projected through the camera, lens distortion included; those behind it, outside the picture or not finite
    are passed over, and far ones are drawn first. Depth is the distance along the optical axis, metres. The transform from
    the cloud's frame to the picture's is looked up by frame name among the transforms; without transforms both must be the
    same frame. The camera comes from the port 'camera', else with the picture. An empty cloud leaves the picture unchanged,
    as 8-bit colour. Keeps order and timestamps.
    """

  static let image = InputPort<Image>("image", "The picture to draw on")
  static let cloud = InputPort<PointCloud>("cloud", "Points of the same instant")
  static let transforms = InputPort<FrameTransforms>(
    "transforms", "Transforms that join the cloud's frame and the picture's", isOptional: true)
  static let camera = InputPort<CameraModel>(
    "camera", "The camera that took the picture, when the picture does not carry it",
    isOptional: true)

  /// The input ports.
  public static var inputs: [any InputPortDescription] { [image, cloud, transforms, camera] }

  private let overlay: CloudOverlay

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: What the run fixes for all stages.
  /// - Throws: ``OverlayError/emptyRange(stage:low:high:)``.
  public init(_ parameters: Parameters, setup: StageSetup) throws {
    guard parameters.near < parameters.far else {
      throw OverlayError.emptyRange(stage: Self.name, low: "near", high: "far")
    }
    overlay = CloudOverlay(
      radius: parameters.radius, range: parameters.near...parameters.far,
      colors: ColorMap(rawValue: parameters.colors) ?? .turbo)
  }

  /// Draws the points of one frame.
  ///
  /// - Parameter inputs: The messages at the input ports.
  /// - Returns: The picture with points.
  /// - Throws: ``OverlayError``, `TransformError` or `VisionError`.
  public func process(_ inputs: StageInputs) throws -> Message<Image> {
    let image = inputs[Self.image]
    let cloud = inputs[Self.cloud]
    let placement = try OverlayPlacement(
      stage: Self.name, image: image, camera: inputs.optional(Self.camera), things: cloud.header,
      transforms: inputs.optional(Self.transforms))
    return image.replacing(
      try overlay.draw(
        cloud.payload, on: image.payload, camera: placement.camera,
        cameraFromCloud: placement.cameraFromThings))
  }
}
