public import Tensors

/// Runs a recurrent network over a long sequence with back-propagation cut every few steps.
///
/// The state is carried over each cut by its values alone, all of its parts detached: gradients of an
/// output reach back at most to the cut before it. Outputs are those of one run; with at least as
/// many steps as the sequence has, gradients are too.
///
/// ```swift
/// let (output, state) = runTruncated(x, every: 20) { part, state in
///   let found = lstm(part, state: state?[0], cell: state?[1])
///   return (found.output, [found.state, found.cell])
/// }
/// ```
///
/// - Parameters:
///   - x: Sequences.
///   - axis: The axis of time in `x` and in the outputs.
///   - steps: Steps between two cuts, at least 1.
///   - state: Where to begin; nil for the network's own beginning. It is detached too.
///   - body: Runs the network over a part, from a state.
/// - Returns: The outputs of all parts joined, and the last state, not detached.
/// - Note: Source: Williams and Peng, "An efficient gradient-based algorithm for on-line training of
///   recurrent network trajectories", Neural Computation 1990.
public func runTruncated(
  _ x: Tensor, axis: Int = 0, every steps: Int, state: [Tensor]? = nil,
  _ body: (_ part: Tensor, _ state: [Tensor]?) -> (output: Tensor, state: [Tensor])
) -> (output: Tensor, state: [Tensor]) {
  require(
    steps >= 1 && x.rank > axis && x.shape[axis] >= 1,
    "runTruncated: \(steps) steps of a sequence of shape \(x.shape)")
  var outputs: [Tensor] = []
  var state = state
  for start in stride(from: 0, to: x.shape[axis], by: steps) {
    let end = min(start + steps, x.shape[axis])
    let found = body(
      x.narrowed(axis: axis, to: start..<end), state?.map { $0.detached() })
    outputs.append(found.output)
    state = found.state
  }
  return (.concatenated(outputs, axis: axis), state ?? [])
}
