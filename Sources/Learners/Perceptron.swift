public import Tensors

/// A line (or plane) between two classes, moved by every row on the wrong side.
///
/// It comes to rest when a line separates the classes, and never otherwise.
///
/// - Note: Source: Rosenblatt, "The perceptron: a probabilistic model for information storage and organization in the brain",
///   Psychological Review 65, 1958.
public struct Perceptron: Sendable {
  /// Weight of each feature.
  public let weights: [Double]
  /// What is added to the weighted sum.
  public let intercept: Double
  /// Runs through all rows until none was on the wrong side; nil when that never happened.
  public let epochs: Int?

  /// Learns from rows in their order.
  ///
  /// - Parameters:
  ///   - features: `[N, F]` Float64.
  ///   - labels: 0 or 1 for each row.
  ///   - mostEpochs: Runs through all rows after which it gives up.
  public init(_ features: Tensor, _ labels: [Int], mostEpochs: Int = 1000) {
    Rows.require(features, labels: labels, classes: 2, "Perceptron")
    let width = features.shape[1]
    var (weights, intercept) = ([Double](repeating: 0, count: width), 0.0)
    epochs = features.withUnsafeElements(of: Double.self) { values in
      for epoch in 1...max(1, mostEpochs) {
        var mistakes = 0
        for (row, label) in labels.enumerated() {
          var sum = intercept
          for column in 0..<width { sum += weights[column] * values[row * width + column] }
          let sign: Double = label == 1 ? 1 : -1
          guard sum * sign <= 0 else { continue }
          mistakes += 1
          intercept += sign
          for column in 0..<width { weights[column] += sign * values[row * width + column] }
        }
        if mistakes == 0 { return epoch }
      }
      return nil
    }
    self.weights = weights
    self.intercept = intercept
  }

  /// The side on which each row lies.
  ///
  /// - Parameter features: `[N, F]` Float64.
  /// - Returns: 0 or 1 for each row.
  public func predict(_ features: Tensor) -> [Int] {
    let sums = features.matmul(Tensor(weights, shape: [weights.count, 1])) + intercept
    return sums.array(of: Double.self).map { $0 > 0 ? 1 : 0 }
  }
}
