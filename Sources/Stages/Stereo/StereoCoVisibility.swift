public import Configuration
public import Pipelines
public import SensorLogs
public import Vision

/// The stage `stereo.covisibility`.
public struct StereoCoVisibility: Stage {
  /// The settings of `stereo.covisibility`.
  public struct Parameters: ParameterSet {
    /// Slack within a surface.
    @Parameter(
      "How much smaller than the largest disparity in a right pixel one may be and still be seen, pixels",
      in: 0...1000) public var tolerance = 1.0
    /// The defaults.
    public init() {}
  }

  static let disparity = InputPort<DisparityImage>("disparity", "Disparities of the left picture")
  private let tolerance: Double

  /// The name in definitions.
  public static var name: String { "stereo.covisibility" }
  /// What it does.
  public static var documentation: String {
    """
    Finds which pixels of the left picture the right camera sees too.
    Each pixel is mapped forward by its disparity; of several that land in one right pixel the nearest surface is seen, and \
    what lies more than `tolerance` pixels of disparity behind it is hidden. 255 = seen by both, 0 = hidden, outside the \
    right picture, or without a disparity.
    """
  }
  /// The ports.
  public static var inputs: [any InputPortDescription] { [disparity] }

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: Unused.
  public init(_ parameters: Parameters, setup: StageSetup) { tolerance = parameters.tolerance }

  /// Masks one image.
  ///
  /// - Parameter inputs: The disparities.
  /// - Returns: The mask, a grey picture.
  public func process(_ inputs: StageInputs) -> Message<Image> {
    let message = inputs[Self.disparity]
    return message.replacing(message.payload.coVisibility(tolerance: tolerance))
  }
}
