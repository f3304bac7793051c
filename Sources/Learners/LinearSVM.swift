public import Tensors

/// Planes with the widest margin between classes, one class against the rest.
///
/// Minimised for each class is half the squared length of the weights, the intercept being one of them, plus `cost` times the
/// sum of hinge losses (or their squares).
///
/// - Note: Source: Hsieh et al., "A dual coordinate descent method for large-scale linear SVM", ICML 2008, algorithm 1.
public struct LinearSVM: Sendable {
  /// What a row inside the margin costs.
  public enum Loss: String, Sendable, CaseIterable {
    /// How far it lies inside.
    case hinge
    /// The square of how far it lies inside.
    case squaredHinge = "squared_hinge"
  }

  /// Weights, `[F, K]` Float64; a single column for two classes, positive on the side of class 1.
  public let weights: Tensor
  /// What is added to each weighted sum, `[1, K]` Float64.
  public let intercept: Tensor
  /// Number of classes.
  public let classes: Int

  /// Fits the planes.
  ///
  /// - Parameters:
  ///   - features: `[N, F]` Float64, of columns on comparable scales.
  ///   - labels: A class for each row.
  ///   - classes: Number of classes, at least 2.
  ///   - cost: Factor of the losses, above 0.
  ///   - loss: What a row inside the margin costs.
  ///   - tolerance: It ends when the slopes of the dual problem differ by less than this.
  ///   - mostEpochs: Runs through all rows after which it ends in any case.
  ///   - seed: Seed of the order of rows.
  public init(
    _ features: Tensor, _ labels: [Int], classes: Int, cost: Double = 1,
    loss: Loss = .squaredHinge, tolerance: Double = 1e-4, mostEpochs: Int = 1000, seed: UInt64 = 0
  ) {
    Rows.require(features, labels: labels, classes: classes, "LinearSVM")
    precondition(classes >= 2 && cost > 0, "LinearSVM: \(classes) classes, cost \(cost)")
    let width = features.shape[1]
    let planes = classes == 2 ? [1] : Array(0..<classes)
    let found = planes.map { positive in
      features.withUnsafeElements(of: Double.self) { values in
        Self.plane(
          values, width, labels.map { $0 == positive ? 1 : -1 }, cost, loss, tolerance, mostEpochs,
          seed)
      }
    }
    weights = Tensor(
      (0..<width).flatMap { row in found.map { $0[row] } }, shape: [width, planes.count])
    intercept = Tensor(found.map { $0[width] }, shape: [1, planes.count])
    self.classes = classes
  }

  /// Distances from the planes, in units of the weights' length.
  ///
  /// - Parameter features: `[N, F]` Float64.
  /// - Returns: `[N, K]` Float64; one column for two classes.
  public func scores(_ features: Tensor) -> Tensor { features.matmul(weights) + intercept }

  /// The class with the largest score.
  ///
  /// - Parameter features: `[N, F]` Float64.
  /// - Returns: A class for each row.
  public func predict(_ features: Tensor) -> [Int] {
    let scores = scores(features)
    guard classes == 2 else { return Rows.largest(scores) }
    return scores.array(of: Double.self).map { $0 > 0 ? 1 : 0 }
  }

  /// Weights and intercept of one plane.
  private static func plane(
    _ values: UnsafeBufferPointer<Double>, _ width: Int, _ signs: [Double], _ cost: Double,
    _ loss: Loss, _ tolerance: Double, _ mostEpochs: Int, _ seed: UInt64
  ) -> [Double] {
    let rows = signs.count
    let diagonal = loss == .hinge ? 0 : 0.5 / cost
    let limit = loss == .hinge ? cost : .infinity
    var weights = [Double](repeating: 0, count: width + 1)
    var duals = [Double](repeating: 0, count: rows)
    let lengths = (0..<rows).map { row in
      (0..<width).reduce(1 + diagonal) { $0 + values[row * width + $1] * values[row * width + $1] }
    }
    var order = Array(0..<rows)
    weights.withUnsafeMutableBufferPointer { weights in
      for epoch in 0..<mostEpochs {
        var generator = SeededGenerator(seed: seed, stream: UInt64(epoch))
        for last in stride(from: rows - 1, to: 0, by: -1) {
          order.swapAt(last, generator.uniform(below: last + 1))
        }
        var (highest, lowest) = (-Double.infinity, Double.infinity)
        for row in order {
          let start = row * width
          var sum = weights[width]
          for column in 0..<width { sum += weights[column] * values[start + column] }
          let slope = signs[row] * sum - 1 + diagonal * duals[row]
          // The slope as far as the bounds let the dual variable follow it.
          var projected = slope
          if duals[row] == 0 { projected = min(slope, 0) }
          if duals[row] == limit { projected = max(slope, 0) }
          highest = max(highest, projected)
          lowest = min(lowest, projected)
          guard abs(projected) > 1e-12 else { continue }
          let before = duals[row]
          duals[row] = min(max(before - slope / lengths[row], 0), limit)
          let change = (duals[row] - before) * signs[row]
          for column in 0..<width { weights[column] += change * values[start + column] }
          weights[width] += change
        }
        if highest - lowest < tolerance { break }
      }
    }
    return weights
  }
}
