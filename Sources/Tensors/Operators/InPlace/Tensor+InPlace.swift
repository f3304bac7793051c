internal import CTorch

/// Changes in place, for optimisers and running statistics: no new memory where nobody else sees
/// this tensor's.
///
/// A tensor is still a value: where its memory is shared with another tensor it is copied first. A
/// leaf that requires gradients stays one; it may be changed inside ``withoutGradients(_:)`` only,
/// and results of recorded operations never.
extension Tensor {
  /// Adds another tensor.
  ///
  /// - Parameters:
  ///   - other: Can be stretched to this shape.
  ///   - scale: Its factor.
  public mutating func formAddition(of other: Tensor, scale: Double = 1) {
    prepareUpdate("formAddition", other)
    ATen.addInPlace.perform(.tensor(self), .tensor(other), .double(scale))
  }

  /// Adds a number.
  ///
  /// - Parameter number: The number.
  public mutating func formAddition(of number: Double) {
    prepareUpdate("formAddition")
    ATen.addScalarInPlace.perform(.tensor(self), .double(number))
  }

  /// Adds the product of two tensors, element by element.
  ///
  /// - Parameters:
  ///   - first: Can be stretched to this shape.
  ///   - second: Can be stretched to this shape.
  ///   - scale: Factor of the product.
  public mutating func formAddition(
    ofProduct first: Tensor, _ second: Tensor, scale: Double = 1
  ) {
    prepareUpdate("formAddition", first, second)
    ATen.addProductInPlace.perform(
      .tensor(self), .tensor(first), .tensor(second), .double(scale))
  }

  /// Adds the quotient of two tensors, element by element.
  ///
  /// - Parameters:
  ///   - first: The dividend; can be stretched to this shape.
  ///   - second: The divisor; can be stretched to this shape.
  ///   - scale: Factor of the quotient.
  public mutating func formAddition(
    ofQuotient first: Tensor, by second: Tensor, scale: Double = 1
  ) {
    prepareUpdate("formAddition", first, second)
    ATen.addQuotientInPlace.perform(
      .tensor(self), .tensor(first), .tensor(second), .double(scale))
  }

  /// Multiplies by a number.
  ///
  /// - Parameter factor: The number.
  public mutating func formProduct(with factor: Double) {
    prepareUpdate("formProduct")
    ATen.multiplyScalarInPlace.perform(.tensor(self), .double(factor))
  }

  /// Multiplies by another tensor.
  ///
  /// - Parameter other: Can be stretched to this shape.
  public mutating func formProduct(with other: Tensor) {
    prepareUpdate("formProduct", other)
    ATen.multiplyInPlace.perform(.tensor(self), .tensor(other))
  }

  /// Divides by another tensor.
  ///
  /// - Parameter other: Can be stretched to this shape.
  public mutating func formQuotient(by other: Tensor) {
    prepareUpdate("formQuotient", other)
    ATen.divideInPlace.perform(.tensor(self), .tensor(other))
  }

  /// Moves the elements towards those of another tensor.
  ///
  /// - Parameters:
  ///   - other: Can be stretched to this shape.
  ///   - weight: Part of the way, 0 to 1.
  public mutating func formInterpolation(towards other: Tensor, weight: Double) {
    prepareUpdate("formInterpolation", other)
    ATen.lerpInPlace.perform(.tensor(self), .tensor(other), .double(weight))
  }

  /// Takes the larger element of this tensor and another.
  ///
  /// - Parameter other: Of this shape.
  public mutating func formMaximum(with other: Tensor) {
    prepareUpdate("formMaximum", other)
    ATen.clampInPlace.perform(.tensor(self), .tensor(other))
  }

  /// Takes the square root of each element.
  public mutating func formSquareRoot() {
    prepareUpdate("formSquareRoot")
    ATen.sqrtInPlace.perform(.tensor(self))
  }

  /// Takes the elements of another tensor, converted to this tensor's type.
  ///
  /// - Parameter other: Can be stretched to this shape.
  public mutating func assign(_ other: Tensor) {
    prepareUpdate("assign", other)
    ATen.copyInto.perform(.tensor(self), .tensor(other))
  }

  /// Sets every element to a number.
  ///
  /// - Parameter number: The number.
  public mutating func fill(with number: some TensorScalar) {
    prepareUpdate("fill")
    ATen.fillInPlace.perform(.tensor(self), number.scalar.argument)
  }

  private mutating func prepareUpdate(_ operation: String, _ others: Tensor...) {
    for other in others {
      require(
        other.shape == shape || Shapes.broadcast(shape, other.shape) == shape,
        "\(operation): the shape \(other.shape) cannot be stretched to \(shape)")
    }
    let isOnlyValue = isKnownUniquelyReferenced(&storage)
    guard storage.host == nil else {
      if isOnlyValue {
        storage.dropHandle()
        if isKnownUniquelyReferenced(&storage.host) { return }
      }
      self = ATen.clone(.tensor(self))
      return
    }
    let facts = facts
    if facts.requires_gradient != 0 {
      require(
        facts.is_leaf != 0 && TorchLibrary.table.pointee.gradient_mode() == 0,
        """
        \(operation): a tensor of shape \(shape) that requires gradients can be changed in place \
        only where it is a leaf, and without recording
        """)
    }
    if isOnlyValue && facts.is_exclusive != 0 { return }
    let copy = ATen.clone(.tensor(ATen.detach(.tensor(self))))
    self = facts.requires_gradient != 0 ? copy.requiringGradient() : copy
  }
}

extension ATen {
  static let addInPlace = TorchOperator("aten::add_", "Tensor")
  static let addScalarInPlace = TorchOperator("aten::add_", "Scalar")
  static let addProductInPlace = TorchOperator("aten::addcmul_")
  static let addQuotientInPlace = TorchOperator("aten::addcdiv_")
  static let multiplyInPlace = TorchOperator("aten::mul_", "Tensor")
  static let multiplyScalarInPlace = TorchOperator("aten::mul_", "Scalar")
  static let divideInPlace = TorchOperator("aten::div_", "Tensor")
  static let lerpInPlace = TorchOperator("aten::lerp_", "Scalar")
  static let clampInPlace = TorchOperator("aten::clamp_", "Tensor")
  static let sqrtInPlace = TorchOperator("aten::sqrt_")
  static let fillInPlace = TorchOperator("aten::fill_", "Scalar")
}
