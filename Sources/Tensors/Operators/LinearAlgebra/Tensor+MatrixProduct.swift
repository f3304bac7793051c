/// Matrix products.
extension Tensor {
  /// The matrix product over the last two axes.
  ///
  /// A vector on the left is a row, one on the right a column, and its axis goes away afterwards.
  /// Axes before the last two are stretched to a common shape.
  ///
  /// - Parameter other: `[..., K, N]` or `[K]`, for `[..., M, K]` or `[K]` here; same element type.
  /// - Returns: `[..., M, N]`.
  public func matmul(_ other: Tensor) -> Tensor {
    let fits =
      rank >= 1 && other.rank >= 1
      && shape[rank - 1] == other.shape[Swift.max(other.rank - 2, 0)]
      && Shapes.broadcast(Array(shape.dropLast(2)), Array(other.shape.dropLast(2))) != nil
    require(fits, "matmul: the shapes \(shape) and \(other.shape) do not fit together")
    require(
      elementType == other.elementType,
      "matmul: elements of \(elementType) and of \(other.elementType)")
    return ATen.matmul(.tensor(self), .tensor(other))
  }

  /// The sum of the products of two vectors' elements.
  ///
  /// - Parameter other: `[K]` for `[K]` here.
  /// - Returns: A scalar.
  public func dot(_ other: Tensor) -> Tensor {
    require(
      rank == 1 && shape == other.shape,
      "dot: the shapes \(shape) and \(other.shape) are not those of two equal vectors")
    return matmul(other)
  }
}

extension ATen {
  static let matmul = TorchOperator("aten::matmul")
}
