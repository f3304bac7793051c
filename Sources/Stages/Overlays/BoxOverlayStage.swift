public import Configuration
import Geometry
public import Pipelines
import Reports
public import SensorLogs
public import Vision

/// Draws boxes into pictures: `overlay.boxes`.
public struct BoxOverlayStage: Stage {
  /// Settings of ``BoxOverlayStage``.
  public struct Parameters: ParameterSet {
    @Parameter("Width of the lines, pixels", in: 1...20) var thickness = 2
    @Parameter("Whether label and score are written beside each box") var labels = true
    @Parameter("Boxes with a lower score are left out") var minScore = -1e9

    /// The defaults.
    public init() {}
  }

  /// The name under `use:`.
  public static let name = "overlay.boxes"

  /// What it does.
  public static let documentation = """
    Draws 3D boxes into the picture of a calibrated camera.

    The edges of each box are projected through the camera, lens distortion included, and cut 5 cm in front of it; a cross
    marks the front face (the face towards the heading). Far boxes are drawn first. The transform from the boxes' frame to
    the picture's is looked up by frame name among the transforms; without transforms both must be the same frame. The
    camera comes from the port 'camera', else with the picture. Lengths in metres, camera frame x right, y down, z forward.
    Without boxes the picture passes unchanged, as 8-bit colour. Keeps order and timestamps.
    """

  static let image = InputPort<Image>("image", "The picture to draw on")
  static let boxes = InputPort<Detections3D>("boxes", "Boxes of the same instant")
  static let transforms = InputPort<FrameTransforms>(
    "transforms", "Transforms that join the boxes' frame and the picture's", isOptional: true)
  static let camera = InputPort<CameraModel>(
    "camera", "The camera that took the picture, when the picture does not carry it",
    isOptional: true)

  /// The input ports.
  public static var inputs: [any InputPortDescription] { [image, boxes, transforms, camera] }

  private let overlay: BoxOverlay

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: What the run fixes for all stages.
  public init(_ parameters: Parameters, setup: StageSetup) {
    overlay = BoxOverlay(
      thickness: parameters.thickness, showsLabels: parameters.labels,
      leastScore: parameters.minScore)
  }

  /// Draws the boxes of one frame.
  ///
  /// - Parameter inputs: The messages at the input ports.
  /// - Returns: The picture with boxes.
  /// - Throws: ``OverlayError``, `TransformError` or `VisionError`.
  public func process(_ inputs: StageInputs) throws -> Message<Image> {
    let image = inputs[Self.image]
    let boxes = inputs[Self.boxes]
    let placement = try OverlayPlacement(
      stage: Self.name, image: image, camera: inputs.optional(Self.camera), things: boxes.header,
      transforms: inputs.optional(Self.transforms))
    return image.replacing(
      try overlay.draw(
        boxes.payload.boxes, on: image.payload, camera: placement.camera,
        cameraFromBoxes: placement.cameraFromThings))
  }
}
