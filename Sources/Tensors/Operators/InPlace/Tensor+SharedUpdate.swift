/// Changes of memory that every value sharing it sees, for the parameters of networks.
///
/// A parameter is one place in memory as long as its network lives. ``formAddition(of:scale:)`` and
/// its like would copy it at every step, because the recorded operations of a loss that is still
/// held refer to it too. Nothing is recorded: the caller stands inside ``withoutGradients(_:)``.
extension Tensor {
  /// Adds a multiple of another tensor.
  package func addInPlace(_ other: Tensor, times factor: Double = 1) {
    ATen.addInPlace.perform(.tensor(self), .tensor(other), .double(factor))
  }

  /// Multiplies by a number.
  package func scaleInPlace(by factor: Double) {
    ATen.multiplyScalarInPlace.perform(.tensor(self), .double(factor))
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
    ATen.lerpInPlace.perform(.tensor(self), .tensor(other), .double(fraction))
  }

  /// How often the memory was changed in place, by this tensor or by those that share it.
  package var changeCount: Int {
    Int(ATen.version.results(.tensor(self))[0].item(of: Int64.self))
  }

  /// Whether two values are one and the same tensor, not only equal ones.
  package func isSame(as other: Tensor) -> Bool { storage === other.storage }
}

extension ATen {
  static let version = TorchOperator("aten::_version")
}
