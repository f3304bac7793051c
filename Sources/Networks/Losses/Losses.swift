public import Tensors

/// Losses beyond those of ``Tensors/Tensor``, which has cross-entropy, binary cross-entropy,
/// Kullback-Leibler divergence, the multi-class hinge (``Tensors/Tensor/multiMarginLoss(_:power:margin:weight:reduction:)``),
/// absolute, squared, Huber and smooth absolute errors.
extension Tensor {
  /// The root of the mean squared error.
  ///
  /// - Parameters:
  ///   - target: Of this shape.
  ///   - epsilon: Added to the mean square, so that the slope stays finite where the error is 0.
  /// - Returns: A scalar.
  public func rmseLoss(_ target: Tensor, epsilon: Double = 0) -> Tensor {
    (mseLoss(target) + epsilon).sqrt()
  }

  /// One minus the overlap of soft sets, divided by their union: for scores of classes at every
  /// pixel.
  ///
  /// `1 - sum(p t) / sum(p + t - p t)` for each class, over batch and pixels, then the mean over
  /// the classes; one that occurs nowhere counts as a full overlap.
  ///
  /// - Parameters:
  ///   - target: Membership from 0 to 1, of this shape.
  ///   - axis: The axis of the classes.
  ///   - epsilon: Added to overlap and union.
  /// - Returns: A scalar.
  /// - Note: Source: Rahman and Wang, "Optimizing intersection-over-union in deep neural networks
  ///   for image segmentation", ISVC 2016.
  public func softIoULoss(_ target: Tensor, axis: Int = 1, epsilon: Double = 1e-6) -> Tensor {
    require(
      shape == target.shape && rank > axis && axis >= 0,
      "softIoULoss: predictions of shape \(shape) and a target of shape \(target.shape)")
    let others = (0..<rank).filter { $0 != axis }
    let overlap = (self * target).sum(axes: others)
    let union = (self + target - self * target).sum(axes: others)
    return 1 - ((overlap + epsilon) / (union + epsilon)).mean()
  }

  /// The hinge of a margin between a score and its sign, `max(0, margin - y s)`.
  ///
  /// - Parameters:
  ///   - signs: -1 or 1, of this shape.
  ///   - margin: Scores beyond it cost nothing.
  /// - Returns: The mean.
  public func hingeLoss(_ signs: Tensor, margin: Double = 1) -> Tensor {
    require(
      shape == signs.shape,
      "hingeLoss: scores of shape \(shape) and signs of shape \(signs.shape)")
    return (margin - self * signs).relu().mean()
  }
}
