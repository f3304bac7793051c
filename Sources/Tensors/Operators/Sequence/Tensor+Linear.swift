/// Layers of single vectors.
extension Tensor {
  /// The product with a weight matrix, plus a bias: `x W' + b`.
  ///
  /// - Parameters:
  ///   - weight: `[out, in]`.
  ///   - bias: `[out]`.
  /// - Returns: `[..., out]` for `[..., in]`.
  public func linear(_ weight: Tensor, bias: Tensor? = nil) -> Tensor {
    require(
      weight.rank == 2 && rank >= 1 && shape[rank - 1] == weight.shape[1],
      "linear: a weight of shape \(weight.shape) does not fit an input of shape \(shape)")
    requireBias(bias, channels: weight.shape[0], "linear")
    return ATen.linear(.tensor(self), .tensor(weight), .optional(bias))
  }

  /// Rows of a table of vectors, chosen by these whole numbers.
  ///
  /// - Parameters:
  ///   - table: `[N, K]`.
  ///   - paddingIndex: A row that gets no gradient.
  /// - Returns: `[..., K]` for indices `[...]` from 0 to N - 1, Int64 or Int32.
  public func embedding(_ table: Tensor, paddingIndex: Int? = nil) -> Tensor {
    require(table.rank == 2, "embedding: a table of shape \(table.shape) is no matrix")
    require(
      elementType == .int64 || elementType == .int32,
      "embedding: indices of \(elementType) and shape \(shape) are neither int64 nor int32")
    return ATen.embedding(.tensor(table), .tensor(self), .int(paddingIndex ?? -1))
  }

  /// A vector with a single 1 for each of these whole numbers.
  ///
  /// - Parameters:
  ///   - classes: Length of the vectors, above every number.
  ///   - elementType: Type of the result.
  /// - Returns: `[..., classes]`.
  public func oneHot(classes: Int, _ elementType: ElementType = .float32) -> Tensor {
    require(classes >= 1, "oneHot: \(classes) classes")
    return (unsqueezed(-1) .== Tensor.arange(classes).beside(self)).converted(to: elementType)
  }
}

extension ATen {
  static let linear = TorchOperator("aten::linear")
  static let embedding = TorchOperator("aten::embedding")
}
