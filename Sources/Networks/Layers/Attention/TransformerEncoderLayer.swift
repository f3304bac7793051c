public import Tensors

/// Attention of a sequence to itself and a small network at every place, each with a shortcut.
///
/// - Note: Source: Vaswani et al., "Attention is all you need", NeurIPS 2017; with `normFirst` as in
///   Xiong et al., "On layer normalization in the transformer architecture", ICML 2020.
public final class TransformerEncoderLayer: Module {
  /// Attention of the sequence to itself.
  public let selfAttn: MultiheadAttention
  /// The small network's first half.
  public let linear1: Linear
  /// The small network's second half.
  public let linear2: Linear
  /// Normalisation around the attention.
  public let norm1: LayerNorm
  /// Normalisation around the small network.
  public let norm2: LayerNorm
  private let hiddenDropout: Dropout
  private let attentionDropout: Dropout
  private let outputDropout: Dropout
  private let activation: Activation
  private let normFirst: Bool

  /// A layer without values.
  ///
  /// - Parameters:
  ///   - width: Length of an element of the sequence, C.
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
    linear1 = Linear(width, feedforward)
    linear2 = Linear(feedforward, width)
    norm1 = LayerNorm(width)
    norm2 = LayerNorm(width)
    hiddenDropout = Dropout(dropout)
    attentionDropout = Dropout(dropout)
    outputDropout = Dropout(dropout)
    self.activation = activation
    self.normFirst = normFirst
  }

  /// Encodes sequences.
  ///
  /// - Parameters:
  ///   - x: `[B, T, C]`.
  ///   - padding: `[B, T]` Bool, true at elements that are only padding.
  ///   - visible: Bool, can be stretched to `[B, heads, T, T]`, true where an element may see
  ///     another.
  ///   - isCausal: Whether an element sees only those before it and itself.
  /// - Returns: `[B, T, C]`.
  public func callAsFunction(
    _ x: Tensor, padding: Tensor? = nil, visible: Tensor? = nil, isCausal: Bool = false
  ) -> Tensor {
    func attended(_ x: Tensor) -> Tensor {
      attentionDropout(selfAttn(x, padding: padding, visible: visible, isCausal: isCausal))
    }
    func transformed(_ x: Tensor) -> Tensor {
      outputDropout(linear2(hiddenDropout(activation(linear1(x)))))
    }
    return watched([x]) {
      if normFirst {
        let y = x + attended(norm1(x))
        return [y + transformed(norm2(y))]
      }
      let y = norm1(x + attended(x))
      return [norm2(y + transformed(y))]
    }[0]
  }
}
