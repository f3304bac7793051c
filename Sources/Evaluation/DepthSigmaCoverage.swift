import Tensors
public import Vision

/// How often true depths lie within the stated standard deviations: the protocol `depth-sigma`.
///
/// Every pixel counts that has a true depth and a returned depth with a stated deviation above 0; none is taken out for its
/// error, its place or what it shows, so gross mismatches count as what they are. Pixels without a returned depth do not count;
/// the density says how many there are. A pixel belongs to the range bin of its true depth, and is covered when
/// |Z - Z_true| <= k σ. A normal distribution has 68.27 % within one and 95.45 % within two deviations.
public struct DepthSigmaCoverage: Sendable {
  /// Counts of one range bin.
  public struct Bin: Sendable, Equatable {
    /// Nearest and farthest true depth, metres; the farthest does not belong to it.
    public var range: Range<Double>
    /// Pixels with a true depth.
    public var truth = 0
    /// Of them, pixels with a returned depth and a deviation.
    public var returned = 0
    /// Of those, pixels within one deviation.
    public var withinOne = 0
    /// Pixels within two deviations.
    public var withinTwo = 0
    /// Pixels farther than five deviations: what no normal distribution has.
    public var beyondFive = 0
    var deviations = LengthHistogram()
    var errors = LengthHistogram()

    /// Share within one deviation; not a number without pixels.
    public var coverage: Double { Double(withinOne) / Double(returned) }
    /// Share within two deviations.
    public var coverageOfTwo: Double { Double(withinTwo) / Double(returned) }
    /// Share of the true pixels that were returned.
    public var density: Double { Double(returned) / Double(truth) }
    /// Median stated deviation to within 1 %, metres.
    public var medianDeviation: Double { deviations.median }
    /// Median absolute error to within 1 %, metres.
    public var medianError: Double { errors.median }
    /// Whether there are enough pixels for a share.
    public var isSound: Bool { returned >= DepthSigmaCoverage.fewestPixels }
  }

  /// Bins with fewer returned pixels are too small for a verdict.
  public static let fewestPixels = 1000
  /// Limits of the range bins by default, metres.
  public static let standardLimits = [0.0, 5, 10, 20, 30, 40]
  /// The share within one deviation that a calibrated deviation has.
  public static let target = 0.6827

  /// The range bins, nearest first.
  public private(set) var bins: [Bin]
  /// Number of frames.
  public private(set) var frames = 0

  /// An empty count.
  ///
  /// - Parameter limits: Limits of the range bins, ascending, metres.
  public init(limits: [Double] = DepthSigmaCoverage.standardLimits) {
    precondition(
      limits.count > 1 && zip(limits, limits.dropFirst()).allSatisfy { $0 < $1 },
      "limits of range bins ascend, unlike \(limits)")
    bins = zip(limits, limits.dropFirst()).map { Bin(range: $0..<$1) }
  }

  /// All bins as one.
  public var total: Bin {
    bins.dropFirst().reduce(bins[0]) { sum, bin in
      var sum = sum
      sum.range = sum.range.lowerBound..<bin.range.upperBound
      sum.truth += bin.truth
      sum.returned += bin.returned
      sum.withinOne += bin.withinOne
      sum.withinTwo += bin.withinTwo
      sum.beyondFive += bin.beyondFive
      sum.deviations.add(bin.deviations)
      sum.errors.add(bin.errors)
      return sum
    }
  }

  /// Counts one frame.
  ///
  /// - Parameters:
  ///   - depth: Returned depths with standard deviations (random part), metres.
  ///   - truth: True depths of the same pixels, metres, 0 = none.
  public mutating func add(_ depth: DepthImage, truth: DepthImage) {
    precondition(
      depth.depths.shape == truth.depths.shape,
      "depths \(depth.depths.shape) and truth \(truth.depths.shape) differ in size")
    frames += 1
    guard let deviations = depth.standardDeviations else { return }
    let limits = bins.map { Float($0.range.upperBound) }
    let first = Float(bins[0].range.lowerBound)
    depth.depths.withUnsafeElements(of: Float.self) { depths in
      deviations.withUnsafeElements(of: Float.self) { deviations in
        truth.depths.withUnsafeElements(of: Float.self) { truth in
          bins.withUnsafeMutableBufferPointer { bins in
            for i in 0..<truth.count {
              let actual = truth[i]
              guard actual > 0, actual >= first else { continue }
              var number = 0
              while number < limits.count, actual >= limits[number] { number += 1 }
              guard number < limits.count else { continue }
              bins[number].truth += 1
              guard depths[i] > 0, deviations[i] > 0 else { continue }
              let error = abs(depths[i] - actual)
              bins[number].returned += 1
              bins[number].withinOne += error <= deviations[i] ? 1 : 0
              bins[number].withinTwo += error <= 2 * deviations[i] ? 1 : 0
              bins[number].beyondFive += error > 5 * deviations[i] ? 1 : 0
              bins[number].deviations.add(deviations[i])
              bins[number].errors.add(error)
            }
          }
        }
      }
    }
  }
}
