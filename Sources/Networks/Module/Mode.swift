import Synchronization

/// Whether a module trains or evaluates.
///
/// A module that behaves differently in the two modes declares `let mode = Mode()`;
/// ``Module/train()`` and ``Module/evaluate()`` find it.
public final class Mode: Sendable {
  private let training = Atomic(true)

  /// A mode; training at first.
  public init() {}

  /// Whether the module trains.
  public var isTraining: Bool {
    get { training.load(ordering: .relaxed) }
    set { training.store(newValue, ordering: .relaxed) }
  }
}
