import Synchronization
import Tensors

/// What replaces a layer's weights while the network only evaluates.
public final class Preparation: Sendable {
  struct Weights: Sendable {
    var weight: Tensor
    var bias: Tensor?
  }
  private struct State {
    var weights: Weights?
    var isSkipped = false
  }
  private let state = Mutex(State())

  /// Nothing prepared.
  public init() {}

  /// The replacing weights, if there are any.
  var weights: Weights? {
    get { state.withLock { $0.weights } }
    set { state.withLock { $0.weights = newValue } }
  }

  /// Whether the layer's work is done by the one before it.
  var isSkipped: Bool {
    get { state.withLock { $0.isSkipped } }
    set { state.withLock { $0.isSkipped = newValue } }
  }

  /// Returns to the layer's own weights.
  func discard() { state.withLock { $0 = State() } }
}

/// A layer whose weights can be replaced while the network only evaluates.
protocol PreparableLayer: Layer {
  var preparation: Preparation { get }
}

extension Linear: PreparableLayer {}
extension Convolution: PreparableLayer {}
extension BatchNorm: PreparableLayer {}
