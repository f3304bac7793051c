import Synchronization
public import Tensors

/// A tensor that training changes: a weight or a bias of a module.
///
/// It is made with a shape and a rule for its first values, and holds none until
/// ``Module/initialize(using:_:)`` draws them or ``Module/load(from:strict:)`` reads them; a rule
/// without random numbers needs neither.
public final class Parameter: Sendable {
  /// Lengths of the axes.
  public let shape: [Int]
  /// How the first values are made.
  public let initializer: Initializer

  private struct State {
    var tensor: Tensor?
    var elementType: ElementType = .float32
    var isTrainable = true
  }
  private let state: Mutex<State>

  /// A parameter without values.
  ///
  /// - Parameters:
  ///   - shape: Lengths of the axes.
  ///   - initializer: How the first values are made.
  public init(_ shape: [Int], _ initializer: Initializer = .zeros) {
    self.shape = shape
    self.initializer = initializer
    self.state = Mutex(State())
  }

  /// A parameter with given values.
  ///
  /// - Parameter value: The first values, which are copied.
  public convenience init(_ value: Tensor) {
    self.init(value.shape, .constant(0))
    self.value = value
  }

  /// Number of elements.
  public var count: Int { shape.reduce(1, *) }

  /// Type of the elements.
  public var elementType: ElementType { state.withLock { $0.elementType } }

  /// Whether there are values.
  public var isInitialized: Bool { state.withLock { $0.tensor != nil } }

  /// The current values; gradients can be taken with respect to them while the parameter is
  /// trainable.
  ///
  /// An optimiser changes this memory in place: what must stay as it is needs a
  /// ``Tensors/Tensor/copied()``. Setting it copies the new values, which must have the shape.
  public var value: Tensor {
    get {
      state.withLock { state in
        if let tensor = state.tensor { return tensor }
        require(
          !initializer.isRandom,
          "a parameter of shape \(shape) has no values: initialize the network or load its weights")
        var unused = SeededGenerator(seed: 0)
        return adopt(
          initializer.values(shape, elementType: state.elementType, using: &unused), in: &state)
      }
    }
    set {
      require(
        newValue.shape == shape,
        "a parameter of shape \(shape) cannot take values of shape \(newValue.shape)")
      state.withLock { state in
        state.elementType = newValue.elementType
        _ = adopt(newValue.detached().copied(), in: &state)
      }
    }
  }

  /// Whether gradients are taken and optimisers change the values.
  public var isTrainable: Bool {
    get { state.withLock { $0.isTrainable } }
    set {
      state.withLock { state in
        guard state.isTrainable != newValue else { return }
        state.isTrainable = newValue
        if let tensor = state.tensor { _ = adopt(tensor.detached(), in: &state) }
      }
    }
  }

  /// Draws new values.
  ///
  /// - Parameters:
  ///   - generator: Source of the random numbers.
  ///   - rule: Takes the place of the parameter's own rule.
  public func initialize(using generator: inout SeededGenerator, _ rule: Initializer? = nil) {
    let drawn = (rule ?? initializer).values(
      shape, elementType: elementType, using: &generator)
    state.withLock { _ = adopt(drawn, in: &$0) }
  }

  /// Converts the values to another type of real numbers.
  ///
  /// - Parameter elementType: The new type.
  public func convert(to elementType: ElementType) {
    state.withLock { state in
      state.elementType = elementType
      if let tensor = state.tensor {
        _ = adopt(tensor.detached().converted(to: elementType), in: &state)
      }
    }
  }

  /// Lays the weights of a convolution out with the channels of a pixel side by side; others stay.
  func arrangeChannelsLast() {
    guard shape.count == 4 || shape.count == 5 else { return }
    state.withLock { state in
      guard let tensor = state.tensor else { return }
      _ = adopt(tensor.detached().toChannelsLast(), in: &state)
    }
  }

  /// Moves the values to another device.
  ///
  /// - Parameter device: Where to.
  /// - Throws: ``Tensors/TensorError/noDevice(_:available:)`` or an error for missing memory.
  public func move(to device: Device) throws(TensorError) {
    let moved = try value.detached().moved(to: device)
    state.withLock { _ = adopt(moved, in: &$0) }
  }

  /// Keeps a tensor whose memory nobody else uses.
  private func adopt(_ tensor: Tensor, in state: inout State) -> Tensor {
    let kept = state.isTrainable ? tensor.requiringGradient() : tensor
    state.tensor = kept
    return kept
  }
}
