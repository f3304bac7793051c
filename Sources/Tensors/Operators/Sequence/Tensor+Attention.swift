/// Attention.
extension Tensor {
  /// Means of values, weighted by how well queries and keys agree:
  /// `softmax(Q K' * scale + mask) V`.
  ///
  /// - Parameters:
  ///   - key: `[..., S, E]`, for queries `[..., L, E]` here.
  ///   - value: `[..., S, F]`.
  ///   - mask: Can be stretched to `[..., L, S]`: Bool, true where a key may be seen, or numbers
  ///     that are added.
  ///   - isCausal: Whether query i sees the keys up to i only.
  ///   - scale: Factor of the products; `1 / sqrt(E)` when left out.
  ///   - dropout: Probability with which a weight becomes 0, and the source of these zeros.
  /// - Returns: `[..., L, F]`.
  /// - Note: Source: Vaswani et al., "Attention is all you need", NeurIPS 2017, equation (1).
  public func scaledDotProductAttention(
    key: Tensor, value: Tensor, mask: Tensor? = nil, isCausal: Bool = false, scale: Double? = nil,
    dropout: (probability: Double, generator: TorchGenerator)? = nil
  ) -> Tensor {
    attention(
      key: key, value: value, mask: mask, isCausal: isCausal, scale: scale, dropout: dropout
    ).output
  }

  /// As ``scaledDotProductAttention(key:value:mask:isCausal:scale:dropout:)``, with the weights.
  ///
  /// - Parameters:
  ///   - key: `[..., S, E]`, for queries `[..., L, E]` here.
  ///   - value: `[..., S, F]`.
  ///   - mask: Can be stretched to `[..., L, S]`.
  ///   - isCausal: Whether query i sees the keys up to i only.
  ///   - scale: Factor of the products; `1 / sqrt(E)` when left out.
  ///   - dropout: Probability with which a weight becomes 0, and the source of these zeros.
  /// - Returns: `[..., L, F]`, and the weights before dropout, `[..., L, S]`.
  public func attention(
    key: Tensor, value: Tensor, mask: Tensor? = nil, isCausal: Bool = false, scale: Double? = nil,
    dropout: (probability: Double, generator: TorchGenerator)? = nil
  ) -> (output: Tensor, weights: Tensor) {
    require(
      rank >= 2 && key.rank >= 2 && value.rank >= 2 && shape[rank - 1] == key.shape[key.rank - 1]
        && key.shape[key.rank - 2] == value.shape[value.rank - 2],
      """
      attention: queries of shape \(shape), keys of shape \(key.shape) and values of shape \
      \(value.shape) do not fit together
      """)
    let factor = scale ?? 1 / Double(shape[rank - 1]).squareRoot()
    // The smaller operand is scaled: [..., L, E].
    var scores = (self * factor).matmul(key.transposed())  // [..., L, S]
    if let mask { scores = scores.masked(byAttention: mask) }
    if isCausal {
      let (queries, keys) = (scores.shape[scores.rank - 2], scores.shape[scores.rank - 1])
      let seen = Tensor.arange(keys).unsqueezed(0) .<= Tensor.arange(queries).unsqueezed(1)
      scores = scores.masked(byAttention: seen.beside(self))
    }
    let weights = scores.softmax()
    let kept = dropout.map { weights.dropout($0.probability, using: $0.generator) } ?? weights
    return (kept.matmul(value), weights)
  }

  private func masked(byAttention mask: Tensor) -> Tensor {
    require(
      Shapes.broadcast(mask.shape, shape) == shape,
      "attention: a mask of shape \(mask.shape) for scores of shape \(shape)")
    return mask.elementType == .bool ? masked(.!mask, with: -Double.infinity) : self + mask
  }

  /// This tensor on the device of another one.
  func beside(_ other: Tensor) -> Tensor {
    let device = other.device
    return device == self.device
      ? self : ATen.toDevice(.tensor(self), .device(device), .elementType(elementType))
  }
}
