internal import Tensors

/// What the learners share: rows of features and classes as numbers.
enum Rows {
  static func require(_ features: Tensor, _ learner: String) {
    precondition(
      features.rank == 2 && features.elementType == .float64,
      "\(learner): features are [N, F] of float64, not \(features.shape) of \(features.elementType)"
    )
  }

  static func require(_ features: Tensor, labels: [Int], classes: Int, _ learner: String) {
    require(features, learner)
    precondition(
      features.shape[0] == labels.count && !labels.isEmpty,
      "\(learner): \(labels.count) labels for \(features.shape[0]) rows")
    precondition(
      labels.allSatisfy { (0..<classes).contains($0) },
      "\(learner): a label is none of \(classes) classes")
  }

  /// `[N, K]` Float64 with 1 in each row's class and 0 elsewhere.
  static func indicators(_ labels: [Int], classes: Int) -> Tensor {
    Tensor(shape: [labels.count, classes], of: Double.self) { target in
      target.initialize(repeating: 0)
      for (row, label) in labels.enumerated() { target[row * classes + label] = 1 }
    }
  }

  /// Numbers of the largest values of each row.
  static func largest(_ scores: Tensor) -> [Int] {
    scores.argMax(axis: 1).array(of: Int64.self).map(Int.init)
  }

  /// Mean and standard deviation (1 where it is 0) of each column, `[1, F]`.
  static func statistics(_ features: Tensor) -> (mean: Tensor, deviation: Tensor) {
    let mean = features.mean(axis: 0, keepDims: true)
    let deviation = features.standardDeviation(axis: 0, correction: 0, keepDims: true)
    let isFlat = deviation .<= 1e-12
    return (mean, deviation.masked(isFlat, with: 1.0))
  }
}

/// The share of equal numbers.
///
/// - Parameters:
///   - predictions: Classes that a model names.
///   - labels: The true classes, as many.
/// - Returns: From 0 to 1.
public func accuracy(_ predictions: [Int], _ labels: [Int]) -> Double {
  precondition(
    predictions.count == labels.count, "\(predictions.count) predictions, \(labels.count) labels")
  let hits = zip(predictions, labels).reduce(0) { $0 + ($1.0 == $1.1 ? 1 : 0) }
  return Double(hits) / Double(max(1, labels.count))
}
