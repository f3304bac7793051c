import Tensors

extension SeededGenerator {
  /// A number between two others.
  mutating func between(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * uniform()
  }

  /// Whether something of this probability happens.
  mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

  /// A normal number, brought back to the borders of its range.
  mutating func normal(_ mean: Double, _ deviation: Double, in range: ClosedRange<Double>)
    -> Double
  {
    min(max(mean + deviation * normal(), range.lowerBound), range.upperBound)
  }

  /// One of the values by weights that need not sum to 1; the last one where rounding leaves none.
  mutating func choice<Value>(_ values: [(Value, Double)], otherwise: Value) -> Value {
    var rest = uniform() * values.reduce(0) { $0 + $1.1 }
    for (value, weight) in values {
      rest -= weight
      if rest < 0 { return value }
    }
    return otherwise
  }
}
