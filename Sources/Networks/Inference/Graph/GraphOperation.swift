import Tensors

/// One operation of a ``NetworkGraph``.
///
/// All but ``recorded(_:)`` are float32 on the CPU, have one result, and are done by oneDNN.
enum GraphOperation {
  /// The operator of libtorch as it was called.
  case recorded(RecordedCall)
  /// A convolution or a transposed one, of `[B, C, spatial...]`.
  case convolution(Filter, Window, [PostOperation])
  /// `x W^T + b` of the last axis.
  case linear(Filter, [PostOperation])
  case pooling(PoolingKind, Window)
  case normalisation(ChannelNorm, isRectified: Bool)
  /// Of two tensors of one shape.
  case addition([PostOperation])
  case activation(PostOperation)
  /// Of channels.
  case concatenation

  var isRecorded: Bool {
    if case .recorded = self { return true }
    return false
  }

  /// Weights of a convolution or a linear layer.
  struct Filter {
    var weight: Tensor
    var bias: Tensor?
    var groups = 1
    var isTransposed = false
  }

  /// How a kernel moves over the spatial axes.
  struct Window {
    var kernel, stride, dilation, paddingBefore, paddingAfter: [Int]
  }

  enum PoolingKind { case maximum, average, averageWithPadding }

  /// A normalisation with given statistics.
  struct ChannelNorm {
    var mean, variance, scale, shift: [Float]
    var epsilon: Double
  }

  /// What is done to each element of a result, in order.
  enum PostOperation {
    /// Adds the operation's last input, whose memory becomes the result's.
    case sum
    case leakyReLU(slope: Double)
    case clip(Double, Double)
    case sigmoid
    case tanh
    case silu
    case gelu
    case geluTanh
    case elu(alpha: Double)

    var isReLU: Bool {
      if case .leakyReLU(0) = self { return true }
      return false
    }
  }

  /// What happens to the elements of the result, where the operation can do that itself.
  var postOperations: [PostOperation]? {
    get {
      switch self {
      case .convolution(let filter, _, let post): filter.isTransposed ? nil : post
      case .linear(_, let post), .addition(let post): post
      default: nil
      }
    }
    set {
      guard let newValue else { return }
      switch self {
      case .convolution(let filter, let window, _): self = .convolution(filter, window, newValue)
      case .linear(let filter, _): self = .linear(filter, newValue)
      case .addition: self = .addition(newValue)
      default: break
      }
    }
  }
}
