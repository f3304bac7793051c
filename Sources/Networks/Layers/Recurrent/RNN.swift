public import Tensors

/// A plain recurrent network: `h' = tanh(W x + b + U h + c)`.
///
/// - Note: Source: Elman, "Finding structure in time", 1990.
public final class RNN: Module {
  /// Training or evaluation.
  public let mode = Mode()
  private let recurrence: RecurrentParameters
  private let nonlinearity: Tensor.Nonlinearity

  /// A network without values.
  ///
  /// - Parameters:
  ///   - inputs: Length of an element of the sequence.
  ///   - hidden: Length of the state.
  ///   - layers: Layers on top of each other.
  ///   - bias: Whether two biases are added.
  ///   - isBidirectional: Whether a second network reads the sequence backwards.
  ///   - isBatchFirst: Whether sequences are `[B, T, in]` instead of `[T, B, in]`.
  ///   - dropout: Probability of zeros between layers in training.
  ///   - nonlinearity: tanh or relu.
  public init(
    _ inputs: Int, _ hidden: Int, layers: Int = 1, bias: Bool = true,
    isBidirectional: Bool = false, isBatchFirst: Bool = false, dropout: Double = 0,
    nonlinearity: Tensor.Nonlinearity = .tanh
  ) {
    recurrence = RecurrentParameters(
      gates: 1, inputs: inputs, hidden: hidden, layers: layers, bias: bias,
      isBidirectional: isBidirectional, isBatchFirst: isBatchFirst, dropout: dropout)
    self.nonlinearity = nonlinearity
  }

  /// The parts with their names in files of weights.
  public var members: [(name: String, part: ModulePart)] {
    recurrence.members + [("mode", .mode(mode))]
  }

  /// The settings in one line.
  public var settings: String { recurrence.settings }

  /// Runs over sequences.
  ///
  /// - Parameters:
  ///   - x: Sequences, `[T, B, in]`, or `[B, T, in]`.
  ///   - state: The first states, `[layers * directions, B, hidden]`; zeros when left out.
  /// - Returns: The last layer's states at every time, forward then backward in the last axis, and
  ///   the last states of every layer.
  public func callAsFunction(_ x: Tensor, state: Tensor? = nil) -> (output: Tensor, state: Tensor) {
    requireInput(
      x.rank == 3 && x.shape[2] == recurrence.inputs, x, expected: recurrence.pattern)
    let y = watched([x, state].compactMap { $0 }) {
      let options = recurrence.options(mode, for: self)
      let found = x.rnn(
        recurrence.weights, state: state, nonlinearity: nonlinearity, options: options)
      return [found.output, found.state]
    }
    return (y[0], y[1])
  }
}
