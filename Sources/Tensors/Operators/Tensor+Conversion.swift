/// Element type and device.
extension Tensor {
  /// The elements converted to another type.
  ///
  /// Real numbers lose their fraction towards zero when they become integers; what an integer type
  /// cannot hold gives an undefined element.
  ///
  /// - Parameter elementType: The new type.
  /// - Returns: This tensor when it has the type already.
  public func converted(to elementType: ElementType) -> Tensor {
    elementType == self.elementType
      ? self : ATen.toElementType(.tensor(self), .elementType(elementType))
  }

  /// The elements on another device.
  ///
  /// - Parameter device: Where to.
  /// - Returns: This tensor when it lies there already.
  /// - Throws: ``TensorError/noDevice(_:available:)`` or
  ///   ``TensorError/outOfMemory(operation:reason:)``.
  public func moved(to device: Device) throws(TensorError) -> Tensor {
    if device == self.device { return self }
    try TorchLibrary.load()
    try device.requireAvailable()
    return try ATen.toDevice.attempt(
      .tensor(self), .device(device), .elementType(elementType))
  }

  /// The same elements lying row by row without gaps.
  ///
  /// - Returns: This tensor when it lies so already.
  public func contiguous() -> Tensor {
    storage.host == nil ? ATen.contiguous(.tensor(self)) : self
  }
}

extension ATen {
  static let toElementType = TorchOperator("aten::to", "dtype")
  static let contiguous = TorchOperator("aten::contiguous")
}
