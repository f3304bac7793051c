/// The frames replayed before the first committed one did not bring every stateful stage into its state.
struct WarmUpTooShort: Error {}

/// Follows whether stateful stages have seen enough frames to be in the state that a run from the first frame would give.
///
/// A stage that needs K frames of replay may see fewer when some of the frames before the start were dropped on the way to it,
/// and a stage behind another needs frames from when that one was exact.
struct ReplayCheck {
  private let needed: [Int]
  private var seen: [Int]
  private let isAlwaysExact: Bool

  init(_ graph: PipelineGraph, startsAtFirstFrame: Bool) {
    needed = graph.works.map {
      if case .process(let body, _, _) = $0 { return body.replayFrames ?? .max }
      return 0
    }
    seen = [Int](repeating: 0, count: needed.count)
    isAlwaysExact = startsAtFirstFrame
  }

  /// Notes that a node has finished a frame; ordered nodes in the order of the frames.
  ///
  /// - Parameters:
  ///   - node: The node.
  ///   - inputs: Whether all that it read was exact.
  ///   - succeeded: Whether it processed the frame: what fails or does not run leaves the state as it was.
  /// - Returns: Whether its result is exact.
  mutating func isExact(_ node: Int, inputs: Bool, succeeded: Bool) -> Bool {
    guard !isAlwaysExact else { return true }
    let isExact = inputs && seen[node] >= needed[node]
    if !inputs { seen[node] = 0 } else if succeeded { seen[node] += 1 }
    return isExact
  }
}
