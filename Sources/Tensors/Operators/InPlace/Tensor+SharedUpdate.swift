/// Changes of memory that every value sharing it sees, for the parameters of networks.
///
/// A parameter is one place in memory as long as its network lives. ``formAddition(of:scale:)`` and
/// its like would copy it at every step, because the recorded operations of a loss that is still
/// held refer to it too. Nothing is recorded: the caller stands inside ``withoutGradients(_:)``.
extension Tensor {
  /// Adds a multiple of another tensor.
  package func addInPlace(_ other: Tensor, times factor: Double = 1) {
    ATen.stepAdd.perform(.tensor(self), .tensor(other), .double(factor))
  }

  /// Multiplies by a number.
  package func scaleInPlace(by factor: Double) {
<<<<<<<< HEAD:Sources/Tensors/Operators/InPlace/Tensor+SharedUpdate.swift
    ATen.multiplyScalarInPlace.perform(.tensor(self), .double(factor))
========
    ATen.stepScale.perform(.tensor(self), .double(factor))
>>>>>>>> main:Sources/Tensors/Operators/Tensor+OptimiserSteps.swift
  }

  /// Adds a multiple of the product of two tensors.
  package func addProductInPlace(_ first: Tensor, _ second: Tensor, times factor: Double = 1) {
    ATen.stepAddProduct.perform(
      .tensor(self), .tensor(first), .tensor(second), .double(factor))
  }

  /// Adds a multiple of the quotient of two tensors.
  package func addQuotientInPlace(_ first: Tensor, _ second: Tensor, times factor: Double = 1) {
    ATen.stepAddQuotient.perform(
      .tensor(self), .tensor(first), .tensor(second), .double(factor))
  }

  /// Moves towards another tensor by a fraction of the way.
  package func interpolateInPlace(to other: Tensor, by fraction: Double) {
<<<<<<<< HEAD:Sources/Tensors/Operators/InPlace/Tensor+SharedUpdate.swift
    ATen.lerpInPlace.perform(.tensor(self), .tensor(other), .double(fraction))
========
    ATen.stepInterpolate.perform(.tensor(self), .tensor(other), .double(fraction))
  }

  /// Takes over the elements of a tensor of the same shape, converting and moving them.
  package func copyInPlace(from other: Tensor) {
    require(
      other.shape == shape, "copyInPlace: the shapes \(shape) and \(other.shape) differ")
    ATen.stepCopy.perform(.tensor(self), .tensor(other))
>>>>>>>> main:Sources/Tensors/Operators/Tensor+OptimiserSteps.swift
  }

  /// Whether two values are one and the same tensor, not only equal ones.
  package func isSame(as other: Tensor) -> Bool { storage === other.storage }
}
<<<<<<<< HEAD:Sources/Tensors/Operators/InPlace/Tensor+SharedUpdate.swift
========

extension ATen {
  static let stepAdd = TorchOperator("aten::add_", "Tensor")
  static let stepScale = TorchOperator("aten::mul_", "Scalar")
  static let stepAddProduct = TorchOperator("aten::addcmul_")
  static let stepAddQuotient = TorchOperator("aten::addcdiv_")
  static let stepInterpolate = TorchOperator("aten::lerp_", "Scalar")
  static let stepCopy = TorchOperator("aten::copy_")
}
>>>>>>>> main:Sources/Tensors/Operators/Tensor+OptimiserSteps.swift
