public import Configuration
public import Pipelines
public import SensorLogs
public import Vision

extension OpenCVSemiGlobalMatcher.Mode: ParameterValue {}

/// The stage `stereo.sgm`.
public struct StereoMatch: Stage {
  /// Whose matcher.
  public enum Method: String, ParameterValue, CaseIterable {
    /// Ours.
    case own
    /// OpenCV's.
    case opencv
  }

  /// The settings of `stereo.sgm`.
  public struct Parameters: ParameterSet {
    /// Number of disparities.
    @Parameter("Number of disparities that are tried, pixels; a multiple of 16", in: 16...2048)
    public var maxDisparity = 128
    /// Smallest disparity.
    @Parameter("Smallest disparity, pixels", in: 0...2032) public var minDisparity = 0
    /// Whose matcher.
    @Parameter("Whose matcher: own or opencv") public var method = Method.own
    /// Directions of our matcher.
    @Parameter("own: directions that costs are summed over, 4 or 8", in: 4...8) public var paths = 4
    /// Reach of the background.
    @Parameter(
      "own: how far the background reaches into a gap, pixels; 0: gaps stay; "
        + "-1: 7/32 of max_disparity", in: -1...2048) public var fillReach = -1
    /// Threads.
    @Parameter("own: threads for one pair; the result does not depend on them", in: 1...64)
    public var threads = 1
    /// Side of the block.
    @Parameter("opencv: side of the matched block, pixels; odd", in: 1...51)
    public var blockSize = 3
    /// Small penalty.
    @Parameter(
      "Penalty of a disparity step of 1; 0: own 10, opencv 8 * channels * block_size^2",
      in: 0...32767) public var p1 = 0
    /// Large penalty.
    @Parameter(
      "Penalty of a larger step; 0: own 95 (the most it takes), opencv 32 * channels * block_size^2",
      in: 0...32767) public var p2 = 0
    /// Uniqueness.
    @Parameter("By how many percent the best match must win", in: 0...99)
    public var uniquenessRatio = 0
    /// Speckle size.
    @Parameter(
      "Largest area of a speckle that is removed, pixels; 0: none; "
        + "-1: own by the size of the picture, opencv none", in: -1...1_000_000)
    public var speckleWindowSize = -1
    /// Speckle range.
    @Parameter(
      "Largest disparity step within a speckle, pixels; -1: own 0.5, opencv 0", in: -1...2048)
    public var speckleRange = -1.0
    /// Prefilter.
    @Parameter("opencv: where the prefiltered gradients are cut", in: 0...1000)
    public var preFilterCap = 0
    /// Left-right check.
    @Parameter(
      "Largest difference of the left-right check, pixels (opencv: 0 counts as 1); -1: no check; "
        + "-2: own 2, opencv 1", in: -2...2048) public var disp12MaxDiff = -2
    /// Directions of OpenCV's.
    @Parameter("opencv: directions that costs are summed over: sgbm 5, hh 8, 3way 3, hh4 4")
    public var mode = OpenCVSemiGlobalMatcher.Mode.sgbm
    /// The defaults.
    public init() {}
  }

  private enum Matcher {
    case own(SemiGlobalMatcher)
    case opencv(OpenCVSemiGlobalMatcher)
  }

  static let pair = InputPort<StereoPair>("pair", "Rectified pair")
  private let matcher: Matcher

  /// The name in definitions.
  public static var name: String { "stereo.sgm" }
  /// What it does.
  public static var documentation: String {
    """
    Finds the disparity of each pixel of the left picture by semi-global matching.
    Our own matcher (Hirschmueller, PAMI 2008, with census and grey costs; docs/stereo.md) gives disparities in steps of \
    1/32 pixel with a standard deviation each; OpenCV's StereoSGBM, with all of its parameters, gives steps of 1/16 \
    without. 0 = none, and a match at disparity 0 counts as none. Ours matches in grey; OpenCV's matches colour pairs in \
    colour and leaves the left max_disparity columns empty.
    """
  }
  /// The ports.
  public static var inputs: [any InputPortDescription] { [pair] }

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: Where the definition lies.
  /// - Throws: `ConfigurationErrors` for numbers that the matcher has no use for.
  public init(_ parameters: Parameters, setup: StageSetup) throws {
    if let problem = parameters.problem {
      throw ConfigurationErrors(
        ConfigurationError(at: SourcePosition(file: "stage '\(setup.stageID)'"), problem))
    }
    matcher =
      parameters.method == .own ? .own(parameters.ownMatcher) : .opencv(parameters.openCVMatcher)
  }

