import Foundation
import SensorLogs

/// Works through the frames of a log with threads of its own; one lock guards all state that threads share.
final class PipelineRunner: @unchecked Sendable {
  /// What the runner needs to know of the frames.
  struct FrameRange {
    /// First frame that is processed, to bring stateful stages into their state.
    var warmUpStart: Int
    /// First frame that is committed.
    var start: Int
    /// Frame after the last one; nil to go on to the end of the log.
    var end: Int?
    /// Frames to commit, as far as the log tells before it is read.
    var expected: Int?
  }

  private struct Running {
    var task: FrameScheduler.Task
    var start: UInt64
    var notices = 0
  }

  private let monitor = NSCondition()
  private let graph: PipelineGraph
  private let executor: NodeExecutor
  private let committer: FrameCommitter
  private let synchroniser: Synchroniser
  private let range: FrameRange
  private let options: RunOptions
  private let trace: TraceWriter?
  private let startTime = DispatchTime.now().uptimeNanoseconds

  // Guarded by `monitor`.
  private var scheduler: FrameScheduler
  private var slots: [Int: FrameSlot] = [:]
  private var states: [(any Sendable)?]
  private var replay: ReplayCheck
  private var failure: (any Error)?
  private var isStopping = false
  private var running: [Int: Running] = [:]
  private var liveWorkers = 0
  private(set) var statistics: [NodeStatistics]

  init(
    graph: PipelineGraph, executor: NodeExecutor, committer: FrameCommitter,
    synchroniser: Synchroniser, range: FrameRange, options: RunOptions, trace: TraceWriter?
  ) {
    self.graph = graph
    self.executor = executor
    self.committer = committer
    self.synchroniser = synchroniser
    self.range = range
    self.options = options
    self.trace = trace
    let workers = max(1, options.workers)
    let capacity = max(1, options.edgeCapacity) + graph.readAhead
    scheduler = FrameScheduler(
      nodes: graph.nodes, capacity: capacity, mostFrames: 2 * workers + capacity)
    states = graph.works.map {
      if case .process(let body, _, _) = $0 { return body.initialState() }
      return nil
    }
    replay = ReplayCheck(graph, startsAtFirstFrame: range.warmUpStart == 0)
    statistics = graph.nodes.map { _ in NodeStatistics() }
  }

  /// Asks the run to stop: what is committed stays, what is under way is dropped.
  func requestStop() {
    monitor.lock()
    isStopping = true
    monitor.broadcast()
    monitor.unlock()
  }

  /// Runs until all frames are committed.
  ///
  /// - Throws: The first failure in the order of the frames; ``PipelineError`` of kind `interrupted` after ``requestStop()``.
  func run() throws {
    let workers = max(1, options.workers)
    monitor.lock()
    liveWorkers = workers
    monitor.unlock()
    for index in 0..<workers {
      let thread = Thread { [self] in work(index) }
      thread.stackSize = 16 << 20
      thread.name = "parallax-\(index)"
      thread.start()
    }
    monitor.lock()
    while liveWorkers > 0 {
      _ = monitor.wait(until: Date(timeIntervalSinceNow: 0.25))
      noticeSlowTasks()
    }
    let failure = failure
    let isComplete = scheduler.isFinished && failure == nil && scheduler.lastPosition == .max
    let left = slots.values.map { $0 }
    slots.removeAll()
    monitor.unlock()
    left.forEach(discard)
    if let failure { throw failure }
    if !isComplete {
      throw PipelineError(
        .interrupted, "interrupted after \(committer.totals.committed) frames",
        hint: "continue with --resume")
    }
  }

  // MARK: Workers

  private func work(_ worker: Int) {
    options.prepareThread?()
    trace?.name(thread: worker, "worker \(worker)")
    monitor.lock()
    while failure == nil, !isStopping, !scheduler.isFinished {
      guard let task = scheduler.next() else {
        if scheduler.isStalled {
          failure = PipelineError(.failed, stallText())
          break
        }
        monitor.wait()
        continue
      }
      running[worker] = Running(task: task, start: DispatchTime.now().uptimeNanoseconds)
      perform(task, worker)
      running[worker] = nil
      monitor.broadcast()
    }
    liveWorkers -= 1
    monitor.broadcast()
    monitor.unlock()
  }

  /// Performs a task; called and left with the lock held, which is given up meanwhile.
  private func perform(_ task: FrameScheduler.Task, _ worker: Int) {
    do {
      switch task {
      case .read: try read(worker)
      case .run(let position, let node): try run(node, position, worker)
      case .commit(let position): try commit(position, worker)
      }
    } catch {
      failure = failure ?? error
    }
  }

  private func unlocked<Value>(_ work: () throws -> Value) rethrows -> Value {
    monitor.unlock()
    defer { monitor.lock() }
    return try work()
  }

