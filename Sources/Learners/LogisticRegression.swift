public import Tensors

/// The probability of one of two classes as the logistic function of a weighted sum.
///
/// Minimised is the sum over all rows of the negative logarithm of the true class's probability, plus `ridge / 2` times the sum
/// of squared weights; the intercept is free.
public struct LogisticRegression: Sendable {
  /// Weights, `[F, 1]` Float64.
  public let weights: Tensor
  /// What is added to the weighted sum.
  public let intercept: Double

  /// Fits a model by Newton's method (iteratively reweighted least squares).
  ///
  /// - Parameters:
  ///   - features: `[N, F]` Float64.
  ///   - labels: 0 or 1 for each row.
  ///   - ridge: Factor of half the squared weights, above 0: without it, separable classes have no optimum.
  ///   - iterations: Most steps; it ends when the weights no longer change.
  /// - Throws: `TensorError` when the features are not finite.
  public init(
    _ features: Tensor, _ labels: [Int], ridge: Double = 1, iterations: Int = 50
  ) throws(TensorError) {
    Rows.require(features, labels: labels, classes: 2, "LogisticRegression")
    precondition(ridge > 0, "LogisticRegression: a penalty of \(ridge)")
    let (rows, width) = (features.shape[0], features.shape[1])
    let x = Tensor.concatenated([features, .ones([rows, 1], .float64)], axis: 1)
    let y = Tensor(labels.map(Double.init), shape: [rows, 1])
    // The intercept's tiny penalty keeps the equation solvable when one class is alone.
    let penalty = Tensor([Double](repeating: ridge, count: width) + [1e-10])
    let damping = Tensor.eye(width + 1, .float64) * penalty
    var point = Tensor.zeros([width + 1, 1], .float64)
    var value = Self.loss(x, y, penalty, point)
    for _ in 0..<iterations {
      let probability = x.matmul(point).sigmoid()
      let slope = x.transposed().matmul(probability - y) + penalty.unsqueezed(1) * point
      let weight = probability * (1 - probability)
      let curvature = x.transposed().matmul(x * weight) + damping
      let step = try curvature.solve(slope)
      // Newton's step may overshoot far from the optimum: halve it until the loss falls.
      var part = 1.0
      var next = point - step
      var nextValue = Self.loss(x, y, penalty, next)
      while nextValue > value, part > 1e-6 {
        part /= 2
        next = point - step * part
        nextValue = Self.loss(x, y, penalty, next)
      }
      let change = (next - point).abs().max().item(of: Double.self)
      (point, value) = (next, nextValue)
      if change < 1e-10 { break }
    }
    weights = point.narrowed(axis: 0, to: 0..<width).contiguous()
    intercept = point.narrowed(axis: 0, to: width..<width + 1).item(of: Double.self)
  }

  /// Probability of class 1.
  ///
  /// - Parameter features: `[N, F]` Float64.
  /// - Returns: `[N]` Float64.
  public func probabilities(_ features: Tensor) -> Tensor {
    (features.matmul(weights) + intercept).sigmoid().squeezed(1)
  }

  /// The more probable class.
  ///
  /// - Parameter features: `[N, F]` Float64.
  /// - Returns: 0 or 1 for each row.
  public func predict(_ features: Tensor) -> [Int] {
    probabilities(features).array(of: Double.self).map { $0 > 0.5 ? 1 : 0 }
  }

  private static func loss(_ x: Tensor, _ y: Tensor, _ penalty: Tensor, _ point: Tensor) -> Double {
    let score = x.matmul(point)
    let likelihood = (score.softplus() - score * y).sum()
    return (likelihood + (penalty.unsqueezed(1) * point.square()).sum() * 0.5)
      .item(of: Double.self)
  }
}
