/// An n-dimensional array of numbers: a value over reference-counted memory.
///
/// A tensor made in Swift is contiguous memory in row-major order on the host. Copies share the memory; writing through
/// ``withUnsafeMutableElements(of:_:)`` copies it first when it is shared.
public struct Tensor: @unchecked Sendable {
  var host: HostStorage

  /// Lengths of the axes, outermost first.
  ///
  /// A scalar has none.
  public let shape: [Int]

  /// Type of the elements.
  public let elementType: ElementType

  /// Number of elements.
  public var count: Int { shape.reduce(1, *) }

  /// Number of axes.
  public var rank: Int { shape.count }

  /// A tensor whose memory `initialize` fills completely.
  ///
  /// - Parameters:
  ///   - shape: Lengths of the axes, none negative.
  ///   - type: Element type.
  ///   - initialize: Receives the uninitialised memory, row-major; every element must be written.
  public init<Element: TensorElement>(
    shape: [Int], of type: Element.Type = Element.self,
    initializingWith initialize: (UnsafeMutableBufferPointer<Element>) throws -> Void
  ) rethrows {
    precondition(shape.allSatisfy { $0 >= 0 }, "a tensor cannot have the shape \(shape)")
    let count = shape.reduce(1, *)
    self.shape = shape
    self.elementType = Element.elementType
    self.host = HostStorage(byteCount: count * MemoryLayout<Element>.stride)
    let elements = host.base.bindMemory(to: Element.self, capacity: count)
    try initialize(UnsafeMutableBufferPointer(start: elements, count: count))
  }

  /// A tensor with a copy of `elements`.
  ///
  /// - Parameters:
  ///   - elements: Values in row-major order.
  ///   - shape: Lengths of the axes; their product equals the number of values. A vector when left out.
  public init<Element: TensorElement>(_ elements: [Element], shape: [Int]? = nil) {
    let shape = shape ?? [elements.count]
    precondition(
      shape.reduce(1, *) == elements.count,
      "the shape \(shape) does not hold \(elements.count) elements")
    self.init(shape: shape, of: Element.self) { memory in
      _ = memory.initialize(from: elements)
    }
  }

  /// A tensor in which every element is `value`.
  ///
  /// - Parameters:
  ///   - value: The value of every element.
  ///   - shape: Lengths of the axes.
  public init<Element: TensorElement>(repeating value: Element, shape: [Int]) {
    self.init(shape: shape, of: Element.self) { $0.initialize(repeating: value) }
  }

  /// Calls `body` with the elements in row-major order, without a copy.
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
    let elements = host.base.assumingMemoryBound(to: Element.self)
    return try withExtendedLifetime(host) {
      try body(UnsafeBufferPointer(start: elements, count: count))
    }
  }

  /// Calls `body` with the elements for writing, row-major; copies the memory first when it is shared.
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
    if !isKnownUniquelyReferenced(&host) {
      let copy = HostStorage(byteCount: host.byteCount)
      copy.base.copyMemory(from: host.base, byteCount: host.byteCount)
      host = copy
    }
    let elements = host.base.assumingMemoryBound(to: Element.self)
    return try body(UnsafeMutableBufferPointer(start: elements, count: count))
  }

  /// Calls `body` with the bytes of the elements in row-major order.
  ///
  /// - Parameter body: Receives the bytes; they are valid during the call only.
  /// - Returns: What `body` returns.
  public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows
    -> Result
  {
    try withExtendedLifetime(host) {
      try body(UnsafeRawBufferPointer(start: host.base, count: count * elementType.byteCount))
    }
  }

  /// The elements as an array, row-major.
  ///
  /// - Parameter type: The Swift type of the elements; must match ``elementType``.
  /// - Returns: A copy of the elements.
  public func array<Element: TensorElement>(of type: Element.Type = Element.self) -> [Element] {
    withUnsafeElements(of: type) { Array($0) }
  }

  private func requireElementType<Element: TensorElement>(_ type: Element.Type) {
    precondition(
      Element.elementType == elementType,
      "a tensor of \(elementType) cannot be read as \(Element.elementType)")
  }
}
