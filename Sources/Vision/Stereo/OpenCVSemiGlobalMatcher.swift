import COpenCV
import Tensors

/// Dense stereo by OpenCV's semi-global block matching, a peer of ``SemiGlobalMatcher``.
///
/// - Note: Source: Hirschmüller, "Stereo processing by semiglobal matching and mutual information", PAMI 2008, with the
///   matching cost of Birchfield and Tomasi; cv::StereoSGBM says where it differs.
public struct OpenCVSemiGlobalMatcher: Sendable, Equatable {
  /// How many directions the costs are summed over.
  public enum Mode: String, Sendable, CaseIterable {
    /// Five directions, one pass.
    case sgbm
    /// Eight directions; memory for all costs at once.
    case hh
    /// Three directions; fastest.
    case threeWay = "3way"
    /// Four directions, two passes.
    case hh4

    var code: Int32 {
      switch self {
      case .sgbm: 0
      case .hh: 1
      case .threeWay: 2
      case .hh4: 3
      }
    }
  }

  /// Smallest disparity, pixels, at least 0.
  public var minDisparity = 0
  /// Number of disparities that are tried: a multiple of 16.
  public var disparityCount = 128
  /// Side of the matched block, odd.
  public var blockSize = 3
  /// Penalty of a disparity step of 1; 0 takes 8 * channels * blockSize².
  public var p1 = 0
  /// Penalty of a larger step; 0 takes 32 * channels * blockSize².
  public var p2 = 0
  /// Largest difference of the left-right check, pixels; negative: no check.
  public var disp12MaxDiff = 0
  /// Where the prefiltered gradients are cut.
  public var preFilterCap = 0
  /// By how many percent the best cost must win, at most 99: OpenCV's 3way mode crashes at 100 (4.6.0).
  public var uniquenessRatio = 0
  /// Largest area of a speckle that is removed, pixels; 0: none.
  public var speckleWindowSize = 0
  /// Largest step of the disparity within a speckle, pixels.
  public var speckleRange = 0
  /// Directions.
  public var mode = Mode.sgbm

  /// Penalties beyond this do not fit the 16 bits that costs have.
  public static let largestPenalty = 32767

  /// OpenCV's defaults, but 128 disparities, and penalties as OpenCV recommends.
  public init() {}

  /// Matches a rectified pair.
  ///
  /// - Parameter pair: The pair: UInt8 or Float; both grey, or both colour. A mixed pair is matched in grey.
  /// - Returns: Disparities in steps of 1/16 pixel, 0 = none; with the pair's rig.
  /// - Throws: ``VisionError``.
  public func disparity(of pair: StereoPair) throws -> DisparityImage {
    let operation = "stereo matching"
    var (left, right) = (pair.left, pair.right)
    if left.channels != right.channels { (left, right) = (try left.grey(), try right.grey()) }
    try checkParameters(width: left.width, height: left.height)
    // Where no column has room for all disparities, OpenCV finds none; its 3way mode crashes then (4.6.0).
    guard left.width > minDisparity + disparityCount else {
      let none = Tensor(repeating: 0 as Float, shape: [left.height, left.width])
      return DisparityImage(disparities: none, rig: pair.rig)
    }
    var parameters = openCV(channels: left.channels)
    let leftPixels = try left.bytePixels()
    let rightPixels = try right.bytePixels()
    let shape = [left.height, left.width]
    let fixed = try OpenCV.filled(shape: shape, of: Int16.self, for: operation) { target in
      try OpenCV.withView(leftPixels, for: operation) { left in
        try OpenCV.withView(rightPixels, for: operation) { right in
          try OpenCV.call(operation) { $0.stereo_sgbm(left, right, &parameters, target) }
        }
      }
    }
    let lowest = Int16(16 * minDisparity)
    let disparities = fixed.withUnsafeElements(of: Int16.self) { fixed in
      Tensor(shape: shape, of: Float.self) { target in
        for i in 0..<fixed.count {
          target[i] = fixed[i] >= lowest && fixed[i] > 0 ? Float(fixed[i]) / 16 : 0
        }
      }
    }
    return DisparityImage(disparities: disparities, rig: pair.rig)
  }

  /// Refuses what OpenCV would answer with memory beyond bounds.
  private func checkParameters(width: Int, height: Int) throws {
    func refuse(_ expected: String, _ actual: String) -> VisionError {
      .unsuitableInput(operation: "stereo matching", expected: expected, actual: actual)
    }
    guard disparityCount >= 16, disparityCount <= 2048, disparityCount % 16 == 0 else {
      throw refuse("a multiple of 16 disparities from 16 to 2048", "\(disparityCount)")
    }
    guard minDisparity >= 0, minDisparity + disparityCount <= 2048 else {
      throw refuse(
        "disparities below 2048, which 16 bits hold", "\(minDisparity) and \(disparityCount) more")
    }
    guard blockSize >= 1, blockSize <= 51, blockSize % 2 == 1 else {
      throw refuse("an odd block size from 1 to 51", "\(blockSize)")
    }
    guard uniquenessRatio <= 99 else {
      throw refuse("a uniqueness ratio of at most 99 percent", "\(uniquenessRatio)")
    }
    guard p1 <= Self.largestPenalty, p2 <= Self.largestPenalty else {
      throw refuse("penalties of at most \(Self.largestPenalty)", "\(p1) and \(p2)")
    }
    let costs = Double(width) * Double(height) * Double(disparityCount)
    guard costs <= 0x1p32 else {
      throw refuse("at most 2^32 costs", "\(width) x \(height) pixels x \(disparityCount)")
    }
  }

  private func openCV(channels: Int) -> copencv_sgbm {
    let recommended = channels * blockSize * blockSize
    func number(_ value: Int) -> Int32 { Int32(clamping: value) }
    // OpenCV adds costs in 16 bits.
    let small = p1 > 0 ? p1 : min(8 * recommended, Self.largestPenalty - 1)
    let large = p2 > 0 ? p2 : min(32 * recommended, Self.largestPenalty)
    return copencv_sgbm(
      min_disparity: number(minDisparity), disparity_count: number(disparityCount),
      block_size: number(blockSize), p1: number(small), p2: number(large),
      disp12_max_diff: number(disp12MaxDiff),
      pre_filter_cap: number(preFilterCap), uniqueness_ratio: number(uniquenessRatio),
      speckle_window_size: number(speckleWindowSize), speckle_range: number(speckleRange),
      mode: mode.code)
  }
}
