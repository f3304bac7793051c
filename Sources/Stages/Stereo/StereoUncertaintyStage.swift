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
      "Eleven coefficients of the model, as in docs/depth.md; none: those calibrated for the two matchers of stereo.sgm"
    )
    public var coefficients: [Double] = []
    /// The defaults.
    public init() {}
  }

  static let disparity = InputPort<DisparityImage>("disparity", "Disparities of the left picture")
  static let pair = InputPort<StereoPair>("pair", "The rectified pair that was matched")
  private let coefficients: [Double]?
  private let scale: Double

  /// The name in definitions.
  public static var name: String { "stereo.uncertainty" }
  /// What it does.
  public static var documentation: String {
    """
    States a standard deviation for each disparity, from texture, match and smoothness around it.
    sigma = exp(c . f), pixels, with features of the 9 x 9 window: gradient along the row, variance of the difference of the \
    shifted pictures, distance of the disparities from a plane, share of pixels without one, slopes, borders, and what the matcher \
    states. Calibrated so that 68 % of all errors, gross ones included, are smaller; docs/depth.md has the data and the limits. \
    Deviations that the disparities had are replaced.
    """
  }
  /// The ports.
  public static var inputs: [any InputPortDescription] { [disparity, pair] }

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: Where the definition lies.
  /// - Throws: `ConfigurationErrors` for another number of coefficients than eleven.
  public init(_ parameters: Parameters, setup: StageSetup) throws {
    let given = parameters.coefficients
    let needed = MatchingDeviation.semiGlobal.coefficients.count
    guard given.isEmpty || given.count == needed && given.allSatisfy(\.isFinite) else {
      throw ConfigurationErrors(
        ConfigurationError(
          at: SourcePosition(file: "stage '\(setup.stageID)'"),
          "'coefficients' has \(needed) finite numbers, not \(given.count)"))
    }
    coefficients = given.isEmpty ? nil : given
    scale = parameters.scale
  }

  /// States the deviations of one image.
  ///
  /// - Parameter inputs: The disparities and the pair.
  /// - Returns: The disparities with deviations.
  /// - Throws: ``VisionError`` when the sizes differ.
  public func process(_ inputs: StageInputs) throws -> Message<DisparityImage> {
    let message = inputs[Self.disparity]
    var model =
      message.payload.standardDeviations == nil
      ? MatchingDeviation.blockMatching : MatchingDeviation.semiGlobal
    if let coefficients { model.coefficients = coefficients }
    model.scale = scale
    return message.replacing(
      try model.stating(message.payload, of: inputs[Self.pair].payload))
  }
}
