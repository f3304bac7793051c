import Foundation

/// A symmetric 6 x 6 matrix.
struct SymmetricMatrix6 {
  /// Row by row.
  var elements: [Double]

  /// A matrix out of its upper triangle, row by row.
  init(upperTriangle: [Double]) {
    elements = [Double](repeating: 0, count: 36)
    var place = 0
    for i in 0..<6 {
      for j in i..<6 {
        elements[6 * i + j] = upperTriangle[place]
        elements[6 * j + i] = upperTriangle[place]
        place += 1
      }
    }
  }

  init(elements: [Double]) { self.elements = elements }

  /// The matrix with row and column i multiplied by `factors[i]`.
  func scaled(by factors: [Double]) -> SymmetricMatrix6 {
    var result = self
    for i in 0..<6 { for j in 0..<6 { result.elements[6 * i + j] *= factors[i] * factors[j] } }
    return result
  }

  /// Eigenvalues, smallest first, and their vectors of length 1.
  ///
  /// - Note: Source: Golub and Van Loan, "Matrix Computations", 4th edition, section 8.5 (cyclic Jacobi method).
  var eigen: (values: [Double], vectors: [[Double]]) {
    var a = elements
    var v = [Double](repeating: 0, count: 36)
    for i in 0..<6 { v[7 * i] = 1 }
    for _ in 0..<40 {
      var (rest, diagonal) = (0.0, 0.0)
      for i in 0..<6 {
        diagonal += a[7 * i] * a[7 * i]
        for j in i + 1..<6 { rest += a[6 * i + j] * a[6 * i + j] }
      }
      if !(rest > 1e-32 * diagonal) { break }
      for p in 0..<5 {
        for q in p + 1..<6 where a[6 * p + q] != 0 {
          let tau = (a[7 * q] - a[7 * p]) / (2 * a[6 * p + q])
          let t = (tau < 0 ? -1 : 1) / (abs(tau) + (1 + tau * tau).squareRoot())
          let c = 1 / (1 + t * t).squareRoot()
          let s = t * c
          for k in 0..<6 {
            let (x, y) = (a[6 * k + p], a[6 * k + q])
            a[6 * k + p] = c * x - s * y
            a[6 * k + q] = s * x + c * y
          }
          for k in 0..<6 {
            let (x, y) = (a[6 * p + k], a[6 * q + k])
            a[6 * p + k] = c * x - s * y
            a[6 * q + k] = s * x + c * y
          }
          for k in 0..<6 {
            let (x, y) = (v[6 * k + p], v[6 * k + q])
            v[6 * k + p] = c * x - s * y
            v[6 * k + q] = s * x + c * y
          }
        }
      }
    }
    let order = (0..<6).sorted { (a[7 * $0], $0) < (a[7 * $1], $1) }
    return (order.map { a[7 * $0] }, order.map { p in (0..<6).map { v[6 * $0 + p] } })
  }

  /// The solution of the system with this matrix; nothing along directions whose eigenvalue is below `share` of the largest.
  func solution(_ right: [Double], ignoringBelow share: Double) -> [Double] {
    let (values, vectors) = eigen
    var result = [Double](repeating: 0, count: 6)
    for (value, vector) in zip(values, vectors) where value > share * values[5] && value > 0 {
      var product = 0.0
      for i in 0..<6 { product += vector[i] * right[i] }
      for i in 0..<6 { result[i] += product / value * vector[i] }
    }
    return result
  }

  /// The inverse; nil when an eigenvalue is below 1e-12 of the largest.
  var inverse: SymmetricMatrix6? {
    let (values, vectors) = eigen
    guard values[0] > 1e-12 * values[5] else { return nil }
    var result = SymmetricMatrix6(elements: [Double](repeating: 0, count: 36))
    for (value, vector) in zip(values, vectors) {
      for i in 0..<6 {
        for j in 0..<6 { result.elements[6 * i + j] += vector[i] * vector[j] / value }
      }
    }
    return result
  }

  /// `transformᵀ · self · transform` for a 6 x 6 matrix, row by row.
  func congruent(by transform: [Double]) -> SymmetricMatrix6 {
    func product(_ a: (Int, Int) -> Double, _ b: (Int, Int) -> Double) -> [Double] {
      (0..<36).map { n in (0..<6).reduce(0) { $0 + a(n / 6, $1) * b($1, n % 6) } }
    }
    let half = product({ elements[6 * $0 + $1] }, { transform[6 * $0 + $1] })
    return SymmetricMatrix6(
      elements: product({ transform[6 * $1 + $0] }, { half[6 * $0 + $1] }))
  }
}
