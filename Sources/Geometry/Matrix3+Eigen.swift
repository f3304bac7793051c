extension Matrix3 {
  /// Eigenvalues and eigenvectors of a symmetric matrix, smallest eigenvalue first.
  ///
  /// Only the upper triangle is read. The vectors have length 1, are perpendicular to each other and form a right-handed frame.
  ///
  /// - Note: Source: Golub and Van Loan, "Matrix Computations", 4th edition, section 8.5 (cyclic Jacobi method).
  public var symmetricEigen: (values: [Double], vectors: [Vector3]) {
    var a = [
      [rows[0].x, rows[0].y, rows[0].z], [rows[0].y, rows[1].y, rows[1].z],
      [rows[0].z, rows[1].z, rows[2].z],
    ]
    var v = [[1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0]]
    for _ in 0..<32 {
      let rest = a[0][1] * a[0][1] + a[0][2] * a[0][2] + a[1][2] * a[1][2]
      let diagonal = a[0][0] * a[0][0] + a[1][1] * a[1][1] + a[2][2] * a[2][2]
      if !(rest > 1e-34 * diagonal) { break }
      for (p, q) in [(0, 1), (0, 2), (1, 2)] where a[p][q] != 0 {
        let tau = (a[q][q] - a[p][p]) / (2 * a[p][q])
        let t = (tau < 0 ? -1 : 1) / (abs(tau) + (1 + tau * tau).squareRoot())
        let c = 1 / (1 + t * t).squareRoot()
        let s = t * c
        for k in 0..<3 {
          (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q])
        }
        for k in 0..<3 {
          (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k])
        }
        for k in 0..<3 {
          (v[k][p], v[k][q]) = (c * v[k][p] - s * v[k][q], s * v[k][p] + c * v[k][q])
        }
      }
    }
    let order = [0, 1, 2].sorted { a[$0][$0] < a[$1][$1] }
    var vectors = order.map { Vector3(v[0][$0], v[1][$0], v[2][$0]) }
    vectors[2] = vectors[0].cross(vectors[1])
    return (order.map { a[$0][$0] }, vectors)
  }
}
