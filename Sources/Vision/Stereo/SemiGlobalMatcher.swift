import CKernels
public import Tensors

/// Dense stereo by semi-global matching, our own.
///
/// Costs are 24 bits of census over 9x9 pixels and the cut grey difference; they are summed over 4 or 8 directions with a
/// penalty for large steps that falls at edges of the picture. The winners pass a left-right check, get a sub-pixel offset, a
/// median and a speckle filter, and short gaps behind a nearer surface are filled from the background.
///
/// The result depends on the pictures and these settings alone: not on `threads`, and not on the processor.
/// - Note: Source: Hirschmüller, "Stereo processing by semiglobal matching and mutual information", PAMI 2008. Differs: census
///   and grey costs, path costs of one byte, a strip-wise schedule whose memory grows with the square root of the height.
public struct SemiGlobalMatcher: Sendable, Equatable {
  /// How many directions the costs are summed over.
  public enum Paths: Int, Sendable, CaseIterable {
    /// Along the row and the column.
    case four = 4
    /// The diagonals as well.
    case eight = 8
  }

  /// Which instructions do the work; the result is the same.
  public enum Instructions: Int, Sendable, CaseIterable {
    /// The best of this processor.
    case automatic = 0
    /// What every processor has.
    case portable = 1
    /// 32 bytes at a time.
    case avx2 = 2
    /// 64 bytes at a time.
    case avx512 = 3

    /// Those that this processor has.
    public static var available: [Instructions] {
      let best = Int(csgm_best_instructions())
      return allCases.filter { $0.rawValue <= best }
    }
  }

  /// Smallest disparity, pixels, at least 0.
  public var minDisparity = 0
  /// Number of disparities that are tried: a multiple of 16 up to 1024.
  public var disparityCount = 128
  /// Directions.
  public var paths = Paths.four
  /// Penalty of a disparity step of 1; costs of one pixel are 0 to 32.
  public var p1 = 10
  /// Penalty of a larger step where the picture is flat, at most 95.
  public var p2 = 95
  /// The larger penalty is `p2 * p2Scale / (p2Scale + g)` at a grey step g; 0: it stays `p2`.
  public var p2Scale = 6
  /// What the larger penalty does not fall below.
  public var p2Min = 25
  /// By how many percent the best match must beat all that are no neighbours of it, at most 99.
  public var uniquenessRatio = 0
  /// Largest difference of the left-right check, pixels; nil: no check.
  public var leftRightTolerance: Int? = 2
  /// Components of fewer pixels are removed; 0: none; nil: by the size of the picture, 40 to 300.
  public var speckleArea: Int?
  /// Largest step between neighbours of one component, pixels.
  public var speckleStep = 0.5
  /// Whether a median over 5x5 pixels smooths the disparities.
  public var median = true
  /// How far the background reaches into a gap, pixels; 0: gaps stay; nil: 7/32 of `disparityCount`.
  public var fillReach: Int?
  /// Threads, at least 1.
  public var threads = 1
  /// Instructions.
  public var instructions = Instructions.automatic

  /// 128 disparities, four directions, settings that did well on recorded pairs (docs/stereo.md).
  public init() {}

  /// What ``SemiGlobalMatcher/match(_:)`` finds.
  public struct Match: Sendable {
    /// Disparities with their standard deviations, and the pair's rig.
    public var disparity: DisparityImage
    /// How sure each disparity is, shape `[H, W]`, UInt8: 0 = none, 1 to 31 filled from the background, 32 to 255 matched.
    public var confidence: Tensor
  }

  /// Matches a rectified pair.
  ///
  /// - Parameter pair: The pair: UInt8 or Float; matched in grey.
  /// - Returns: Disparities in steps of 1/32 pixel, 0 = none, with standard deviations and the pair's rig.
  /// - Throws: ``VisionError``.
  public func disparity(of pair: StereoPair) throws -> DisparityImage {
    try match(pair).disparity
  }

