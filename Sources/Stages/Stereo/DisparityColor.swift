public import Configuration
public import Pipelines
public import SensorLogs
public import Vision

extension ColorMap: ParameterValue {}

/// The stage `disparity.color`.
public struct DisparityColor: Stage {
  /// The settings of `disparity.color`.
  public struct Parameters: ParameterSet {
    /// End of the scale.
    @Parameter("Disparity at the end of the scale, pixels", in: 1...4096)
    public var maxDisparity = 128.0
    /// Colours.
    @Parameter("Scale of colours; its last colour stands for near") public var map = ColorMap.turbo
    /// The defaults.
    public init() {}
  }

  static let disparity = InputPort<DisparityImage>("disparity", "Disparities")
  private let parameters: Parameters

  /// The name in definitions.
  public static var name: String { "disparity.color" }
  /// What it does.
  public static var documentation: String {
    """
    Paints disparities in colours.
    From 0 to max_disparity, pixels; larger ones take the last colour, pixels without a disparity are black.
    """
  }
  /// The ports.
  public static var inputs: [any InputPortDescription] { [disparity] }

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: Where the definition lies.
  public init(_ parameters: Parameters, setup: StageSetup) { self.parameters = parameters }

  /// Paints one image.
  ///
  /// - Parameter inputs: The disparities.
  /// - Returns: The picture.
  /// - Throws: ``VisionError``.
  public func process(_ inputs: StageInputs) throws -> Message<Image> {
    let message = inputs[Self.disparity]
    return message.replacing(
      try message.payload.colored(parameters.map, range: 0...parameters.maxDisparity))
  }
}
