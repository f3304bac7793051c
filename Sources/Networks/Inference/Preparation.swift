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

  /// The layer's own weights, the first axis that of the output's channels; nil if it cannot absorb
  /// anything.
  var ownWeights: Preparation.Weights? { get }
}

/// A normalisation that multiplies each channel by one number and adds another.
protocol FoldableNorm: PreparableLayer {
  /// Factor and summand of each channel, in float64.
  var scaleAndShift: (scale: Tensor, shift: Tensor) { get }
}

extension PreparableLayer {
  /// Does the work of a normalisation behind this layer: `(W x + b) s + t = (s W) x + (s b + t)`.
  func absorb(_ norm: any FoldableNorm) {
    guard let own = ownWeights else { return }
    let (scale, shift) = withoutGradients { norm.scaleAndShift }
    let columns = [scale.count] + [Int](repeating: 1, count: own.weight.rank - 1)
    withoutGradients {
      let weight = own.weight.converted(to: .float64) * scale.reshaped(columns)
      let bias = own.bias.map { $0.converted(to: .float64) * scale + shift } ?? shift
      let type = own.weight.elementType
      preparation.weights = .init(
        weight: weight.converted(to: type), bias: bias.converted(to: type))
    }
    norm.preparation.isSkipped = true
  }

  /// Converts and rearranges the weights.
  func prepare(elementType: ElementType, channelsLast: Bool) {
    guard var ready = preparation.weights ?? ownWeights else { return }
    withoutGradients {
      ready.weight = ready.weight.detached().converted(to: elementType)
      ready.bias = ready.bias?.detached().converted(to: elementType)
      if channelsLast && (ready.weight.rank == 4 || ready.weight.rank == 5) {
        ready.weight = ready.weight.toChannelsLast()
      }
    }
    preparation.weights = ready
  }
}

extension Linear: PreparableLayer {
  var ownWeights: Preparation.Weights? { .init(weight: weight.value, bias: bias?.value) }
}

extension Convolution: PreparableLayer {
  var ownWeights: Preparation.Weights? { .init(weight: weight.value, bias: bias?.value) }
}

extension BatchNorm: FoldableNorm {
  var ownWeights: Preparation.Weights? { nil }

  var scaleAndShift: (scale: Tensor, shift: Tensor) {
    let variance = runningVariance.value.converted(to: .float64)
    let mean = runningMean.value.converted(to: .float64)
    let root = (variance + epsilon).rsqrt()
    let scale = weight.map { $0.value.converted(to: .float64) * root } ?? root
    let shift = -(mean * scale)
    return (scale, bias.map { shift + $0.value.converted(to: .float64) } ?? shift)
  }
}