  private func read(_ worker: Int) throws {
    let wanted = range.warmUpStart + scheduler.nextPosition
    if let end = range.end, wanted >= end {
      scheduler.readEnded()
      return
    }
    let found = try unlocked {
      try timed("read", "log", worker, frame: wanted) { () throws -> FrameMessages? in
        while let frame = try synchroniser.next() {
          if frame.index >= wanted { return frame }
        }
        return nil
      }
    }
    guard let frame = found else {
      scheduler.readEnded()
      return
    }
    let isWarmUp = frame.index < range.start
    slots[scheduler.nextPosition] = FrameSlot(frame, isWarmUp: isWarmUp, readers: graph.readers)
    scheduler.frameRead(idle: isWarmUp ? graph.idleInWarmUp : [])
  }

  private func run(_ node: Int, _ position: Int, _ worker: Int) throws {
    guard let slot = slots[position] else { return }
    let reads = graph.nodes[node].reads
    let inputs = reads.map { slot.results[$0] }
    let queue = scheduler.queueLength(node)
    var state = states[node]
    states[node] = nil
    let start = DispatchTime.now().uptimeNanoseconds
    let outcome = try unlocked {
      try timed(graph.nodes[node].name, category(node), worker, frame: slot.frame.index) {
        try executor.run(node, slot.frame, inputs: inputs, state: &state)
      }
    }
    if graph.nodes[node].isOrdered { states[node] = state }
    statistics[node].add(nanoseconds: DispatchTime.now().uptimeNanoseconds - start, queue: queue)
    slot.finish(node, outcome.result, failure: outcome.failure, reads: reads)
    var succeeded = false
    if case .message = outcome.result { succeeded = true }
    slot.isExact[node] = replay.isExact(
      node, inputs: reads.allSatisfy { slot.isExact[$0] }, succeeded: succeeded)
    scheduler.completed(position: position, node: node)
    if let failed = outcome.failure, failed.policy == .fail, !slot.isWarmUp {
      scheduler.stop(after: position)
    }
  }

  private func commit(_ position: Int, _ worker: Int) throws {
    guard let slot = slots[position] else { return }
    if slot.frame.index == range.start, slot.isExact.contains(false) { throw WarmUpTooShort() }
    let totals = try unlocked {
      try timed("commit", "output", worker, frame: slot.frame.index) { try committer.commit(slot) }
      return committer.totals
    }
    slots[position] = nil
    scheduler.committed()
    guard !slot.isWarmUp, let progress = options.progress else { return }
    let report = RunProgress(
      frames: totals.committed, skipped: totals.skipped, total: range.expected,
      seconds: Double(DispatchTime.now().uptimeNanoseconds - startTime) / 1e9)
    unlocked { progress(report) }
  }

  private func timed<Value>(
    _ name: String, _ category: String, _ worker: Int, frame: Int, _ work: () throws -> Value
  ) rethrows -> Value {
    guard let trace else { return try work() }
    let start = DispatchTime.now().uptimeNanoseconds
    defer {
      trace.span(
        name, category: category, thread: worker, from: start - startTime,
        to: DispatchTime.now().uptimeNanoseconds - startTime, frame: frame)
    }
    return try work()
  }

  private func category(_ node: Int) -> String {
    switch graph.works[node] {
    case .decode: return "decode"
    case .process: return "stage"
    case .encode: return "output"
    }
  }

  private func discard(_ slot: FrameSlot) {
    for case .prepared(.file(let temporary, _, _)) in slot.results { unlink(temporary) }
  }

  // MARK: Explaining

  private func describe(_ position: Int) -> String {
    guard let frame = slots[position]?.frame else { return "frame \(position)" }
    return "frame \(frame.index), timestamp \(frame.timestamp.nanoseconds) ns"
  }

  private func stallText() -> String {
    let lines = scheduler.explanation(describe)
    return "nothing can go on:\n" + lines.prefix(20).joined(separator: "\n")
  }

  /// Names tasks that have been running for long, and what waits for them.
  private func noticeSlowTasks() {
    guard let notice = options.notice else { return }
    let now = DispatchTime.now().uptimeNanoseconds
    var lines: [String] = []
    for (worker, task) in running.sorted(by: { $0.key < $1.key }) {
      let seconds = Double(now - task.start) / 1e9
      guard seconds >= options.noticeSeconds * Double(task.notices + 1) else { continue }
      running[worker]?.notices += 1
      lines.append(text(of: task.task, seconds: seconds))
    }
    guard !lines.isEmpty else { return }
    lines += scheduler.explanation(describe).prefix(3)
    unlocked { lines.forEach(notice) }
  }

  private func text(of task: FrameScheduler.Task, seconds: Double) -> String {
    let time = String(format: "%.0f s", seconds)
    switch task {
    case .read: return "reading the log has taken \(time) for the next frame"
    case .run(let position, let node):
      return "'\(graph.nodes[node].name)' has been working for \(time) on \(describe(position))"
    case .commit(let position): return "writing has taken \(time) for \(describe(position))"
    }
  }
}
