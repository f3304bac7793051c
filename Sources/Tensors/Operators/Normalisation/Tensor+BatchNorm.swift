/// Normalisation of channels over a batch.
///
/// - Note: Source: Ioffe and Szegedy, "Batch normalization", ICML 2015.
extension Tensor {
  /// Each channel normalised with given statistics.
  ///
  /// The result is `(x - mean) / sqrt(variance + epsilon) * weight + bias`.
  ///
  /// - Parameters:
  ///   - mean: `[C]`.
  ///   - variance: `[C]`.
  ///   - weight: `[C]`; ones when left out.
  ///   - bias: `[C]`; zeros when left out.
  ///   - epsilon: Added to the variance.
  /// - Returns: A tensor of this shape, `[B, C, ...]`.
  public func batchNorm(
    mean: Tensor, variance: Tensor, weight: Tensor? = nil, bias: Tensor? = nil,
    epsilon: Double = 1e-5
  ) -> Tensor {
    requireChannels("batchNorm", axis: 1, [mean, variance, weight, bias])
    return ATen.batchNorm(
      .tensor(self), .optional(weight), .optional(bias), .tensor(mean), .tensor(variance),
      .bool(false), .double(0), .double(epsilon), .bool(false))
  }

  /// Each channel normalised with the batch's own statistics.
  ///
  /// - Parameters:
  ///   - weight: `[C]`; ones when left out.
  ///   - bias: `[C]`; zeros when left out.
  ///   - epsilon: Added to the variance.
  /// - Returns: A tensor of this shape, `[B, C, ...]`.
  public func batchNorm(
    weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5
  ) -> Tensor {
    requireSeveral("batchNorm")
    requireChannels("batchNorm", axis: 1, [weight, bias])
    return ATen.batchNorm(
      .tensor(self), .optional(weight), .optional(bias), .none, .none, .bool(true), .double(0),
      .double(epsilon), .bool(false))
  }

  /// Each channel normalised with the batch's own statistics, which move the running ones.
  ///
  /// - Parameters:
  ///   - runningMean: `[C]`; becomes `(1 - momentum) * runningMean + momentum * mean`.
  ///   - runningVariance: `[C]`; likewise, with the unbiased variance.
  ///   - weight: `[C]`; ones when left out.
  ///   - bias: `[C]`; zeros when left out.
  ///   - momentum: Weight of this batch in the running statistics.
  ///   - epsilon: Added to the variance.
  /// - Returns: A tensor of this shape, `[B, C, ...]`.
  public func batchNorm(
    updating runningMean: inout Tensor, _ runningVariance: inout Tensor, weight: Tensor? = nil,
    bias: Tensor? = nil, momentum: Double = 0.1, epsilon: Double = 1e-5
  ) -> Tensor {
    requireSeveral("batchNorm")
    requireChannels("batchNorm", axis: 1, [runningMean, runningVariance, weight, bias])
    runningMean.makeWritable()
    runningVariance.makeWritable()
    return ATen.batchNorm(
      .tensor(self), .optional(weight), .optional(bias), .tensor(runningMean),
      .tensor(runningVariance), .bool(true), .double(momentum), .double(epsilon), .bool(false))
  }

  private func requireSeveral(_ operation: String) {
    require(
      rank >= 2 && count > shape[1],
      "\(operation): an input of shape \(shape) has no two values in a channel to compare")
  }

  /// Checks that vectors have one element for each channel.
  func requireChannels(_ operation: String, axis: Int, _ vectors: [Tensor?]) {
    require(rank > axis, "\(operation): an input of shape \(shape) has no channels")
    for case .some(let vector) in vectors {
      require(
        vector.shape == [shape[axis]],
        """
        \(operation): a vector of shape \(vector.shape) for the \(shape[axis]) channels of an \
        input of shape \(shape)
        """)
    }
  }
}

extension ATen {
  static let batchNorm = TorchOperator("aten::batch_norm")
}
