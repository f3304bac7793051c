/// Decides which piece of work comes next; holds no payloads and no threads.
///
/// Work is a grid of (frame, node). A node may start a frame when the nodes that it reads have finished that frame, when every
/// edge to its consumers has room, and, for ordered nodes, when it has finished all earlier frames. An edge has room for frame f
/// when its consumer has started all frames up to f - capacity. The lowest frame is therefore never held back by a full edge,
/// so the grid cannot deadlock.
struct FrameScheduler {
  /// A node of the graph.
  struct Node {
    var name: String
    /// Nodes that it reads, all earlier in the list; empty for inputs.
    var reads: [Int]
    /// Whether it sees frames one at a time, in order.
    var isOrdered: Bool
  }

  /// A piece of work.
  enum Task: Equatable {
    /// Form the next frame.
    case read
    /// Run a node on a frame.
    case run(position: Int, node: Int)
    /// Commit the lowest frame.
    case commit(position: Int)
  }

  private enum Status: UInt8 {
    case waiting
    case running
    case done
  }

  private struct Frame {
    var status: [Status]
    var missing: [Int]
    var unfinished: Int
  }

  let nodes: [Node]
  private let consumers: [[Int]]
  private let capacity: Int
  private let mostFrames: Int
  private var frames: [Frame] = []
  /// Position of the lowest frame that is not committed.
  private(set) var base = 0
  /// Position of the next frame to be read.
  private(set) var nextPosition = 0
  private var startFloor: [Int]
  private var doneFloor: [Int]
  private var isReading = false
  private var isCommitting = false
  /// Whether no further frame will be read.
  private(set) var readerIsDone = false
  /// Frames above this position are not worked on any more.
  private(set) var lastPosition = Int.max
  private(set) var runningTasks = 0

  /// A scheduler with no frames.
  ///
  /// - Parameters:
  ///   - nodes: Nodes in topological order.
  ///   - capacity: Frames that an edge holds, at least 1.
  ///   - mostFrames: Frames that are read but not committed, at least 1.
  init(nodes: [Node], capacity: Int, mostFrames: Int) {
    precondition(capacity >= 1 && mostFrames >= 1, "edges hold at least one frame")
    self.nodes = nodes
    self.capacity = capacity
    self.mostFrames = mostFrames
    var consumers = [[Int]](repeating: [], count: nodes.count)
    for (index, node) in nodes.enumerated() {
      for source in Set(node.reads) { consumers[source].append(index) }
    }
    self.consumers = consumers
    startFloor = [Int](repeating: 0, count: nodes.count)
    doneFloor = startFloor
  }

  /// Frames read but not committed.
  var framesInFlight: Int { frames.count }

  /// Whether all work is done.
  var isFinished: Bool {
    guard runningTasks == 0 else { return false }
    return base > lastPosition || readerIsDone && frames.isEmpty
  }

  // MARK: Choosing

  /// The next piece of work, marked as running; nil when there is none now.
  mutating func next() -> Task? {
    if !isCommitting, let first = frames.first, first.unfinished == 0, base <= lastPosition {
      isCommitting = true
      runningTasks += 1
      return .commit(position: base)
    }
    for offset in frames.indices {
      let position = base + offset
      guard position <= lastPosition else { break }
      for node in nodes.indices where isReady(node, position) {
        start(node, position)
        return .run(position: position, node: node)
      }
    }
    guard canRead else { return nil }
    isReading = true
    runningTasks += 1
    return .read
  }

  private var canRead: Bool {
    !isReading && !readerIsDone && frames.count < mostFrames && nextPosition <= lastPosition
      && nodes.indices.allSatisfy {
        !nodes[$0].reads.isEmpty || nextPosition < startFloor[$0] + capacity
      }
  }

  private func isReady(_ node: Int, _ position: Int) -> Bool {
    let frame = frames[position - base]
    guard frame.status[node] == .waiting, frame.missing[node] == 0 else { return false }
    if nodes[node].isOrdered, doneFloor[node] != position { return false }
    return consumers[node].allSatisfy { position < startFloor[$0] + capacity }
  }

