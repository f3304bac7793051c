/// The mean of a measure over samples that come in batches.
public struct MetricMean: Sendable, Equatable {
  /// Sum over all samples.
  public private(set) var sum: Double
  /// Number of samples.
  public private(set) var count: Int

  /// A mean of what has been summed already.
  ///
  /// - Parameters:
  ///   - sum: Sum over all samples.
  ///   - count: Number of samples.
  public init(sum: Double = 0, count: Int = 0) {
    self.sum = sum
    self.count = count
  }

  /// Adds a batch.
  ///
  /// - Parameters:
  ///   - mean: Mean over the batch.
  ///   - count: Samples in the batch.
  public mutating func add(_ mean: Double, count: Int) {
    sum += mean * Double(count)
    self.count += count
  }

  /// The mean; not a number when there are no samples.
  public var value: Double { sum / Double(count) }
}
