public import Tensors

/// Attention of a sequence to itself and to another one, and a small network at every place.
///
/// - Note: Source: Vaswani et al., "Attention is all you need", NeurIPS 2017.
public final class TransformerDecoderLayer: Module {
  /// Attention of the sequence to itself.
  public let selfAttn: MultiheadAttention
  /// Attention of the sequence to the memory.
  public let multiheadAttn: MultiheadAttention
  /// The small network's first half.
  public let linear1: Linear
  /// The small network's second half.
  public let linear2: Linear
  /// Normalisation around the attention to itself.
  public let norm1: LayerNorm
  /// Normalisation around the attention to the memory.
  public let norm2: LayerNorm
  /// Normalisation around the small network.
  public let norm3: LayerNorm
  private let drops: [Dropout]
  private let activation: Activation
  private let normFirst: Bool

  /// A layer without values.
  ///
  /// - Parameters:
  ///   - width: Length of an element of the sequences, C.
  ///   - heads: Number of heads.
  ///   - feedforward: Width of the small network.
  ///   - dropout: Probability of zeros in training.
  ///   - activation: Of the small network.
  ///   - normFirst: Whether normalisation comes before attention and network instead of behind.
  public init(
    _ width: Int, heads: Int, feedforward: Int = 2048, dropout: Double = 0.1,
    activation: Activation = .relu, normFirst: Bool = false
  ) {
    selfAttn = MultiheadAttention(width, heads: heads, dropout: dropout)
    multiheadAttn = MultiheadAttention(width, heads: heads, dropout: dropout)
    linear1 = Linear(width, feedforward)
    linear2 = Linear(feedforward, width)
    norm1 = LayerNorm(width)
    norm2 = LayerNorm(width)
    norm3 = LayerNorm(width)
    drops = (0..<4).map { _ in Dropout(dropout) }
    self.activation = activation
    self.normFirst = normFirst
  }

  /// Decodes sequences.
  ///
  /// - Parameters:
  ///   - x: `[B, T, C]`.
  ///   - memory: Encoded sequences, `[B, M, C]`.
  ///   - padding: `[B, T]` Bool, true at elements of `x` that are only padding.
  ///   - memoryPadding: `[B, M]` Bool, true at elements of `memory` that are only padding.
  ///   - isCausal: Whether an element sees only those before it and itself.
  /// - Returns: `[B, T, C]`.
  public func callAsFunction(
    _ x: Tensor, memory: Tensor, padding: Tensor? = nil, memoryPadding: Tensor? = nil,
    isCausal: Bool = false
  ) -> Tensor {
    func attended(_ x: Tensor) -> Tensor {
      drops[0](selfAttn(x, padding: padding, isCausal: isCausal))
    }
    func informed(_ x: Tensor) -> Tensor {
      drops[1](multiheadAttn(x, key: memory, padding: memoryPadding))
    }
    func transformed(_ x: Tensor) -> Tensor {
      drops[2](linear2(drops[3](activation(linear1(x)))))
    }
    return watched([x, memory]) {
      if normFirst {
        let y = x + attended(norm1(x))
        let z = y + informed(norm2(y))
        return [z + transformed(norm3(z))]
      }
      let y = norm1(x + attended(x))
      let z = norm2(y + informed(y))
      return [norm3(z + transformed(z))]
    }[0]
  }
}
