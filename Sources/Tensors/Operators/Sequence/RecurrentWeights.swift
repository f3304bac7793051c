/// The weights of one layer of a recurrent network in one direction.
///
/// G is 1 for plain networks, 4 for LSTM (input, forget, cell, output), 3 for GRU (reset, update,
/// new).
public struct RecurrentWeights: Sendable {
  /// From the input: `[G hidden, in]`.
  public var input: Tensor
  /// From the state: `[G hidden, hidden]`.
  public var hidden: Tensor
  /// Added beside the input: `[G hidden]`.
  public var inputBias: Tensor?
  /// Added beside the state: `[G hidden]`.
  public var hiddenBias: Tensor?

  /// The weights of a layer; both biases or none.
  ///
  /// - Parameters:
  ///   - input: From the input.
  ///   - hidden: From the state.
  ///   - inputBias: Added beside the input.
  ///   - hiddenBias: Added beside the state.
  public init(
    input: Tensor, hidden: Tensor, inputBias: Tensor? = nil, hiddenBias: Tensor? = nil
  ) {
    require(
      (inputBias == nil) == (hiddenBias == nil), "RecurrentWeights: one bias without the other")
    self.input = input
    self.hidden = hidden
    self.inputBias = inputBias
    self.hiddenBias = hiddenBias
  }

  var list: [Tensor] { [input, hidden] + [inputBias, hiddenBias].compactMap { $0 } }
}

/// How a recurrent network runs.
public struct RecurrentOptions: Sendable {
  /// Whether a second network runs from the end; its outputs come behind the first one's.
  public var isBidirectional: Bool
  /// Whether the input is `[B, T, in]` instead of `[T, B, in]`.
  public var isBatchFirst: Bool
  /// Probability of a zero between two layers.
  public var dropout: Double
  /// Source of these zeros; without one nothing is dropped.
  public var generator: TorchGenerator?

  /// How a network runs.
  ///
  /// - Parameters:
  ///   - isBidirectional: Whether a second network runs from the end.
  ///   - isBatchFirst: Whether the input is `[B, T, in]`.
  ///   - dropout: Probability of a zero between two layers.
  ///   - generator: Source of these zeros.
  public init(
    isBidirectional: Bool = false, isBatchFirst: Bool = false, dropout: Double = 0,
    generator: TorchGenerator? = nil
  ) {
    self.isBidirectional = isBidirectional
    self.isBatchFirst = isBatchFirst
    self.dropout = dropout
    self.generator = generator
  }
}
