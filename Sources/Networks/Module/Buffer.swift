import Synchronization
public import Tensors

/// A tensor that belongs to a module's state but is not trained: a running mean, a counter.
public final class Buffer: Sendable {
  /// Lengths of the axes.
  public let shape: [Int]
  /// Whether a file of weights must hold it.
  public let isRequired: Bool

  private let state: Mutex<Tensor>

  /// A buffer.
  ///
  /// - Parameters:
  ///   - value: The first values.
  ///   - isRequired: Whether a file of weights must hold it.
  public init(_ value: Tensor, isRequired: Bool = true) {
    self.shape = value.shape
    self.isRequired = isRequired
    self.state = Mutex(value)
  }

  /// Number of elements.
  public var count: Int { shape.reduce(1, *) }

  /// Type of the elements.
  public var elementType: ElementType { value.elementType }

  /// The current values.
  ///
  /// Setting it copies the new values, which must have the shape.
  public var value: Tensor {
    get { state.withLock { $0 } }
    set {
      require(
        newValue.shape == shape,
        "a buffer of shape \(shape) cannot take values of shape \(newValue.shape)")
      let kept = newValue.detached().copied()
      state.withLock { $0 = kept }
    }
  }

  /// Keeps values whose memory nobody else changes.
  func adopt(_ value: Tensor) { state.withLock { $0 = value } }

  /// Converts real numbers to another type; whole numbers stay as they are.
  ///
  /// - Parameter elementType: The new type.
  public func convert(to elementType: ElementType) {
    state.withLock { tensor in
      if tensor.elementType.isFloatingPoint { tensor = tensor.converted(to: elementType) }
    }
  }

  /// Moves the values to another device.
  ///
  /// - Parameter device: Where to.
  /// - Throws: ``Tensors/TensorError/noDevice(_:available:)`` or an error for missing memory.
  public func move(to device: Device) throws(TensorError) {
    let moved = try value.moved(to: device)
    state.withLock { $0 = moved }
  }
}
