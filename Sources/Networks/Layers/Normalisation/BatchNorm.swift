public import Tensors

/// Batch normalisation of `[B, C]` or `[B, C, L]`.
public typealias BatchNorm1D = BatchNorm<Line>
/// Batch normalisation of `[B, C, H, W]`.
public typealias BatchNorm2D = BatchNorm<Plane>
/// Batch normalisation of `[B, C, D, H, W]`.
public typealias BatchNorm3D = BatchNorm<Volume>

/// Each channel shifted and scaled to mean 0 and variance 1, then by learned numbers.
///
/// In training the statistics are the batch's, and move the running ones; in evaluation they are
/// the running ones.
///
/// - Note: Source: Ioffe and Szegedy, "Batch normalization", ICML 2015.
public final class BatchNorm<Axes: SpatialAxes>: Layer {
  /// `[C]`.
  public let weight: Parameter?
  /// `[C]`.
  public let bias: Parameter?
  /// `[C]`.
  public let runningMean: Buffer
  /// `[C]`.
  public let runningVariance: Buffer
  /// Number of batches that moved the running statistics.
  public let batchCount: Buffer
  /// Training or evaluation.
  public let mode = Mode()
  /// Added to the variance.
  public let epsilon: Double
  /// Weight of a batch in the running statistics; nil for the mean over all batches.
  public let momentum: Double?
  private let channels: Int

  /// A layer without values.
  ///
  /// - Parameters:
  ///   - channels: Channels of the input.
  ///   - epsilon: Added to the variance.
  ///   - momentum: Weight of a batch in the running statistics; nil for the mean over all batches.
  ///   - affine: Whether the result is scaled and shifted by learned numbers.
  public init(
    _ channels: Int, epsilon: Double = 1e-5, momentum: Double? = 0.1, affine: Bool = true
  ) {
    weight = affine ? Parameter([channels], .ones) : nil
    bias = affine ? Parameter([channels], .zeros) : nil
    runningMean = Buffer(Tensor(repeating: Float(0), shape: [channels]))
    runningVariance = Buffer(Tensor(repeating: Float(1), shape: [channels]))
    batchCount = Buffer(Tensor([Int64(0)], shape: []), isRequired: false)
    self.epsilon = epsilon
    self.momentum = momentum
    self.channels = channels
  }

  /// The kind of module in the printed tree.
  public static var kind: String { "BatchNorm\(Axes.count)D" }

  /// Names that differ from the properties'.
  public static var memberNames: [String: String] {
    ["runningVariance": "running_var", "batchCount": "num_batches_tracked"]
  }

  /// The settings in one line.
  public var settings: String {
    "\(channels)" + (epsilon == 1e-5 ? "" : ", epsilon \(epsilon)")
      + (weight == nil ? ", not affine" : "")
  }

  /// Moves the running statistics by those of a batch that were computed elsewhere.
  ///
  /// - Parameters:
  ///   - mean: `[C]`.
  ///   - variance: `[C]`, unbiased.
  package func adoptBatch(mean: Tensor, variance: Tensor) {
    let count = batchCount.value.item(of: Int64.self) + 1
    let share = momentum ?? 1 / Double(count)
    batchCount.adopt(Tensor([count], shape: []))
    runningMean.adopt(runningMean.value * (1 - share) + mean.detached() * share)
    runningVariance.adopt(runningVariance.value * (1 - share) + variance.detached() * share)
  }

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor {
    let fits = x.rank == Axes.count + 2 || (Axes.count == 1 && x.rank == 2)
    requireInput(
      fits && x.shape[1] == channels, x, expected: Axes.pattern(channels: "\(channels)"))
    guard mode.isTraining else {
      return x.batchNorm(
        mean: runningMean.value, variance: runningVariance.value, weight: weight?.value,
        bias: bias?.value, epsilon: epsilon)
    }
    let count = batchCount.value.item(of: Int64.self) + 1
    var (mean, variance) = (runningMean.value, runningVariance.value)
    let y = x.batchNorm(
      updating: &mean, &variance, weight: weight?.value, bias: bias?.value,
      momentum: momentum ?? 1 / Double(count), epsilon: epsilon)
    batchCount.adopt(Tensor([count], shape: []))
    runningMean.adopt(mean)
    runningVariance.adopt(variance)
    return y
  }

  /// Moves the running statistics by those of a batch that was normalised elsewhere, as training does.
  ///
  /// - Parameters:
  ///   - mean: Mean of each channel, shape `[C]`, Float.
  ///   - variance: Mean squared deviation of each channel.
  ///   - count: Values of each channel that they were taken of.
  public func moveStatistics(mean: Tensor, variance: Tensor, count: Double) {
    let batches = batchCount.value.item(of: Int64.self) + 1
    let share = momentum ?? 1 / Double(batches)
    let unbiased = count > 1 ? count / (count - 1) : 1
    batchCount.adopt(Tensor([batches], shape: []))
    runningMean.adopt(runningMean.value * (1 - share) + mean * share)
    runningVariance.adopt(runningVariance.value * (1 - share) + variance * (share * unbiased))
  }
}