  /// Matches a rectified pair and says how sure each disparity is.
  ///
  /// - Parameter pair: The pair: UInt8 or Float; matched in grey.
  /// - Returns: Disparities in steps of 1/32 pixel, 0 = none, and their confidence.
  /// - Throws: ``VisionError``.
  public func match(_ pair: StereoPair) throws -> Match {
    let (left, right) = (try pair.left.grey(), try pair.right.grey())
    let shape = [left.height, left.width]
    let count = left.height * left.width
    guard count > 0 else { throw refuse("pictures with pixels", "\(left.width) x \(left.height)") }
    var settings = try settings(width: left.width, height: left.height)
    var fixed = [UInt16](repeating: 0, count: count)
    var deviations = fixed
    var status = Int32(0)
    let confidence = left.pixels.withUnsafeElements(of: UInt8.self) { left in
      right.pixels.withUnsafeElements(of: UInt8.self) { right in
        Tensor(shape: shape, of: UInt8.self) { confidence in
          status = csgm_match(
            left.baseAddress, right.baseAddress, &settings, &fixed, &deviations,
            confidence.baseAddress)
        }
      }
    }
    switch status {
    case Int32(CSGM_OK): break
    case Int32(CSGM_NO_MEMORY):
      throw VisionError.unsuitableInput(
        operation: Self.operation, expected: "pictures and disparities that fit into memory",
        actual: "\(left.width) x \(left.height) pixels and \(disparityCount) disparities")
    default:
      throw refuse(
        "instructions that the processor has and pictures of at most 2^28 pixels",
        "\(instructions), \(left.width) x \(left.height) pixels")
    }
    let disparities = Self.pixels(fixed, shape: shape, one: Float(CSGM_ONE_PIXEL))
    let standardDeviations = Self.pixels(deviations, shape: shape, one: 256)
    return Match(
      disparity: DisparityImage(
        disparities: disparities, rig: pair.rig, standardDeviations: standardDeviations),
      confidence: confidence)
  }

  private static let operation = "stereo matching"

  private static func pixels(_ fixed: [UInt16], shape: [Int], one: Float) -> Tensor {
    fixed.withUnsafeBufferPointer { fixed in
      Tensor(shape: shape, of: Float.self) { target in
        for i in 0..<fixed.count { target[i] = Float(fixed[i]) / one }
      }
    }
  }

  private func refuse(_ expected: String, _ actual: String) -> VisionError {
    .unsuitableInput(operation: Self.operation, expected: expected, actual: actual)
  }

  private func settings(width: Int, height: Int) throws -> csgm_settings {
    guard disparityCount >= 16, disparityCount <= 1024, disparityCount % 16 == 0 else {
      throw refuse("a multiple of 16 disparities from 16 to 1024", "\(disparityCount)")
    }
    guard minDisparity >= 0, minDisparity < 2048 - disparityCount else {
      throw refuse("disparities below 2048", "\(minDisparity) and \(disparityCount) more")
    }
    guard p1 >= 1, p1 <= p2, p2 <= 95, p2Min >= p1, p2Min <= p2, (0...65536).contains(p2Scale)
    else {
      throw refuse(
        "penalties 1 <= p1 <= p2Min <= p2 <= 95 and a scale of 0 to 65536",
        "p1 \(p1), p2Min \(p2Min), p2 \(p2), p2Scale \(p2Scale)")
    }
    guard (0...99).contains(uniquenessRatio) else {
      throw refuse("a uniqueness ratio of 0 to 99 percent", "\(uniquenessRatio)")
    }
    guard speckleStep >= 0, speckleStep <= 2048 else {
      throw refuse("a speckle step of 0 to 2048 pixels", "\(speckleStep)")
    }
    guard threads >= 1 else { throw refuse("at least one thread", "\(threads)") }
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, pixels <= 1 << 28, width <= 65536, height <= 65536 else {
      throw refuse("at most 65536 columns and rows and 2^28 pixels", "\(width) x \(height)")
    }
    let area = speckleArea ?? min(max(pixels / 5000, 40), 300)
    let reach = fillReach ?? disparityCount * 7 / 32
    return csgm_settings(
      width: Int32(width), height: Int32(height), min_disparity: Int32(minDisparity),
      disparity_count: Int32(disparityCount), paths: Int32(paths.rawValue), p1: Int32(p1),
      p2: Int32(p2), p2_scale: Int32(p2Scale), p2_min: Int32(p2Min),
      uniqueness: Int32(uniquenessRatio),
      left_right: leftRightTolerance.map { Int32(clamping: max($0, 0)) } ?? -1,
      speckle_area: Int32(clamping: max(area, 0)),
      speckle_step: Int32(speckleStep * Double(CSGM_ONE_PIXEL)), median: median ? 1 : 0,
      fill: Int32(min(max(reach, 0), 65534)), threads: Int32(clamping: threads),
      instructions: Int32(instructions.rawValue))
  }
}
