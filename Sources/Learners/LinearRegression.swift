public import Tensors

/// Numbers as weighted sums of features: least squares, with a penalty on large weights where wanted.
///
/// Minimised is the sum over all rows of the squared error, plus `ridge` times the sum of squared weights; intercepts are free.
///
/// - Note: Source: Hoerl and Kennard, "Ridge regression: biased estimation for nonorthogonal problems", Technometrics 12, 1970.
public struct LinearRegression: Sendable {
  /// Weights, `[F, T]` Float64.
  public let weights: Tensor
  /// What is added to each target, `[1, T]` Float64.
  public let intercept: Tensor

  /// A model with given weights.
  ///
  /// - Parameters:
  ///   - weights: `[F, T]` Float64.
  ///   - intercept: `[1, T]` Float64.
  public init(weights: Tensor, intercept: Tensor) {
    precondition(
      weights.rank == 2 && intercept.shape == [1, weights.shape[1]],
      "weights \(weights.shape) do not fit the intercept \(intercept.shape)")
    self.weights = weights
    self.intercept = intercept
  }

  /// Solves the normal equation of centred data.
  ///
  /// - Parameters:
  ///   - features: `[N, F]` Float64.
  ///   - targets: `[N, T]` Float64.
  ///   - ridge: Factor of the squared weights, not negative; 0 needs independent features.
  /// - Returns: The model.
  /// - Throws: `TensorError` when features depend on each other and `ridge` is 0.
  public static func normalEquation(
    _ features: Tensor, _ targets: Tensor, ridge: Double = 0
  ) throws(TensorError) -> LinearRegression {
    require(features, targets, ridge)
    let (mean, deviation) = Rows.statistics(features)
    let targetMean = targets.mean(axis: 0, keepDims: true)
    // Columns of one size keep the equation well conditioned.
    let x = (features - mean) / deviation
    let penalty = (deviation.square().reshaped(features.shape[1]).rsqrt().square() * ridge)
    let gram = x.transposed().matmul(x) + Tensor.eye(features.shape[1], .float64) * penalty
    let scaled = try gram.solve(x.transposed().matmul(targets - targetMean))
    return model(scaled, mean, deviation, targetMean)
  }

  /// Walks down the loss.
  ///
  /// Features are normalised on the way, so that step widths from 0.01 to 0.5 suit most data.
  ///
  /// - Parameters:
  ///   - features: `[N, F]` Float64.
  ///   - targets: `[N, T]` Float64.
  ///   - ridge: Factor of the squared weights, not negative.
  ///   - descent: Step width, batch size and number of epochs.
  /// - Returns: The model.
  public static func gradientDescent(
    _ features: Tensor, _ targets: Tensor, ridge: Double = 0, _ descent: GradientDescent
  ) -> LinearRegression {
    require(features, targets, ridge)
    let rows = features.shape[0]
    let (mean, deviation) = Rows.statistics(features)
    let ones = Tensor.ones([rows, 1], .float64)
    let x = Tensor.concatenated([(features - mean) / deviation, ones], axis: 1)
    // The penalty of a normalised weight; none for the intercept.
    let penalty = Tensor.concatenated(
      [
        deviation.square().rsqrt().square().transposed() * (ridge / Double(rows)),
        Tensor.zeros([1, 1], .float64),
      ], axis: 0)
    let start = Tensor.zeros([x.shape[1], targets.shape[1]], .float64)
    let found = descent.minimise(from: start, rows: rows) { weights, part in
      let (x, y) =
        part.map { (x.selected(axis: 0, at: $0), targets.selected(axis: 0, at: $0)) }
        ?? (x, targets)
      let error = x.matmul(weights) - y
      return x.transposed().matmul(error) / Double(x.shape[0]) + weights * penalty
    }
    let count = features.shape[1]
    return model(
      found.narrowed(axis: 0, to: 0..<count), mean, deviation,
      found.narrowed(axis: 0, to: count..<count + 1))
  }

  /// Predicts targets.
  ///
  /// - Parameter features: `[N, F]` Float64.
  /// - Returns: `[N, T]` Float64.
  public func predict(_ features: Tensor) -> Tensor { features.matmul(weights) + intercept }

  /// Back from normalised features.
  private static func model(
    _ scaled: Tensor, _ mean: Tensor, _ deviation: Tensor, _ offset: Tensor
  ) -> LinearRegression {
    let weights = (scaled / deviation.transposed()).contiguous()
    return LinearRegression(
      weights: weights, intercept: (offset - mean.matmul(weights)).contiguous())
  }

  private static func require(_ features: Tensor, _ targets: Tensor, _ ridge: Double) {
    Rows.require(features, "LinearRegression")
    precondition(
      targets.rank == 2 && targets.shape[0] == features.shape[0]
        && targets.elementType == .float64 && targets.shape[0] > 0,
      "LinearRegression: targets \(targets.shape) do not fit features \(features.shape)")
    precondition(ridge >= 0, "LinearRegression: a penalty of \(ridge)")
  }
}
