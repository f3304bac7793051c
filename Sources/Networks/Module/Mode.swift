import Synchronization
public import Tensors

/// Whether a module trains or evaluates, and where random numbers for training come from.
///
/// A module that behaves differently in the two modes declares `let mode = Mode()`;
/// ``Module/train(using:)`` and ``Module/evaluate()`` find it.
public final class Mode: Sendable {
  private struct State {
    var isTraining = true
    var generator: TorchGenerator?
  }
  private let state = Mutex(State())

  /// A mode; training at first.
  public init() {}

  /// Whether the module trains.
  public var isTraining: Bool {
    get { state.withLock { $0.isTraining } }
    set { state.withLock { $0.isTraining = newValue } }
  }

  /// Source of the random zeros of dropout.
  public var generator: TorchGenerator? {
    get { state.withLock { $0.generator } }
    set { state.withLock { $0.generator = newValue } }
  }
}
