/// The measures of KITTI 2012 and 2015.
///
/// D1 (2015): a pixel is wrong when its error is above 3 pixels AND above 5 % of the truth. 2012: above 2, 3, 4 or 5 pixels.
/// Both are given over the pixels that have an estimate, with their density, and over all pixels of known truth after the
/// benchmark's interpolation of holes from the background. With the truth of non-occluded pixels the numbers are Out-Noc and
/// D1 noc, with that of all pixels Out-All and D1 all.
/// - Note: Source: Menze and Geiger, "Object scene flow for autonomous vehicles", CVPR 2015; Geiger et al., CVPR 2012; the
///   benchmarks' development kits.
public struct KITTIStereo: Sendable, Equatable {
  /// Shares of wrong pixels in one region.
  public struct Region: Sendable, Equatable {
    /// Pixels of known truth.
    public var pixels: Int
    /// Those of them with an estimate before the interpolation.
    public var returned: Int
    /// D1 of the returned pixels; 0 when there are none.
    public var d1Returned: Double
    /// D1 of all pixels after the interpolation; what stays empty is wrong.
    public var d1Interpolated: Double
    /// Share of the pixels with an estimate.
    public var density: Double { pixels == 0 ? 0 : Double(returned) / Double(pixels) }
  }

  /// All pixels.
  public var all: Region
  /// Background and foreground; nil without a map of objects or without such pixels.
  public var background: Region?
  /// Pixels of objects.
  public var foreground: Region?
  /// Share of pixels off by more than 2, 3, 4, 5 pixels: returned pixels, then all after the interpolation.
  public var outliers: [StereoScore.Bad]
  /// Mean absolute error of returned pixels, and of all after the interpolation.
  public var averageError: (returned: Double, interpolated: Double)

  /// Thresholds of KITTI 2012, pixels.
  public static let thresholds = [2.0, 3, 4, 5]

  /// Whether an estimate is wrong by D1: its error is above 3 pixels and above 5 % of the truth.
  ///
  /// - Parameters:
  ///   - estimate: The disparity found.
  ///   - truth: The true one.
  /// - Returns: Whether it is wrong.
  public static func isWrong(estimate: Float, truth: Float) -> Bool {
    let error = abs(estimate - truth)
    return error > 3 && error / truth > 0.05
  }

  /// Measures an estimate.
  ///
  /// - Parameters:
  ///   - estimate: The disparities found.
  ///   - truth: The true ones.
  ///   - objects: KITTI's map of objects: above 0 in the foreground; nil: unknown.
  /// - Throws: ``StereoEvaluationError``.
  public init(estimate: DisparityMap, truth: DisparityMap, objects: [UInt8]? = nil) throws {
    try truth.check("the estimate", estimate)
    if let objects, objects.count != truth.values.count {
      throw StereoEvaluationError.sizes(
        what: "the map of objects", expected: "\(truth.values.count)", actual: "\(objects.count)")
    }
    let filled = estimate.filledFromBackground()
    func region(_ counts: (Int) -> Bool) -> Region? {
      var (pixels, returned, wrong, wrongFilled) = (0, 0, 0, 0)
      for i in truth.values.indices where DisparityMap.isKnown(truth.values[i]) && counts(i) {
        pixels += 1
        if DisparityMap.isKnown(estimate.values[i]) {
          returned += 1
          if Self.isWrong(estimate: estimate.values[i], truth: truth.values[i]) { wrong += 1 }
        }
        let known = DisparityMap.isKnown(filled.values[i])
        if !known || Self.isWrong(estimate: filled.values[i], truth: truth.values[i]) {
          wrongFilled += 1
        }
      }
      guard pixels > 0 else { return nil }
      return Region(
        pixels: pixels, returned: returned,
        d1Returned: returned == 0 ? 0 : Double(wrong) / Double(returned),
        d1Interpolated: Double(wrongFilled) / Double(pixels))
    }
    guard let all = region({ _ in true }) else { throw StereoEvaluationError.noTruth }
    self.all = all
    background = objects.flatMap { objects in region { objects[$0] == 0 } }
    foreground = objects.flatMap { objects in region { objects[$0] > 0 } }
    let returned = try StereoScore(estimate: estimate, truth: truth, thresholds: Self.thresholds)
    let interpolated = try StereoScore(
      estimate: filled, truth: truth, thresholds: Self.thresholds)
    outliers = zip(returned.bad, interpolated.bad).map {
      StereoScore.Bad(
        threshold: $0.threshold, returned: $0.returned, withHoles: $1.withHoles)
    }
    averageError = (returned.averageError, interpolated.averageError)
  }

  /// Equal measures.
  public static func == (a: KITTIStereo, b: KITTIStereo) -> Bool {
    a.all == b.all && a.background == b.background && a.foreground == b.foreground
      && a.outliers == b.outliers && a.averageError == b.averageError
  }
}

extension DisparityMap {
  /// The map with its holes filled as KITTI's tools do: gaps of a row with the smaller disparity of their two ends, the ends of
  /// rows with the outermost disparity, then columns up to the upper and lower edge.
  ///
  /// - Returns: The filled map; one without any disparity stays empty.
  public func filledFromBackground() -> DisparityMap {
    var map = self
    for row in 0..<height {
      let start = row * width
      let known = (0..<width).filter { Self.isKnown(values[start + $0]) }
      guard let first = known.first, let last = known.last else { continue }
      for (a, b) in zip(known, known.dropFirst()) where b > a + 1 {
        let background = min(values[start + a], values[start + b])
        for column in (a + 1)..<b { map.values[start + column] = background }
      }
      for column in 0..<first { map.values[start + column] = values[start + first] }
      for column in last + 1..<max(width, last + 1) {
        map.values[start + column] = values[start + last]
      }
    }
    // A row is now full or empty.
    let full = (0..<height).filter { width > 0 && Self.isKnown(map.values[$0 * width]) }
    guard let top = full.first, let bottom = full.last else { return map }
    for column in 0..<width {
      for row in 0..<top { map.values[row * width + column] = map.values[top * width + column] }
      for row in bottom + 1..<max(height, bottom + 1) {
        map.values[row * width + column] = map.values[bottom * width + column]
      }
    }
    return map
  }
}
