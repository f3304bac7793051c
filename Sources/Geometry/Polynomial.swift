/// A polynomial by its coefficients, lowest power first.
struct Polynomial {
  var coefficients: [Double]

  init(_ coefficients: [Double]) { self.coefficients = coefficients }

  func callAsFunction(_ x: Double) -> Double {
    coefficients.reversed().reduce(0) { $0 * x + $1 }
  }

  var derivative: Polynomial {
    Polynomial(coefficients.enumerated().dropFirst().map { Double($0) * $1 })
  }

  static func * (left: Polynomial, right: Polynomial) -> Polynomial {
    var product = [Double](
      repeating: 0, count: max(0, left.coefficients.count + right.coefficients.count - 1))
    for (i, a) in left.coefficients.enumerated() {
      for (j, b) in right.coefficients.enumerated() { product[i + j] += a * b }
    }
    return Polynomial(product)
  }

  /// The places in 0 to `end` where the sign changes, in order, each to the last bit that the polynomial's value resolves.
  ///
  /// Between neighbouring roots of its derivative a polynomial is monotone, so that bisection finds every one.
  func signChanges(upTo end: Double) -> [Double] {
    guard let degree = coefficients.lastIndex(where: { $0 != 0 }), degree > 0 else { return [] }
    let polynomial = Polynomial(Array(coefficients[...degree]))
    let turns = degree == 1 ? [] : polynomial.derivative.signChanges(upTo: end)
    var (roots, low) = ([Double](), 0.0)
    for high in turns + [end] {
      if (polynomial(low) < 0) != (polynomial(high) < 0) {
        roots.append(polynomial.bisected(low, high))
      }
      low = high
    }
    return roots
  }

  private func bisected(_ first: Double, _ last: Double) -> Double {
    var (low, high) = (first, last)
    let startsNegative = self(low) < 0
    while true {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { return low }
      if (self(middle) < 0) == startsNegative { low = middle } else { high = middle }
    }
  }
}