  /// Matches one pair.
  ///
  /// - Parameter inputs: The pair.
  /// - Returns: The disparities, with the pair's rig and, by our matcher, standard deviations.
  /// - Throws: ``VisionError``.
  public func process(_ inputs: StageInputs) throws -> Message<DisparityImage> {
    let pair = inputs[Self.pair]
    return switch matcher {
    case .own(let matcher): pair.replacing(try matcher.disparity(of: pair.payload))
    case .opencv(let matcher): pair.replacing(try matcher.disparity(of: pair.payload))
    }
  }
}

extension StereoMatch.Parameters {
  /// What the chosen matcher has no use for.
  fileprivate var problem: String? {
    if maxDisparity % 16 != 0 { return "'max_disparity' is \(maxDisparity), not a multiple of 16" }
    if minDisparity + maxDisparity > 2048 {
      return "'min_disparity' and 'max_disparity' together are above 2048"
    }
    if p1 != 0, p2 != 0, p1 >= p2 { return "'p1' must be below 'p2'" }
    if blockSize % 2 != 1 { return "'block_size' is \(blockSize), not odd" }
    guard method == .own else { return nil }
    if maxDisparity > 1024 {
      return
        "'max_disparity' is \(maxDisparity); method own tries at most 1024 (method: opencv more)"
    }
    if minDisparity + maxDisparity == 2048 {
      return "'min_disparity' and 'max_disparity' together are 2048; method own stays below"
    }
    if paths != 4 && paths != 8 { return "'paths' is \(paths), not 4 or 8" }
    if p1 > 95 || p2 > 95 {
      return "'p1' and 'p2' of method own are at most 95, as its costs are 0 to 32; "
        + "method: opencv takes larger ones"
    }
    if p1 > (p2 == 0 ? SemiGlobalMatcher().p2 : p2) {
      return "'p1' must be below 'p2', by default 95"
    }
    return nil
  }

  fileprivate var ownMatcher: SemiGlobalMatcher {
    var matcher = SemiGlobalMatcher()
    matcher.minDisparity = minDisparity
    matcher.disparityCount = maxDisparity
    matcher.paths = paths == 8 ? .eight : .four
    if p2 != 0 { matcher.p2 = p2 }
    matcher.p1 = p1 != 0 ? p1 : min(matcher.p1, matcher.p2)
    matcher.p2Min = min(max(matcher.p2Min, matcher.p1), matcher.p2)
    matcher.uniquenessRatio = uniquenessRatio
    if speckleWindowSize >= 0 { matcher.speckleArea = speckleWindowSize }
    if speckleRange >= 0 { matcher.speckleStep = speckleRange }
    if disp12MaxDiff > -2 { matcher.leftRightTolerance = disp12MaxDiff < 0 ? nil : disp12MaxDiff }
    if fillReach >= 0 { matcher.fillReach = fillReach }
    matcher.threads = threads
    return matcher
  }

  fileprivate var openCVMatcher: OpenCVSemiGlobalMatcher {
    var matcher = OpenCVSemiGlobalMatcher()
    matcher.minDisparity = minDisparity
    matcher.disparityCount = maxDisparity
    matcher.blockSize = blockSize
    matcher.p1 = p1
    matcher.p2 = p2
    matcher.uniquenessRatio = uniquenessRatio
    matcher.speckleWindowSize = max(speckleWindowSize, 0)
    matcher.speckleRange = Int(max(speckleRange, 0))
    matcher.preFilterCap = preFilterCap
    matcher.disp12MaxDiff = disp12MaxDiff == -2 ? 0 : disp12MaxDiff
    matcher.mode = mode
    return matcher
  }
}
