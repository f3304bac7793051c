/// Systems of linear equations and what belongs to them, over the last two axes.
extension Tensor {
  /// The solution X of `A X = B`.
  ///
  /// - Parameter right: B, `[..., N, K]`, or `[N]` for a single matrix.
  /// - Returns: X, of B's shape, for square matrices `[..., N, N]` here.
  /// - Throws: ``TensorError/operationFailed(operation:reason:)`` where a matrix is singular.
  public func solve(_ right: Tensor) throws(TensorError) -> Tensor {
    requireSquare("solve")
    requireRows("solve", right)
    return try ATen.solve.attempt(.tensor(self), .tensor(right))
  }

  /// The solution X of `A X = B` for triangular matrices A.
  ///
  /// - Parameters:
  ///   - right: B, `[..., N, K]`.
  ///   - upper: Whether A is upper triangular; the other triangle is not read.
  /// - Returns: X, of B's shape; infinite or NaN where A is singular.
  public func solveTriangular(_ right: Tensor, upper: Bool) -> Tensor {
    requireSquare("solveTriangular")
    require(right.rank >= 2, "solveTriangular: a right side of shape \(right.shape)")
    requireRows("solveTriangular", right)
    return ATen.solveTriangular(.tensor(self), .tensor(right), .bool(upper))
  }

  /// The X with the smallest `|A X - B|`, of full rank matrices A.
  ///
  /// - Parameter right: B, `[..., M, K]`.
  /// - Returns: X, `[..., N, K]`, for `[..., M, N]` here.
  /// - Throws: ``TensorError/operationFailed(operation:reason:)`` where LAPACK fails.
  public func leastSquares(_ right: Tensor) throws(TensorError) -> Tensor {
    requireMatrices("leastSquares")
    require(
      right.rank >= 2 && right.shape[right.rank - 2] == shape[rank - 2],
      "leastSquares: a right side of shape \(right.shape) for matrices of shape \(shape)")
    return try ATen.leastSquares.attemptResults(.tensor(self), .tensor(right))[0]
  }

  /// The inverses of square matrices.
  ///
  /// - Returns: A tensor of this shape.
  /// - Throws: ``TensorError/operationFailed(operation:reason:)`` where a matrix is singular.
  public func inverse() throws(TensorError) -> Tensor {
    requireSquare("inverse")
    return try ATen.inverse.attempt(.tensor(self))
  }

  /// The Moore-Penrose inverses.
  ///
  /// - Parameter tolerance: Singular values below this share of the largest count as zero;
  ///   `max(M, N)` times the type's precision when left out.
  /// - Returns: `[..., N, M]` for `[..., M, N]`.
  /// - Throws: ``TensorError/operationFailed(operation:reason:)`` without convergence.
  public func pseudoInverse(tolerance: Double? = nil) throws(TensorError) -> Tensor {
    requireMatrices("pseudoInverse")
    return try ATen.pseudoInverse.attempt(
      .tensor(self), .none, tolerance.map { .double($0) } ?? .none)
  }

  /// The determinants of square matrices.
  ///
  /// - Returns: `[...]`.
  public func determinant() -> Tensor {
    requireSquare("determinant")
    return ATen.determinant(.tensor(self))
  }

  /// The determinants as sign and logarithm, for those that overflow.
  ///
  /// - Returns: Signs (0 for singular matrices) and logarithms of absolute values, `[...]`.
  public func logDeterminant() -> (sign: Tensor, logarithm: Tensor) {
    requireSquare("logDeterminant")
    let results = ATen.logDeterminant.results(.tensor(self))
    return (results[0], results[1])
  }

  /// The sums of the main diagonals.
  ///
  /// - Returns: `[...]`.
  public func trace() -> Tensor {
    requireMatrices("trace")
    return diagonal().sum(axis: -1)
  }

  /// A norm of matrices.
  public enum MatrixNorm: String, Sendable {
    /// Root of the sum of squares.
    case frobenius
    /// Largest singular value.
    case spectral
    /// Sum of the singular values.
    case nuclear
  }

  /// Norms of matrices.
  ///
  /// - Parameter kind: Which norm.
  /// - Returns: `[...]`.
  /// - Throws: ``TensorError/operationFailed(operation:reason:)`` without convergence.
  public func matrixNorm(_ kind: MatrixNorm = .frobenius) throws(TensorError) -> Tensor {
    requireMatrices("matrixNorm")
    switch kind {
    case .frobenius: return norm(axes: [-2, -1])
    case .spectral: return try singularValues().max(axis: -1)
    case .nuclear: return try singularValues().sum(axis: -1)
    }
  }

  /// The number of singular values above a tolerance.
  ///
  /// - Parameter tolerance: Share of the largest singular value.
  /// - Returns: Int64 `[...]`.
  /// - Throws: ``TensorError/operationFailed(operation:reason:)`` without convergence.
  public func matrixRank(tolerance: Double? = nil) throws(TensorError) -> Tensor {
    requireMatrices("matrixRank")
    return try ATen.matrixRank.attempt(
      .tensor(self), .none, tolerance.map { .double($0) } ?? .none)
  }

  private func requireRows(_ operation: String, _ right: Tensor) {
    let fits =
      right.rank == 1
      ? rank == 2 && right.shape[0] == shape[0]
      : right.rank >= 2 && right.shape[right.rank - 2] == shape[rank - 1]
    require(
      fits && elementType == right.elementType,
      """
      \(operation): a right side of \(right.elementType) \(right.shape) for matrices of \
      \(elementType) \(shape)
      """)
  }
}

extension ATen {
  static let solve = TorchOperator("aten::linalg_solve")
  static let solveTriangular = TorchOperator("aten::linalg_solve_triangular")
  static let leastSquares = TorchOperator("aten::linalg_lstsq")
  static let inverse = TorchOperator("aten::linalg_inv")
  static let pseudoInverse = TorchOperator("aten::linalg_pinv", "atol_rtol_float")
  static let determinant = TorchOperator("aten::linalg_det")
  static let logDeterminant = TorchOperator("aten::linalg_slogdet")
  static let matrixRank = TorchOperator("aten::linalg_matrix_rank", "atol_rtol_float")
}
