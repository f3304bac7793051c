import Tensors

extension SeededGenerator {
  /// A number between two, uniformly distributed.
  mutating func within(_ low: Float, _ high: Float) -> Float {
    low + (high - low) * Float(uniform())
  }

  /// One of several, all equally likely; at least one.
  mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
    choices[uniform(below: choices.count)]
  }

  /// A measure about a mean: nearly normal, cut at two standard deviations.
  ///
  /// - Parameters:
  ///   - mean: The mean.
  ///   - share: Standard deviation as a share of the mean.
  /// - Returns: The measure.
  mutating func about(_ mean: Float, _ share: Float) -> Float {
    mean * (1 + share * min(max(nearlyNormal(), -2), 2))
  }

  /// The place of one of several weights, drawn in proportion to them.
  mutating func pick(weights: [Double]) -> Int {
    var left = uniform() * weights.reduce(0, +)
    for (index, weight) in weights.enumerated() {
      left -= weight
      if left < 0 { return index }
    }
    return weights.count - 1
  }
}
