public import Configuration
import Foundation
import Geometry
public import Pipelines
import PointClouds
import Reports
public import SensorLogs
public import Vision

/// Draws clouds and boxes from above: `overlay.birds_eye`.
public struct BirdsEyeStage: Stage {
  /// Settings of ``BirdsEyeStage``.
  public struct Parameters: ParameterSet {
    @Parameter(
      "Shown from this far forward of the origin, metres; negative is behind",
      in: -100_000...100_000)
    var forwardFrom = -20.0
    @Parameter("Shown to this far forward of the origin, metres", in: -100_000...100_000)
    var forwardTo = 60.0
    @Parameter(
      "Shown from this far to the left of the origin, metres; negative is right",
      in: -100_000...100_000)
    var leftFrom = -30.0
    @Parameter("Shown to this far to the left of the origin, metres", in: -100_000...100_000)
    var leftTo = 30.0
    @Parameter("Size of a metre, pixels", in: 0.01...1000) var pixelsPerMetre = 10.0
    @Parameter("Height at the low end of the colours, metres", in: -100_000...100_000)
    var heightFrom = -2.0
    @Parameter("Height at the high end of the colours, metres", in: -100_000...100_000)
    var heightTo = 2.0
    @Parameter("Spacing of the grid, metres; 0 chooses one to suit the size", in: 0...10_000)
    var grid = 0.0
    @Parameter(
      "Axes of the cloud's frame: vehicle (x forward, y left, z up) or camera (x right, y down, z forward)",
      choices: ["vehicle", "camera"])
    var axes = "vehicle"

    /// The defaults.
    public init() {}
  }

  /// The name under `use:`.
  public static let name = "overlay.birds_eye"

  /// What it does.
  public static let documentation = """
    Draws a cloud from above, coloured by height, with boxes and a grid in metres.

    Forward is up and left is left; the triangle is the frame's origin and points forward; a bar states the spacing of the
    grid. Higher points cover lower ones. A line through the front edge marks a box's heading. Boxes in another frame than the
    cloud's need transforms that join both. Sides are limited to 8192 pixels: beyond, a metre is drawn smaller. An empty cloud
    gives the grid alone. Keeps order and timestamps; the result is in the cloud's frame.
    """

  static let cloud = InputPort<PointCloud>("cloud", "The points to draw")
  static let boxes = InputPort<Detections3D>(
    "boxes", "Boxes of the same instant", isOptional: true)
  static let transforms = InputPort<FrameTransforms>(
    "transforms", "Transforms that join the boxes' frame and the cloud's", isOptional: true)

  /// The input ports.
  public static var inputs: [any InputPortDescription] { [cloud, boxes, transforms] }

  private let view: BirdsEyeView

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: What the run fixes for all stages.
  /// - Throws: ``OverlayError/emptyRange(stage:low:high:)``.
  public init(_ parameters: Parameters, setup: StageSetup) throws {
    func range(
      _ low: Double, _ high: Double, _ name: String
    ) throws -> ClosedRange<Double> {
      guard low < high, low.isFinite, high.isFinite else {
        throw OverlayError.emptyRange(stage: Self.name, low: name + "_from", high: name + "_to")
      }
      return low...high
    }
    view = BirdsEyeView(
      forward: try range(parameters.forwardFrom, parameters.forwardTo, "forward"),
      left: try range(parameters.leftFrom, parameters.leftTo, "left"),
      pixelsPerMetre: parameters.pixelsPerMetre,
      heights: try range(parameters.heightFrom, parameters.heightTo, "height"),
      gridSpacing: parameters.grid > 0 ? parameters.grid : nil,
      axes: BirdsEyeView.Axes(rawValue: parameters.axes) ?? .vehicle)
  }

  /// Draws one frame.
  ///
  /// - Parameter inputs: The messages at the input ports.
  /// - Returns: The picture from above.
  /// - Throws: ``OverlayError``, `TransformError` or `VisionError`.
  public func process(_ inputs: StageInputs) throws -> Message<Image> {
    let cloud = inputs[Self.cloud]
    var boxes: [Box3D] = []
    if let message = inputs.optional(Self.boxes) {
      let cloudFromBoxes = try OverlayPlacement.pose(
        stage: Self.name, of: cloud.header.frameName, from: message.header.frameName,
        transforms: inputs.optional(Self.transforms))
      boxes = message.payload.boxes.map { Self.place($0, by: cloudFromBoxes) }
    }
    return cloud.replacing(try view.draw(cloud.payload, boxes: boxes))
  }

  /// The upright box nearest to `box` after a transform: its centre moves, its heading follows its x axis.
  static func place(_ box: Box3D, by pose: Pose) -> Box3D {
    if pose == .identity { return box }
    let turn = Quaternion(angle: box.yaw, axis: Vector3(0, 0, 1))
    let heading = pose.rotation.rotate(turn.rotate(Vector3(1, 0, 0)))
    var placed = box
    placed.center = pose * box.center
    placed.yaw = atan2(heading.y, heading.x)
    return placed
  }
}
