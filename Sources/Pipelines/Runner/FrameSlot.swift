import SensorLogs

/// What a node made of a frame.
enum NodeResult: Sendable {
  /// Not there yet, or no longer needed.
  case none
  case message(AnyMessage)
  /// Nothing, by `on_error: empty` or because an optional input has no message.
  case empty
  /// What an output node prepared; nil when the format writes nothing.
  case prepared(PreparedOutput?)
  /// The node, or one before it, failed: the frame will not be written.
  case dropped
}

/// A result that is ready to be committed.
enum PreparedOutput: Sendable {
  /// A file that lies complete under a temporary name.
  case file(temporary: String, path: String, byteCount: Int)
  /// What a stream's writer appends.
  case encoded(any Sendable)
}

/// Something that failed in a frame.
struct NodeFailure: Sendable {
  var node: Int
  var policy: PipelineDefinition.ErrorPolicy
  var reason: String
}

/// A frame between reading and commit; the runner's lock guards it.
final class FrameSlot {
  let frame: FrameMessages
  /// Whether it is processed only to bring stateful stages into their state.
  let isWarmUp: Bool
  private(set) var results: [NodeResult]
  /// For each node, whether its result is what a run from the log's first frame would give.
  var isExact: [Bool]
  private var readersLeft: [Int]
  private(set) var failures: [NodeFailure] = []

  init(_ frame: FrameMessages, isWarmUp: Bool, readers: [Int]) {
    self.frame = frame
    self.isWarmUp = isWarmUp
    results = [NodeResult](repeating: .none, count: readers.count)
    isExact = [Bool](repeating: true, count: readers.count)
    readersLeft = readers
  }

  /// Keeps a node's result, and lets go of results that nobody will read any more.
  func finish(_ node: Int, _ result: NodeResult, failure: NodeFailure?, reads: [Int]) {
    if readersLeft[node] > 0 { results[node] = result }
    if case .prepared = result { results[node] = result }
    if let failure { failures.append(failure) }
    for source in Set(reads) {
      readersLeft[source] -= 1
      if readersLeft[source] == 0 { results[source] = .none }
    }
  }

  /// The failure that decides the frame's fate: one that stops the run before one that skips, the earliest node first, so that
  /// it does not depend on threads.
  var decisiveFailure: NodeFailure? {
    failures.filter { $0.policy != .empty }
      .min { ($0.policy == .fail ? 0 : 1, $0.node) < ($1.policy == .fail ? 0 : 1, $1.node) }
  }

  /// Nodes that gave nothing because they failed, in order.
  var emptied: [NodeFailure] {
    failures.filter { $0.policy == .empty }.sorted { $0.node < $1.node }
  }
}
