public import Configuration
public import Pipelines
public import SensorLogs
public import Vision

/// The stage `stereo.uncertainty`.
public struct StereoUncertaintyStage: Stage {
  /// The settings of `stereo.uncertainty`.
  public struct Parameters: ParameterSet {
    /// Multiple of all deviations.
    @Parameter("Multiple of all standard deviations", in: 1e-3...1e3) public var scale = 1.0
    /// The model's numbers.
    @Parameter(
      "Eight coefficients of the model, as in docs/stereo.md; none: those calibrated for stereo.sgm"
    )
    public var coefficients: [Double] = []
    /// The defaults.
    public init() {}
  }

  static let disparity = InputPort<DisparityImage>("disparity", "Disparities of the left picture")
  static let pair = InputPort<StereoPair>("pair", "The rectified pair that was matched")
  private let model: MatchingDeviation

  /// The name in definitions.
  public static var name: String { "stereo.uncertainty" }
  /// What it does.
  public static var documentation: String {
    """
    States a standard deviation for each disparity, from texture, match and smoothness around it.
    sigma = exp(c . f), pixels, with features of the 5 x 5 window: gradient along the row, variance of the difference of the \
    shifted pictures, distance of the disparities from a plane, share of pixels without one, slopes. Calibrated so that 68 % of \
    all errors, gross ones included, are smaller; docs/stereo.md has the data and the limits. Works for any matcher; deviations \
    that the disparities had are replaced.
    """
  }
  /// The ports.
  public static var inputs: [any InputPortDescription] { [disparity, pair] }

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: Where the definition lies.
  /// - Throws: `ConfigurationErrors` for another number of coefficients than eight.
  public init(_ parameters: Parameters, setup: StageSetup) throws {
    var model = MatchingDeviation.semiGlobal
    if !parameters.coefficients.isEmpty {
      guard parameters.coefficients.count == model.coefficients.count,
        parameters.coefficients.allSatisfy(\.isFinite)
      else {
        throw ConfigurationErrors(
          ConfigurationError(
            at: SourcePosition(file: "stage '\(setup.stageID)'"),
            "'coefficients' has eight finite numbers, not \(parameters.coefficients.count)"))
      }
      model.coefficients = parameters.coefficients
    }
    model.scale = parameters.scale
    self.model = model
  }

  /// States the deviations of one image.
  ///
  /// - Parameter inputs: The disparities and the pair.
  /// - Returns: The disparities with deviations.
  /// - Throws: ``VisionError`` when the sizes differ.
  public func process(_ inputs: StageInputs) throws -> Message<DisparityImage> {
    let message = inputs[Self.disparity]
    return message.replacing(
      try model.stating(message.payload, of: inputs[Self.pair].payload))
  }
}
