public import Configuration
public import Pipelines
public import SensorLogs
public import Vision

/// The stage `flow.color`.
public struct FlowColor: Stage {
  /// The settings of `flow.color`.
  public struct Parameters: ParameterSet {
    /// Full colour.
    @Parameter(
      "Speed with full colour, pixels a frame; 0 takes that of each frame's fastest pixel",
      in: 0...1e6) public var maxSpeed = 0.0
    /// The defaults.
    public init() {}
  }

  static let flow = InputPort<FlowField>("flow", "Motion of each pixel")
  private let parameters: Parameters

  /// The name in definitions.
  public static var name: String { "flow.color" }
  /// What it does.
  public static var documentation: String {
    """
    Paints motion in colours.
    The colour wheel of the Middlebury flow benchmark (Baker et al., IJCV 2011): hue is the direction, paleness the lack of \
    speed; no motion is white, motion beyond max_speed is darkened.
    """
  }
  /// The ports.
  public static var inputs: [any InputPortDescription] { [flow] }

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: Where the definition lies.
  public init(_ parameters: Parameters, setup: StageSetup) { self.parameters = parameters }

  /// Paints one field.
  ///
  /// - Parameter inputs: The motion.
  /// - Returns: The picture.
  public func process(_ inputs: StageInputs) -> Message<Image> {
    let message = inputs[Self.flow]
    return message.replacing(message.payload.colored(largest: parameters.maxSpeed))
  }
}
