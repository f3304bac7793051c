/// Decompositions of matrices, each over the last two axes of float32 or float64.
///
/// They throw where the numbers themselves do not allow a result (no convergence, not
/// positive definite). Signs and the order within equal values are not fixed by mathematics.
extension Tensor {
  /// The singular value decomposition `A = U diag(S) V'`.
  ///
  /// - Parameter full: Whether U and V are square; otherwise they have K = min(M, N) columns.
  /// - Returns: `u` `[..., M, K]`, `s` `[..., K]` in descending order, and V transposed, `vh`
  ///   `[..., K, N]`, for `[..., M, N]`.
  /// - Throws: ``TensorError/operationFailed(operation:reason:)`` without convergence.
  public func svd(full: Bool = false) throws(TensorError) -> (u: Tensor, s: Tensor, vh: Tensor) {
    requireMatrices("svd")
    let results = try ATen.svd.attemptResults(.tensor(self), .bool(full))
    return (results[0], results[1], results[2])
  }

  /// The singular values in descending order.
  ///
  /// - Returns: `[..., min(M, N)]`.
  /// - Throws: ``TensorError/operationFailed(operation:reason:)`` without convergence.
  public func singularValues() throws(TensorError) -> Tensor {
    requireMatrices("singularValues")
    return try ATen.singularValues.attempt(.tensor(self))
  }

  /// Eigenvalues and eigenvectors of symmetric matrices; only the lower triangle is read.
  ///
  /// - Returns: Values `[..., N]` in ascending order, and vectors of length 1 as columns
  ///   `[..., N, N]`.
  /// - Throws: ``TensorError/operationFailed(operation:reason:)`` without convergence.
  public func symmetricEigen() throws(TensorError) -> (values: Tensor, vectors: Tensor) {
    requireSquare("symmetricEigen")
    let results = try ATen.symmetricEigen.attemptResults(.tensor(self))
    return (results[0], results[1])
  }

  /// Eigenvalues and eigenvectors of square matrices, as complex numbers.
  ///
  /// - Returns: Values `[..., N, 2]`, and vectors of length 1 as columns `[..., N, N, 2]`; the last
  ///   axis holds real and imaginary parts.
  /// - Throws: ``TensorError/operationFailed(operation:reason:)`` without convergence.
  public func eigen() throws(TensorError) -> (values: Tensor, vectors: Tensor) {
    requireSquare("eigen")
    let results = try ATen.eigen.attemptResults(.tensor(self))
    return (results[0], results[1])
  }

  /// The QR decomposition `A = Q R`.
  ///
  /// - Parameter full: Whether Q is square; otherwise it has K = min(M, N) columns.
  /// - Returns: `q` `[..., M, K]` with orthonormal columns, and `r` `[..., K, N]`, upper triangular.
  public func qr(full: Bool = false) -> (q: Tensor, r: Tensor) {
    requireMatrices("qr")
    let results = ATen.qr.results(.tensor(self), .string(full ? "complete" : "reduced"))
    return (results[0], results[1])
  }

  /// The Cholesky factor L of symmetric positive definite matrices `A = L L'`.
  ///
  /// - Returns: `[..., N, N]`, lower triangular.
  /// - Throws: ``TensorError/operationFailed(operation:reason:)`` where a matrix is not positive
  ///   definite.
  public func cholesky() throws(TensorError) -> Tensor {
    requireSquare("cholesky")
    return try ATen.cholesky.attempt(.tensor(self))
  }

  func requireSquare(_ operation: String) {
    require(
      rank >= 2 && shape[rank - 1] == shape[rank - 2] && elementType.isFloatingPoint,
      "\(operation): elements of \(elementType) and shape \(shape) are not square real matrices")
  }
}

extension ATen {
  static let svd = TorchOperator("aten::linalg_svd")
  static let singularValues = TorchOperator("aten::linalg_svdvals")
  static let symmetricEigen = TorchOperator("aten::linalg_eigh")
  static let eigen = TorchOperator("aten::linalg_eig")
  static let qr = TorchOperator("aten::linalg_qr")
  static let cholesky = TorchOperator("aten::linalg_cholesky")
}
