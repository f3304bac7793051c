internal import CTorch

/// Reading and writing the elements from Swift.
extension Tensor {
  /// Calls `body` with the elements in row-major order.
  ///
  /// Without a copy where they lie on the host row by row without gaps; a view with other strides
  /// and a tensor on another device are copied first.
  ///
  /// - Parameters:
  ///   - type: The Swift type of the elements; must match ``elementType``.
  ///   - body: Receives the elements; they are valid during the call only.
  /// - Returns: What `body` returns.
  public func withUnsafeElements<Element: TensorElement, Result>(
    of type: Element.Type = Element.self,
    _ body: (UnsafeBufferPointer<Element>) throws -> Result
  ) rethrows -> Result {
    requireElementType(Element.self)
    return try withUnsafeBytes { try body($0.assumingMemoryBound(to: Element.self)) }
  }

  /// Calls `body` with the elements for writing, row-major; copies the memory first when it is
  /// shared.
  ///
  /// - Parameters:
  ///   - type: The Swift type of the elements; must match ``elementType``.
  ///   - body: Receives the elements; they are valid during the call only.
  /// - Returns: What `body` returns.
  public mutating func withUnsafeMutableElements<Element: TensorElement, Result>(
    of type: Element.Type = Element.self,
    _ body: (UnsafeMutableBufferPointer<Element>) throws -> Result
  ) rethrows -> Result {
    requireElementType(Element.self)
    let elements = makeExclusive().assumingMemoryBound(to: Element.self)
    defer { withExtendedLifetime(storage) {} }
    return try body(UnsafeMutableBufferPointer(start: elements, count: count))
  }

  /// Calls `body` with the bytes of the elements in row-major order.
  ///
  /// - Parameter body: Receives the bytes; they are valid during the call only.
  /// - Returns: What `body` returns.
  public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows
    -> Result
  {
    if OperatorTrace.isActive { OperatorTrace.current?.noteAccess(self) }
    let byteCount = count * elementType.byteCount
    if let elements = storage.hostElements {
      defer { withExtendedLifetime(storage) {} }
      return try body(UnsafeRawBufferPointer(start: elements, count: byteCount))
    }
    let facts = facts
    guard facts.is_contiguous != 0, facts.device_kind == Int32(CTORCH_CPU) else {
      return try contiguousOnHost().withUnsafeBytes(body)
    }
    defer { withExtendedLifetime(storage) {} }
    return try body(UnsafeRawBufferPointer(start: facts.data, count: byteCount))
  }

  /// The elements as an array, row-major.
  ///
  /// - Parameter type: The Swift type of the elements; must match ``elementType``.
  /// - Returns: A copy of the elements.
  public func array<Element: TensorElement>(of type: Element.Type = Element.self) -> [Element] {
    withUnsafeElements(of: type) { Array($0) }
  }

  /// The only element of a tensor with one element.
  ///
  /// - Parameter type: The Swift type of the element; must match ``elementType``.
  /// - Returns: The element.
  public func item<Element: TensorElement>(of type: Element.Type = Element.self) -> Element {
    require(count == 1, "item: a tensor of shape \(shape) has \(count) elements, not one")
    return withUnsafeElements(of: type) { $0[0] }
  }

  /// The same elements with memory of their own, row-major on the same device.
  ///
  /// - Returns: A contiguous copy.
  public func copied() -> Tensor {
    guard storage.host == nil else {
      return withUnsafeBytes { bytes in
        let host = HostStorage(byteCount: bytes.count)
        if let start = bytes.baseAddress {
          host.base.copyMemory(from: start, byteCount: bytes.count)
        }
        return Tensor(
          storage: TensorStorage(host: host), shape: shape, elementType: elementType)
      }
    }
    return ATen.clone(.tensor(self), .memoryFormat(CTORCH_CONTIGUOUS))
  }

  func requireElementType<Element: TensorElement>(_ type: Element.Type) {
    require(
      Element.elementType == elementType,
      "a tensor of \(elementType) cannot be read as \(Element.elementType)")
  }

  /// A plain copy on the host without history.
  private func contiguousOnHost() -> Tensor {
    let local =
      device == .cpu ? self : ATen.toDevice(.tensor(self), .device(.cpu), .elementType(elementType))
    return ATen.clone(
      .tensor(ATen.detach(.tensor(local))), .memoryFormat(CTORCH_CONTIGUOUS))
  }

  /// Makes this value the only user of plain host memory, and returns where it starts.
  private mutating func makeExclusive() -> UnsafeMutableRawPointer {
    if OperatorTrace.isActive { OperatorTrace.current?.noteAccess(self) }
    require(
      !requiresGradient, "a tensor that requires gradients cannot be written; detach it first")
    let isOnlyValue = isKnownUniquelyReferenced(&storage)
    if storage.host != nil, isOnlyValue {
      storage.dropHandle()
      // A view in libtorch, or another tensor over the same memory, still counts as a user.
      if isKnownUniquelyReferenced(&storage.host), let elements = storage.hostElements {
        return elements
      }
    } else if isOnlyValue, let host = adoptedResult() {
      storage = TensorStorage(host: host)
      return host.base
    }
    let bytes = count * elementType.byteCount
    let host = HostStorage(byteCount: bytes)
    withUnsafeBytes { old in
      if let start = old.baseAddress { host.base.copyMemory(from: start, byteCount: bytes) }
    }
    storage = TensorStorage(host: host)
    return host.base
  }

  /// The memory of a result of libtorch that nobody else uses.
  private func adoptedResult() -> HostStorage? {
    let facts = facts
    guard facts.is_exclusive != 0, facts.is_contiguous != 0, let data = facts.data,
      facts.device_kind == Int32(CTORCH_CPU)
    else { return nil }
    let owner = storage
    return HostStorage(adopting: data, byteCount: count * elementType.byteCount) {
      withExtendedLifetime(owner) {}
    }
  }
}

extension ATen {
  static let clone = TorchOperator("aten::clone")
  static let detach = TorchOperator("aten::detach")
  static let toDevice = TorchOperator("aten::to", "device")
}
