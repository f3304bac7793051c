/// Errors of disparities over one region, holes and density always stated.
public struct StereoScore: Sendable, Equatable {
  /// Share of pixels that are off by more than a threshold.
  public struct Bad: Sendable, Equatable {
    /// The threshold, pixels: an error that equals it is not bad.
    public var threshold: Double
    /// Among the pixels that have an estimate.
    public var returned: Double
    /// Among all pixels of known truth; holes count as bad.
    public var withHoles: Double
  }

  /// Pixels of known truth in the region.
  public var pixels: Int
  /// Those of them without an estimate.
  public var holes: Int
  /// Bad pixels for each threshold.
  public var bad: [Bad]
  /// Mean absolute error of the pixels that have an estimate; 0 when none has.
  public var averageError: Double
  /// Root of their mean squared error.
  public var rootMeanSquare: Double
  /// Error that 50, 90, 95 and 99 percent of them do not exceed.
  public var quantiles: [Double]

  /// Shares that ``StereoScore/quantiles`` belong to.
  public static let quantileShares = [0.5, 0.9, 0.95, 0.99]
  /// Share of the pixels that have an estimate.
  public var density: Double { pixels == 0 ? 0 : Double(pixels - holes) / Double(pixels) }

  /// Measures an estimate.
  ///
  /// - Parameters:
  ///   - estimate: The disparities found.
  ///   - truth: The true ones.
  ///   - thresholds: Errors above which a pixel is bad, pixels.
  ///   - largest: Estimates beyond it are cut to it, as Middlebury's tool does with its largest disparity; nil: they stay.
  ///   - counts: Whether a pixel (its index) belongs to the region.
  /// - Throws: ``StereoEvaluationError``.
  public init(
    estimate: DisparityMap, truth: DisparityMap, thresholds: [Double], largest: Float? = nil,
    counts: (Int) -> Bool = { _ in true }
  ) throws {
    try truth.check("the estimate", estimate)
    var errors: [Float] = []
    errors.reserveCapacity(truth.values.count)
    var pixels = 0
    for i in truth.values.indices where DisparityMap.isKnown(truth.values[i]) && counts(i) {
      pixels += 1
      let value = estimate.values[i]
      guard DisparityMap.isKnown(value) else { continue }
      errors.append(abs(min(value, largest ?? value) - truth.values[i]))
    }
    guard pixels > 0 else { throw StereoEvaluationError.noTruth }
    errors.sort()
    let holes = pixels - errors.count
    self.pixels = pixels
    self.holes = holes
    bad = thresholds.map { threshold in
      let good = errors.partitionPoint { $0 > Float(threshold) }
      let wrong = errors.count - good
      return Bad(
        threshold: threshold,
        returned: errors.isEmpty ? 0 : Double(wrong) / Double(errors.count),
        withHoles: Double(wrong + holes) / Double(pixels))
    }
    let count = Double(max(errors.count, 1))
    averageError = errors.reduce(0.0) { $0 + Double($1) } / count
    rootMeanSquare = (errors.reduce(0.0) { $0 + Double($1) * Double($1) } / count).squareRoot()
    quantiles = Self.quantileShares.map { share in
      // The least error that at least this share does not exceed.
      let rank = Int((share * Double(errors.count)).rounded(.up))
      return errors.isEmpty ? 0 : Double(errors[min(max(rank, 1), errors.count) - 1])
    }
  }
}

extension DisparityMap {
  /// Refuses another map of another size.
  func check(_ what: String, _ other: DisparityMap) throws {
    guard other.width == width, other.height == height else {
      throw StereoEvaluationError.sizes(
        what: what, expected: "\(width) x \(height)", actual: "\(other.width) x \(other.height)")
    }
  }
}

extension Array {
  /// The first index from which `isBeyond` holds, in an array where it holds from some index on.
  func partitionPoint(_ isBeyond: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
