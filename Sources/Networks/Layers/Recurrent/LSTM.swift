public import Tensors

/// A long short-term memory; gates in the order input, forget, cell, output.
///
/// In evaluation, where no gradients are recorded, oneDNN computes on packed weights that are kept
/// until they change; libtorch does otherwise and where there is no oneDNN.
///
/// - Note: Source: Hochreiter and Schmidhuber, "Long short-term memory", 1997, with forget gates.
public final class LSTM: Module {
  /// Training or evaluation.
  public let mode = Mode()
  private let recurrence: RecurrentParameters
  private let inference = RecurrentInference(.lstm)

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
  public init(
    _ inputs: Int, _ hidden: Int, layers: Int = 1, bias: Bool = true,
    isBidirectional: Bool = false, isBatchFirst: Bool = false, dropout: Double = 0
  ) {
    recurrence = RecurrentParameters(
      gates: 4, inputs: inputs, hidden: hidden, layers: layers, bias: bias,
      isBidirectional: isBidirectional, isBatchFirst: isBatchFirst, dropout: dropout)
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
  ///   - cell: The first cell state; zeros when left out.
  /// - Returns: The last layer's states at every time, forward then backward in the last axis, and
  ///   the last states of every layer.
  public func callAsFunction(_ x: Tensor, state: Tensor? = nil, cell: Tensor? = nil) -> (
    output: Tensor, state: Tensor, cell: Tensor
  ) {
    requireInput(
      x.rank == 3 && x.shape[2] == recurrence.inputs, x, expected: recurrence.pattern)
    let y = watched([x, state, cell].compactMap { $0 }) {
      if !mode.isTraining, let found = inference.run(recurrence, x, [state, cell]) { return found }
      let options = recurrence.options(mode, for: self)
      let found = x.lstm(recurrence.weights, state: state, cell: cell, options: options)
      return [found.output, found.state, found.cell]
    }
    return (y[0], y[1], y[2])
  }
}
