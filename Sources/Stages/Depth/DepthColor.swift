public import Configuration
public import Pipelines
public import SensorLogs
public import Vision

/// The stage `depth.color`.
public struct DepthColor: Stage {
  /// The settings of `depth.color`.
  public struct Parameters: ParameterSet {
    /// Near end of the scale.
    @Parameter("Depth at the near end of the scale, metres", in: 1e-3...1e6)
    public var minDepth = 0.5
    /// Far end of the scale.
    @Parameter("Depth at the far end of the scale, metres", in: 1e-3...1e6)
    public var maxDepth = 50.0
    /// Colours.
    @Parameter("Scale of colours; its last colour stands for near") public var map = ColorMap.turbo
    /// The defaults.
    public init() {}
  }

  static let depth = InputPort<DepthImage>("depth", "Depths")
  private let parameters: Parameters

  /// The name in definitions.
  public static var name: String { "depth.color" }
  /// What it does.
  public static var documentation: String {
    """
    Paints depths in colours.
    Colours are even in 1 / depth between min_depth and max_depth, metres; depths outside take the end colours, pixels \
    without a depth are black.
    """
  }
  /// The ports.
  public static var inputs: [any InputPortDescription] { [depth] }

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: Where the definition lies.
  /// - Throws: `ConfigurationErrors` when the scale has no length.
  public init(_ parameters: Parameters, setup: StageSetup) throws {
    guard parameters.minDepth < parameters.maxDepth else {
      throw ConfigurationErrors(
        ConfigurationError(
          at: SourcePosition(file: "stage '\(setup.stageID)'"),
          "'min_depth' is \(parameters.minDepth), not below 'max_depth' \(parameters.maxDepth)"))
    }
    self.parameters = parameters
  }

  /// Paints one image.
  ///
  /// - Parameter inputs: The depths.
  /// - Returns: The picture.
  /// - Throws: ``VisionError``.
  public func process(_ inputs: StageInputs) throws -> Message<Image> {
    let message = inputs[Self.depth]
    return message.replacing(
      try message.payload.colored(
        parameters.map, range: parameters.minDepth...parameters.maxDepth))
  }
}
