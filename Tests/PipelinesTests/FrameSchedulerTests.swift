import Testing

@testable import Pipelines

/// A chain a -> b -> c with a shortcut a -> c.
private func scheduler(capacity: Int = 1, mostFrames: Int = 4, ordered: Bool = false)
  -> FrameScheduler
{
  FrameScheduler(
    nodes: [
      .init(name: "a", reads: [], isOrdered: false),
      .init(name: "b", reads: [0], isOrdered: ordered),
      .init(name: "c", reads: [0, 1], isOrdered: false),
    ], capacity: capacity, mostFrames: mostFrames)
}

@Suite struct FrameSchedulerTests {
  /// Runs tasks in any order that a generator chooses among those under way, and checks the rules.
  private func simulate(_ initial: FrameScheduler, frames: Int, threads: Int, seed: UInt64) -> Int {
    var scheduler = initial
    var state = seed
    var running: [FrameScheduler.Task] = []
    var left = frames
    var done: Set<[Int]> = []
    var committed = 0
    var lastOrdered = -1
    while !scheduler.isFinished {
      while running.count < threads, let task = scheduler.next() {
        if case .run(let position, let node) = task {
          for source in scheduler.nodes[node].reads { #expect(done.contains([position, source])) }
          if scheduler.nodes[node].isOrdered {
            #expect(position == lastOrdered + 1)
            lastOrdered = position
          }
        }
        running.append(task)
      }
      #expect(scheduler.framesInFlight <= 4)
      guard !running.isEmpty else {
        Issue.record("stalled: \(scheduler.explanation { "frame \($0)" })")
        return committed
      }
      state = state &* 6_364_136_223_846_793_005 &+ 1
      switch running.remove(at: Int((state >> 33) % UInt64(running.count))) {
      case .read:
        if left == 0 { scheduler.readEnded() } else { scheduler.frameRead() }
        left = max(0, left - 1)
      case .run(let position, let node):
        done.insert([position, node])
        scheduler.completed(position: position, node: node)
      case .commit(let position):
        #expect(position == committed)
        committed += 1
        scheduler.committed()
      }
    }
    return committed
  }

  @Test(arguments: [1, 2, 5], [true, false])
  func `any order of completion commits all frames in order`(threads: Int, ordered: Bool) {
    for seed in 1...30 {
      let count = simulate(
        scheduler(capacity: 1 + seed % 3, ordered: ordered), frames: 25, threads: threads,
        seed: UInt64(seed))
      #expect(count == 25)
    }
  }

  @Test func `a slow node holds back the reader`() {
    var scheduler = scheduler(capacity: 1, mostFrames: 100)
    var reads = 0
    // Node b never finishes.
    while let task = scheduler.next() {
      if task == .read {
        reads += 1
        scheduler.frameRead()
      }
      if case .run(let position, let node) = task, node != 1 {
        scheduler.completed(position: position, node: node)
      }
    }
    // b works on every frame that a could give it; c's edge from a holds one frame, so a stops after the first.
    #expect(reads == 2)
    let text = scheduler.explanation { "frame \($0)" }
    #expect(text.contains("'c' waits, frame 0: input from 'b' (running) is not there yet"))
    #expect(text.contains("'a' waits, frame 1: the queue to 'c' is full"))
  }

  @Test func `a stall is proven from the state`() {
    var scheduler = scheduler(mostFrames: 1)
    #expect(scheduler.next() == .read)
    #expect(!scheduler.isStalled)
    scheduler.frameRead()
    #expect(!scheduler.isStalled)
    #expect(scheduler.next() == .run(position: 0, node: 0))
    #expect(!scheduler.isStalled)
    scheduler.completed(position: 0, node: 0)
    #expect(scheduler.next() == .run(position: 0, node: 1))
    #expect(scheduler.next() == nil)
  }

  @Test func `after a stop only frames up to the given one are worked on`() {
    var scheduler = scheduler(capacity: 3, mostFrames: 4)
    for _ in 0..<3 {
      guard case .read = scheduler.next() else {
        // A ready node comes before reading.
        continue
      }
      scheduler.frameRead()
    }
    scheduler.stop(after: 0)
    while let task = scheduler.next() {
      guard case .run(let position, let node) = task else { break }
      #expect(position == 0)
      scheduler.completed(position: position, node: node)
    }
  }
}
