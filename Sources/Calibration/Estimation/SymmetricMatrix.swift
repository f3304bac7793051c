/// A small symmetric matrix, kept whole and row-major.
struct SymmetricMatrix: Sendable, Equatable {
  let side: Int
  var elements: [Double]

  init(side: Int, elements: [Double]) {
    precondition(elements.count == side * side)
    self.side = side
    self.elements = elements
  }

  init(side: Int) { self.init(side: side, elements: [Double](repeating: 0, count: side * side)) }

  subscript(row: Int, column: Int) -> Double {
    get { elements[row * side + column] }
    set { elements[row * side + column] = newValue }
  }

  static func += (left: inout Self, right: Self) {
    for place in left.elements.indices { left.elements[place] += right.elements[place] }
  }

  static func -= (left: inout Self, right: Self) {
    for place in left.elements.indices { left.elements[place] -= right.elements[place] }
  }

  /// Each element times a number.
  func scaled(by factor: Double) -> Self {
    Self(side: side, elements: elements.map { $0 * factor })
  }

  /// The matrix with a unit diagonal, and what its rows were multiplied by; nil unless the diagonal is positive.
  private var balanced: (matrix: Self, scale: [Double])? {
    var scale = [Double](repeating: 0, count: side)
    for row in 0..<side {
      guard self[row, row] > 0, self[row, row].isFinite else { return nil }
      scale[row] = 1 / self[row, row].squareRoot()
    }
    var result = self
    for row in 0..<side {
      for column in 0..<side { result[row, column] *= scale[row] * scale[column] }
    }
    return (result, scale)
  }

  /// The inverse; nil unless the matrix is positive definite beyond rounding.
  ///
  /// - Note: Source: Golub and Van Loan, "Matrix Computations", 4th edition, section 4.2 (Cholesky), after balancing.
  var inverse: Self? {
    guard let (matrix, scale) = balanced else { return nil }
    let n = side
    var lower = matrix.elements
    var result = Self(side: n)
    let isDefinite = lower.withUnsafeMutableBufferPointer { l in
      for j in 0..<n {
        var pivot = l[j * n + j]
        for k in 0..<j { pivot -= l[j * n + k] * l[j * n + k] }
        guard pivot > 1e-14 else { return false }
        let root = pivot.squareRoot()
        l[j * n + j] = root
        for i in (j + 1)..<max(n, j + 1) {
          var sum = l[i * n + j]
          for k in 0..<j { sum -= l[i * n + k] * l[j * n + k] }
          l[i * n + j] = sum / root
        }
      }
      // Inverse of the triangle in its own place, then its transpose times itself.
      for j in 0..<n {
        l[j * n + j] = 1 / l[j * n + j]
        for i in (j + 1)..<max(n, j + 1) {
          var sum = 0.0
          for k in j..<i { sum -= l[i * n + k] * l[k * n + j] }
          l[i * n + j] = sum / l[i * n + i]
        }
      }
      return true
    }
    guard isDefinite else { return nil }
    for i in 0..<n {
      for j in 0...i {
        var sum = 0.0
        for k in i..<n { sum += lower[k * n + i] * lower[k * n + j] }
        result[i, j] = sum * scale[i] * scale[j]
        result[j, i] = result[i, j]
      }
    }
    return result
  }

  /// Ratio of the extreme eigenvalues after balancing; infinite unless positive definite.
  ///
  /// - Note: Source: Golub and Van Loan, section 8.5 (cyclic Jacobi method).
  var conditionNumber: Double {
    guard var a = balanced?.matrix else { return .infinity }
    for _ in 0..<40 {
      var rest = 0.0
      for p in 0..<side {
        for q in (p + 1)..<max(side, p + 1) where abs(a[p, q]) > 1e-300 {
          rest += a[p, q] * a[p, q]
          let tau = (a[q, q] - a[p, p]) / (2 * a[p, q])
          let t = (tau < 0 ? -1 : 1) / (abs(tau) + (1 + tau * tau).squareRoot())
          let c = 1 / (1 + t * t).squareRoot()
          let s = t * c
          for k in 0..<side {
            (a[k, p], a[k, q]) = (c * a[k, p] - s * a[k, q], s * a[k, p] + c * a[k, q])
          }
          for k in 0..<side {
            (a[p, k], a[q, k]) = (c * a[p, k] - s * a[q, k], s * a[p, k] + c * a[q, k])
          }
        }
      }
      if rest < 1e-30 { break }
    }
    let values = (0..<side).map { a[$0, $0] }
    guard let least = values.min(), let most = values.max(), least > 0 else { return .infinity }
    return most / least
  }

  /// The product with a vector.
  static func * (matrix: Self, vector: [Double]) -> [Double] {
    let n = matrix.side
    return (0..<n).map { row in
      var sum = 0.0
      for column in 0..<n { sum += matrix.elements[row * n + column] * vector[column] }
      return sum
    }
  }

  /// Sum of the products of equal places: the trace of the product of two symmetric matrices.
  func traceOfProduct(with other: Self) -> Double {
    var sum = 0.0
    for place in elements.indices { sum += elements[place] * other.elements[place] }
    return sum
  }
}
