/// The rows of a tall matrix, reduced one by one to its triangular factor.
///
/// Memory does not grow with the rows; singular values are as exact as those of the whole matrix.
///
/// - Note: Source: Golub and Van Loan, "Matrix Computations", 4th edition, sections 5.2.5 (Givens QR) and 8.6.3 (one-sided
///   Jacobi method).
package struct LeastSquaresRows {
  package let columns: Int
  private var triangle: [Double]

  package init(columns: Int) {
    self.columns = columns
    triangle = [Double](repeating: 0, count: columns * columns)
  }

  /// Takes in one more row of `columns` numbers, which are used up.
  package mutating func add(_ row: inout [Double]) {
    let n = columns
    precondition(row.count == n)
    triangle.withUnsafeMutableBufferPointer { r in
      row.withUnsafeMutableBufferPointer { row in
        for j in 0..<n where row[j] != 0 {
          let (a, b) = (r[j * n + j], row[j])
          let length = (a * a + b * b).squareRoot()
          guard length > 0 else { continue }
          let (c, s) = (a / length, b / length)
          for k in j..<n {
            let (upper, lower) = (r[j * n + k], row[k])
            r[j * n + k] = c * upper + s * lower
            row[k] = c * lower - s * upper
          }
        }
      }
    }
  }

  /// The least-squares solution for a matrix whose last column is the right-hand side; nil when the rest lacks full rank.
  package var solution: [Double]? {
    let n = columns
    let unknowns = n - 1
    let largest = (0..<unknowns).map { abs(triangle[$0 * n + $0]) }.max() ?? 0
    var x = [Double](repeating: 0, count: unknowns)
    for row in (0..<unknowns).reversed() {
      let pivot = triangle[row * n + row]
      guard abs(pivot) > 1e-12 * largest else { return nil }
      var sum = triangle[row * n + unknowns]
      for column in (row + 1)..<max(unknowns, row + 1) {
        sum -= triangle[row * n + column] * x[column]
      }
      x[row] = sum / pivot
    }
    return x
  }

  /// Singular values of the matrix, largest first, and the right singular vectors in the same order.
  package var singular: (values: [Double], vectors: [[Double]]) {
    let n = columns
    // Column p of the matrix at p * n; the same for the vectors.
    var a = (0..<n * n).map { triangle[$0 % n * n + $0 / n] }
    var v = (0..<n * n).map { $0 / n == $0 % n ? 1.0 : 0 }
    a.withUnsafeMutableBufferPointer { a in
      v.withUnsafeMutableBufferPointer { v in
        var isDone = false
        var sweep = 0
        while !isDone && sweep < 40 {
          isDone = true
          sweep += 1
          for p in 0..<n {
            for q in (p + 1)..<max(n, p + 1) where Self.rotate(a, v, p, q, n) { isDone = false }
          }
        }
      }
    }
    let norms = (0..<n).map { p in
      a[p * n..<(p + 1) * n].reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
    let order = (0..<n).sorted { (norms[$1], $0) < (norms[$0], $1) }
    return (order.map { norms[$0] }, order.map { Array(v[$0 * n..<($0 + 1) * n]) })
  }

  /// Makes two columns perpendicular; false when they were.
  private static func rotate(
    _ a: UnsafeMutableBufferPointer<Double>, _ v: UnsafeMutableBufferPointer<Double>, _ p: Int,
    _ q: Int, _ n: Int
  ) -> Bool {
    var (pp, qq, pq) = (0.0, 0.0, 0.0)
    for k in 0..<n {
      let (x, y) = (a[p * n + k], a[q * n + k])
      pp += x * x
      qq += y * y
      pq += x * y
    }
    guard abs(pq) > 1e-16 * (pp * qq).squareRoot() else { return false }
    let tau = (qq - pp) / (2 * pq)
    let t = (tau < 0 ? -1 : 1) / (abs(tau) + (1 + tau * tau).squareRoot())
    let c = 1 / (1 + t * t).squareRoot()
    let s = c * t
    guard s != 0 else { return false }
    for matrix in [a, v] {
      for k in 0..<n {
        let (x, y) = (matrix[p * n + k], matrix[q * n + k])
        matrix[p * n + k] = c * x - s * y
        matrix[q * n + k] = s * x + c * y
      }
    }
    return true
  }
}
