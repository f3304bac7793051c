public import Tensors

/// Attention in several heads, each over its own projection.
///
/// - Note: Source: Vaswani et al., "Attention is all you need", NeurIPS 2017, section 3.2.2.
public final class MultiheadAttention: Module {
  /// Projections of queries, keys and values, one below the other, `[3 C, C]`.
  public let inProjWeight: Parameter
  /// `[3 C]`.
  public let inProjBias: Parameter?
  /// The projection of the joined heads.
  public let outProj: Linear
  /// Training or evaluation.
  public let mode = Mode()
  private let width: Int
  private let heads: Int
  private let dropout: Double

  /// A module without values.
  ///
  /// - Parameters:
  ///   - width: Length of queries, keys and values, C.
  ///   - heads: Number of heads; divides the width.
  ///   - bias: Whether biases are added.
  ///   - dropout: Probability with which a weight becomes 0 in training.
  public init(_ width: Int, heads: Int, bias: Bool = true, dropout: Double = 0) {
    require(
      heads >= 1 && width % heads == 0,
      "MultiheadAttention: a width of \(width) does not fall into \(heads) heads")
    inProjWeight = Parameter([3 * width, width], .xavierUniform())
    inProjBias = bias ? Parameter([3 * width], .zeros) : nil
    outProj = Linear(width, width, bias: bias)
    self.width = width
    self.heads = heads
    self.dropout = dropout
  }

  /// The settings in one line.
  public var settings: String { "\(width), \(heads) heads" }

  /// Lets every query gather values from the keys that fit it.
  ///
  /// - Parameters:
  ///   - query: `[B, L, C]`.
  ///   - key: `[B, S, C]`; the query when left out.
  ///   - value: `[B, S, C]`; the key when left out.
  ///   - padding: `[B, S]` Bool, true at keys that are only padding.
  ///   - visible: Bool, can be stretched to `[B, heads, L, S]`, true where a query may see a key.
  ///   - isCausal: Whether query i sees the keys up to i only.
  /// - Returns: `[B, L, C]`.
  public func callAsFunction(
    _ query: Tensor, key: Tensor? = nil, value: Tensor? = nil, padding: Tensor? = nil,
    visible: Tensor? = nil, isCausal: Bool = false
  ) -> Tensor {
    withWeights(
      query, key: key, value: value, padding: padding, visible: visible, isCausal: isCausal
    ).output
  }

  /// As the call, with the weights that were used.
  ///
  /// - Parameters:
  ///   - query: `[B, L, C]`.
  ///   - key: `[B, S, C]`; the query when left out.
  ///   - value: `[B, S, C]`; the key when left out.
  ///   - padding: `[B, S]` Bool, true at keys that are only padding.
  ///   - visible: Bool, can be stretched to `[B, heads, L, S]`, true where a query may see a key.
  ///   - isCausal: Whether query i sees the keys up to i only.
  /// - Returns: `[B, L, C]`, and the weights of each head, `[B, heads, L, S]`.
  public func withWeights(
    _ query: Tensor, key: Tensor? = nil, value: Tensor? = nil, padding: Tensor? = nil,
    visible: Tensor? = nil, isCausal: Bool = false
  ) -> (output: Tensor, weights: Tensor) {
    let key = key ?? query
    let value = value ?? key
    for x in [query, key, value] {
      requireInput(x.rank == 3 && x.shape[2] == width, x, expected: "[B, L, \(width)]")
    }
    requireInput(
      value.shape == key.shape && key.shape[0] == query.shape[0], value,
      expected: "[\(query.shape[0]), \(key.shape[1]), \(width)]")
    let y = watched([query, key, value]) {
      let (q, k, v) = projected(query, key, value)
      let drops = mode.isTraining && dropout > 0
      let (joined, weights) = q.attention(
        key: k, value: v, mask: mask(padding, visible), isCausal: isCausal,
        dropout: drops ? (dropout, mode.demandedGenerator(for: self)) : nil)
      let rows = joined.transposed(1, 2).reshaped(query.shape)  // [B, L, C]
      return [outProj(rows), weights]
    }
    return (y[0], y[1])
  }

  /// Queries, keys and values by heads, `[B, heads, L, C / heads]`.
  private func projected(
    _ query: Tensor, _ key: Tensor, _ value: Tensor
  ) -> (Tensor, Tensor, Tensor) {
    let (weight, bias) = (inProjWeight.value, inProjBias?.value)
    let parts = [query, key, value].enumerated().map { i, x in
      let rows = i * width..<(i + 1) * width
      return split(
        x.linear(
          weight.narrowed(axis: 0, to: rows), bias: bias?.narrowed(axis: 0, to: rows)))
    }
    return (parts[0], parts[1], parts[2])
  }

  private func split(_ x: Tensor) -> Tensor {
    let (batch, length) = (x.shape[0], x.shape[1])
    return x.reshaped([batch, length, heads, width / heads]).transposed(1, 2)
  }

  /// Where a query may see a key, `[B, heads, L, S]` or stretchable to it.
  private func mask(_ padding: Tensor?, _ visible: Tensor?) -> Tensor? {
    var mask = visible
    if let visible, visible.rank == 3 { mask = visible.unsqueezed(1) }
    guard let padding else { return mask }
    let kept = (.!padding).unsqueezed(1).unsqueezed(1)  // [B, 1, 1, S]
    return mask.map { $0 .& kept } ?? kept
  }
}
