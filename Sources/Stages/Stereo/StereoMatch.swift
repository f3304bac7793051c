public import Configuration
public import Pipelines
public import SensorLogs
public import Vision

extension SemiGlobalMatcher.Mode: ParameterValue {}

/// The stage `stereo.sgm`.
public struct StereoMatch: Stage {
  /// The settings of `stereo.sgm`; where the name says nothing else, OpenCV's defaults.
  public struct Parameters: ParameterSet {
    /// Number of disparities.
    @Parameter("Number of disparities that are tried, pixels; a multiple of 16", in: 16...2048)
    public var maxDisparity = 128
    /// Smallest disparity.
    @Parameter("Smallest disparity, pixels", in: 0...2032) public var minDisparity = 0
    /// Side of the block.
    @Parameter("Side of the matched block, pixels; odd", in: 1...51) public var blockSize = 3
    /// Small penalty.
    @Parameter(
      "Penalty of a disparity step of 1; 0 takes OpenCV's advice 8 * channels * block_size^2",
      in: 0...32767) public var p1 = 0
    /// Large penalty.
    @Parameter(
      "Penalty of a larger step; 0 takes OpenCV's advice 32 * channels * block_size^2",
      in: 0...32767) public var p2 = 0
    /// Uniqueness.
    @Parameter("By how many percent the best match must win", in: 0...99)
    public var uniquenessRatio = 0
    /// Speckle size.
    @Parameter("Largest area of a speckle that is removed, pixels; 0: none", in: 0...1_000_000)
    public var speckleWindowSize = 0
    /// Speckle range.
    @Parameter("Largest disparity step within a speckle, pixels", in: 0...2048)
    public var speckleRange = 0
    /// Prefilter.
    @Parameter("Where the prefiltered gradients are cut", in: 0...1000) public var preFilterCap = 0
    /// Left-right check.
    @Parameter(
      "Largest difference of the left-right check, pixels; 0 counts as 1, as in OpenCV; "
        + "-1: no check", in: -1...2048) public var disp12MaxDiff = 0
    /// Directions.
    @Parameter("Directions that costs are summed over: sgbm 5, hh 8, 3way 3, hh4 4")
    public var mode = SemiGlobalMatcher.Mode.sgbm
    /// The defaults.
    public init() {}
  }

  static let pair = InputPort<StereoPair>("pair", "Rectified pair")
  private let matcher: SemiGlobalMatcher

  /// The name in definitions.
  public static var name: String { "stereo.sgm" }
  /// What it does.
  public static var documentation: String {
    """
    Finds the disparity of each pixel of the left picture by semi-global matching.
    OpenCV's StereoSGBM (Hirschmueller, PAMI 2008), with all of its parameters. Disparities are pixels in steps of 1/16; \
    0 = none, and a match at disparity 0 counts as none. Colour pairs are matched in colour, pairs of which one is grey \
    in grey. The left max_disparity columns have no disparity.
    """
  }
  /// The ports.
  public static var inputs: [any InputPortDescription] { [pair] }

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: Where the definition lies.
  /// - Throws: `ConfigurationErrors` for numbers that OpenCV has no use for.
  public init(_ parameters: Parameters, setup: StageSetup) throws {
    func refuse(_ problem: String) -> ConfigurationErrors {
      ConfigurationErrors(
        ConfigurationError(at: SourcePosition(file: "stage '\(setup.stageID)'"), problem))
    }
    guard parameters.maxDisparity % 16 == 0 else {
      throw refuse("'max_disparity' is \(parameters.maxDisparity), not a multiple of 16")
    }
    guard parameters.minDisparity + parameters.maxDisparity <= 2048 else {
      throw refuse("'min_disparity' and 'max_disparity' together are above 2048")
    }
    guard parameters.blockSize % 2 == 1 else {
      throw refuse("'block_size' is \(parameters.blockSize), not odd")
    }
    guard parameters.p1 == 0 || parameters.p2 == 0 || parameters.p1 < parameters.p2 else {
      throw refuse("'p1' must be below 'p2'")
    }
    var matcher = SemiGlobalMatcher()
    matcher.minDisparity = parameters.minDisparity
    matcher.disparityCount = parameters.maxDisparity
    matcher.blockSize = parameters.blockSize
    matcher.p1 = parameters.p1
    matcher.p2 = parameters.p2
    matcher.uniquenessRatio = parameters.uniquenessRatio
    matcher.speckleWindowSize = parameters.speckleWindowSize
    matcher.speckleRange = parameters.speckleRange
    matcher.preFilterCap = parameters.preFilterCap
    matcher.disp12MaxDiff = parameters.disp12MaxDiff
    matcher.mode = parameters.mode
    self.matcher = matcher
  }

  /// Matches one pair.
  ///
  /// - Parameter inputs: The pair.
  /// - Returns: The disparities, with the pair's rig.
  /// - Throws: ``VisionError``.
  public func process(_ inputs: StageInputs) throws -> Message<DisparityImage> {
    let pair = inputs[Self.pair]
    return pair.replacing(try matcher.disparity(of: pair.payload))
  }
}
