/// Changes of a tensor's own memory, for optimisers and running statistics.
///
/// Every value that shares the memory sees the change, and nothing is recorded: the caller owns the
/// memory and stands inside ``withoutGradients(_:)``.
extension Tensor {
  /// Adds a multiple of another tensor.
  package func addInPlace(_ other: Tensor, times factor: Double = 1) {
    ATen.addInPlace.perform(.tensor(self), .tensor(other), .double(factor))
  }

  /// Multiplies by a number.
  package func scaleInPlace(by factor: Double) {
    ATen.multiplyInPlace.perform(.tensor(self), .double(factor))
  }

  /// Adds a multiple of the product of two tensors.
  package func addProductInPlace(_ first: Tensor, _ second: Tensor, times factor: Double = 1) {
    ATen.addProductInPlace.perform(
      .tensor(self), .tensor(first), .tensor(second), .double(factor))
  }

  /// Adds a multiple of the quotient of two tensors.
  package func addQuotientInPlace(_ first: Tensor, _ second: Tensor, times factor: Double = 1) {
    ATen.addQuotientInPlace.perform(
      .tensor(self), .tensor(first), .tensor(second), .double(factor))
  }

  /// Moves towards another tensor by a fraction of the way.
  package func interpolateInPlace(to other: Tensor, by fraction: Double) {
    ATen.interpolateInPlace.perform(.tensor(self), .tensor(other), .double(fraction))
  }

  /// Takes over the elements of a tensor of the same shape, converting and moving them.
  package func copyInPlace(from other: Tensor) {
    require(
      other.shape == shape, "copyInPlace: the shapes \(shape) and \(other.shape) differ")
    ATen.copyInPlace.perform(.tensor(self), .tensor(other))
  }

  /// Whether two values are one and the same tensor, not only equal ones.
  package func isSame(as other: Tensor) -> Bool { storage === other.storage }
}

extension ATen {
  static let addInPlace = TorchOperator("aten::add_", "Tensor")
  static let multiplyInPlace = TorchOperator("aten::mul_", "Scalar")
  static let addProductInPlace = TorchOperator("aten::addcmul_")
  static let addQuotientInPlace = TorchOperator("aten::addcdiv_")
  static let interpolateInPlace = TorchOperator("aten::lerp_", "Scalar")
  static let copyInPlace = TorchOperator("aten::copy_")
}
