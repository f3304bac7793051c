public import Tensors

/// Probabilities of several classes as the softmax of weighted sums.
///
/// Minimised is the mean over all rows of the negative logarithm of the true class's probability, plus `ridge / (2 N)` times
/// the sum of squared weights; intercepts are free.
public struct SoftmaxRegression: Sendable {
  /// Weights, `[F, K]` Float64.
  public let weights: Tensor
  /// What is added to each weighted sum, `[1, K]` Float64.
  public let intercept: Tensor

  /// Fits a model by gradient descent on normalised features.
  ///
  /// - Parameters:
  ///   - features: `[N, F]` Float64.
  ///   - labels: A class for each row.
  ///   - classes: Number of classes.
  ///   - ridge: Factor of half the squared weights, not negative.
  ///   - descent: Step width, batch size and number of epochs.
  public init(
    _ features: Tensor, _ labels: [Int], classes: Int, ridge: Double = 1,
    _ descent: GradientDescent = GradientDescent(learningRate: 0.5, momentum: 0.9, epochs: 500)
  ) {
    Rows.require(features, labels: labels, classes: classes, "SoftmaxRegression")
    let (rows, width) = (features.shape[0], features.shape[1])
    let (mean, deviation) = Rows.statistics(features)
    let x = Tensor.concatenated(
      [(features - mean) / deviation, .ones([rows, 1], .float64)], axis: 1)
    let y = Rows.indicators(labels, classes: classes)
    let penalty = Tensor.concatenated(
      [
        deviation.square().rsqrt().square().transposed() * (ridge / Double(rows)),
        Tensor.zeros([1, 1], .float64),
      ], axis: 0)
    let start = Tensor.zeros([width + 1, classes], .float64)
    let found = descent.minimise(from: start, rows: rows) { weights, part in
      let (x, y) = part.map { (x.selected(axis: 0, at: $0), y.selected(axis: 0, at: $0)) } ?? (x, y)
      let error = x.matmul(weights).softmax(axis: 1) - y
      return x.transposed().matmul(error) / Double(x.shape[0]) + weights * penalty
    }
    weights = (found.narrowed(axis: 0, to: 0..<width) / deviation.transposed()).contiguous()
    intercept = (found.narrowed(axis: 0, to: width..<width + 1) - mean.matmul(weights))
      .contiguous()
  }

  /// Probabilities of all classes.
  ///
  /// - Parameter features: `[N, F]` Float64.
  /// - Returns: `[N, K]` Float64; each row sums to 1.
  public func probabilities(_ features: Tensor) -> Tensor {
    (features.matmul(weights) + intercept).softmax(axis: 1)
  }

  /// The most probable class.
  ///
  /// - Parameter features: `[N, F]` Float64.
  /// - Returns: A class for each row.
  public func predict(_ features: Tensor) -> [Int] {
    Rows.largest(features.matmul(weights) + intercept)
  }
}