  private mutating func start(_ node: Int, _ position: Int) {
    frames[position - base].status[node] = .running
    runningTasks += 1
    advanceFloors(node)
  }

  private mutating func advanceFloors(_ node: Int) {
    while let status = status(node, startFloor[node]), status != .waiting { startFloor[node] += 1 }
    while let status = status(node, doneFloor[node]), status == .done { doneFloor[node] += 1 }
  }

  private func status(_ node: Int, _ position: Int) -> Status? {
    let offset = position - base
    if offset < 0 { return .done }
    return offset < frames.count ? frames[offset].status[node] : nil
  }

  // MARK: Reporting

  /// A frame has been read.
  ///
  /// - Parameter idle: Nodes that have nothing to do for it.
  mutating func frameRead(idle: Set<Int> = []) {
    isReading = false
    runningTasks -= 1
    var frame = Frame(
      status: nodes.map { _ in .waiting }, missing: nodes.map { Set($0.reads).count },
      unfinished: nodes.count)
    for node in idle.sorted() { Self.finish(node, &frame, consumers) }
    frames.append(frame)
    nextPosition += 1
    for node in idle { advanceFloors(node) }
  }

  /// No further frame can be read.
  mutating func readEnded() {
    isReading = false
    runningTasks -= 1
    readerIsDone = true
  }

  /// A node has finished a frame.
  mutating func completed(position: Int, node: Int) {
    runningTasks -= 1
    Self.finish(node, &frames[position - base], consumers)
    advanceFloors(node)
  }

  private static func finish(_ node: Int, _ frame: inout Frame, _ consumers: [[Int]]) {
    frame.status[node] = .done
    frame.unfinished -= 1
    for consumer in consumers[node] { frame.missing[consumer] -= 1 }
  }

  /// The lowest frame has been committed.
  mutating func committed() {
    runningTasks -= 1
    isCommitting = false
    frames.removeFirst()
    base += 1
  }

  /// Work on frames above a position stops; that frame and the earlier ones are still finished.
  mutating func stop(after position: Int) { lastPosition = min(lastPosition, position) }

  // MARK: Explaining

  /// Number of frames that a node could work on if a thread were free, for queue statistics.
  func queueLength(_ node: Int) -> Int {
    frames.reduce(0) {
      $0
        + ($1.status[node] == .waiting && $1.missing[node] == 0 && !nodes[node].reads.isEmpty
          ? 1 : 0)
    }
  }

  /// Whether nothing runs, nothing can start and something is unfinished.
  var isStalled: Bool {
    guard runningTasks == 0, !isFinished else { return false }
    var copy = self
    return copy.next() == nil
  }

  /// Which node waits for what, for each unfinished frame; from the state alone, without guessing.
  ///
  /// - Parameter describe: Names a frame, for example with its timestamp.
  /// - Returns: One line for each node that waits.
  func explanation(_ describe: (Int) -> String) -> [String] {
    var lines: [String] = []
    for offset in frames.indices {
      let position = base + offset
      for node in nodes.indices where frames[offset].status[node] == .waiting {
        lines.append(
          "'\(nodes[node].name)' waits, \(describe(position)): \(reason(node, position))")
      }
    }
    return lines
  }

  private func reason(_ node: Int, _ position: Int) -> String {
    let frame = frames[position - base]
    let missing = nodes[node].reads.filter { frame.status[$0] != .done }
    if !missing.isEmpty {
      let names = missing.map {
        "'\(nodes[$0].name)'" + (frame.status[$0] == .running ? " (running)" : "")
      }
      return "input from \(names.joined(separator: ", ")) is not there yet"
    }
    if nodes[node].isOrdered, doneFloor[node] != position {
      return "it keeps the order and has not finished the frame before"
    }
    let full = consumers[node].filter { position >= startFloor[$0] + capacity }
    if !full.isEmpty {
      return "the queue to \(full.map { "'\(nodes[$0].name)'" }.joined(separator: ", ")) is full"
    }
    return "it is ready and no thread is free"
  }
}
