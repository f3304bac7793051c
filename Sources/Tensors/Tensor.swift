internal import CTorch

/// An n-dimensional array of numbers: a value over reference-counted memory.
///
/// A tensor made in Swift is contiguous memory in row-major order on the host; results of
/// operations belong to libtorch, which is opened at the first operation (``TorchLibrary``). Both
/// kinds behave alike. Copies share the memory; writing through
/// ``withUnsafeMutableElements(of:_:)`` or a subscript copies it first when it is shared.
///
/// Two tensors in an operation are stretched to a common shape (broadcasting): shapes are compared
/// from the last axis backwards, and an axis of length 1, or one that is not there, takes the
/// other's length.
public struct Tensor: @unchecked Sendable {
  var storage: TensorStorage

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

  /// Where the elements lie.
  public var device: Device {
    guard storage.host == nil else { return .cpu }
    let facts = facts
    return facts.device_kind == Int32(CTORCH_CPU) ? .cpu : .cuda(Int(facts.device_index))
  }

  init(storage: TensorStorage, shape: [Int], elementType: ElementType) {
    self.storage = storage
    self.shape = shape
    self.elementType = elementType
  }

  /// A tensor for a handle that the runtime gave away.
  init(owning handle: OpaquePointer) {
    let storage = TensorStorage(owning: handle)
    var facts = ctorch_description()
    TorchLibrary.demand(
      TorchLibrary.table.pointee.tensor_describe(handle, &facts), "tensor description")
    let rank = Int(facts.rank)
    let shape = [Int](unsafeUninitializedCapacity: rank) { lengths, filled in
      if let sizes = facts.sizes {
        for axis in 0..<rank { lengths.initializeElement(at: axis, to: Int(sizes[axis])) }
      }
      filled = rank
    }
    self.init(
      storage: storage, shape: shape, elementType: ElementType(torchCode: facts.element_type))
  }

  /// The tensor of libtorch, valid as long as this value.
  @inline(__always)
  var handle: OpaquePointer { storage.handle(shape: shape, elementType: elementType) }

  /// What libtorch knows about the tensor.
  var facts: ctorch_description {
    var facts = ctorch_description()
    TorchLibrary.demand(
      TorchLibrary.table.pointee.tensor_describe(handle, &facts), "tensor description")
    return facts
  }

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
    require(shape.allSatisfy { $0 >= 0 }, "a tensor cannot have the shape \(shape)")
    let count = shape.reduce(1, *)
    let host = HostStorage(byteCount: count * MemoryLayout<Element>.stride)
    let elements = host.base.bindMemory(to: Element.self, capacity: count)
    try initialize(UnsafeMutableBufferPointer(start: elements, count: count))
    self.init(
      storage: TensorStorage(host: host), shape: shape, elementType: Element.elementType)
  }

  /// A tensor with a copy of `elements`.
  ///
  /// - Parameters:
  ///   - elements: Values in row-major order.
  ///   - shape: Lengths of the axes; their product equals the number of values. A vector when left
  ///     out.
  public init<Element: TensorElement>(_ elements: [Element], shape: [Int]? = nil) {
    let shape = shape ?? [elements.count]
    require(
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

  /// A tensor over memory that somebody else owns, without a copy.
  ///
  /// - Parameters:
  ///   - memory: The elements, row-major, aligned for their type; they must not change as long as
  ///     they are used.
  ///   - shape: Lengths of the axes, none negative.
  ///   - elementType: Type of the elements.
  ///   - release: Called once, on any thread, when the memory is no longer used.
  public init(
    adopting memory: UnsafeMutableRawPointer, shape: [Int], elementType: ElementType,
    release: @escaping @Sendable () -> Void
  ) {
    require(shape.allSatisfy { $0 >= 0 }, "a tensor cannot have the shape \(shape)")
    let byteCount = shape.reduce(elementType.byteCount, *)
    let host = HostStorage(adopting: memory, byteCount: byteCount, release: release)
    self.init(storage: TensorStorage(host: host), shape: shape, elementType: elementType)
  }
}
