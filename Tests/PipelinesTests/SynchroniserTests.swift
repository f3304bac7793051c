import SensorLogs
import Testing

@testable import Pipelines

/// A definition with inputs a, b, … on topics /a, /b and so on.
private func definition(
  _ inputs: String, sync: String = "{ policy: exact }"
) throws -> PipelineDefinition {
  let text = "name: t\ninputs: \(inputs)\nsync: \(sync)\nstages: []\noutputs: []\n"
  let definition = try PipelineDefinition.load(bytes: Array(text.utf8), file: "t.yaml")
  #expect(definition.problems.isEmpty, "\(definition.problems)")
  return definition
}

private let two = "{ a: { topic: /a, type: number }, b: { topic: /b, type: number } }"

/// Stamps in milliseconds for each topic, recorded when they were measured.
private func log(_ stamps: [String: [Double]], delay: [String: Double] = [:]) -> MemoryLog {
  MemoryLog(
    stamps.flatMap { topic, times in
      times.map {
        MemoryLog.Entry(
          topic: topic, stamp: Int64($0 * 1e6), logTime: Int64(($0 + (delay[topic] ?? 0)) * 1e6),
          value: $0)
      }
    }, topics: Array(stamps.keys))
}

/// The stamps of each frame in milliseconds; -1 where an input has no message.
private func frames(_ definition: PipelineDefinition, _ log: MemoryLog) throws -> (
  frames: [[Double]], receipts: [SyncReceipt]
) {
  let synchroniser = try Synchroniser(definition: definition, log: log)
  var frames: [[Double]] = []
  while let frame = try synchroniser.next() {
    #expect(frame.index == frames.count)
    frames.append(
      frame.messages.map { $0.map { Double($0.header.timestamp.nanoseconds) / 1e6 } ?? -1 })
  }
  for receipt in synchroniser.receipts {
    #expect(receipt.read == receipt.matched + receipt.dropped.reduce(0, +), "\(receipt.input)")
  }
  return (frames, synchroniser.receipts)
}

@Suite struct SynchroniserTests {
  @Test func `exact takes equal timestamps only, whatever the order of arrival`() throws {
    let found = try frames(
      definition(two),
      log(["/a": [0, 100, 200, 300], "/b": [0, 101, 200, 300]], delay: ["/b": 70]))
    #expect(found.frames == [[0, 0], [200, 200], [300, 300]])
    #expect(
      found.receipts[0].drops == [.init(timestamp: 100_000_000, reason: .noPartner, missing: "b")])
    #expect(found.receipts[1].drops == [.init(timestamp: 101_000_000, reason: .noPartner)])
  }

  @Test func `nearest pairs within the tolerance and counts the skew`() throws {
    let found = try frames(
      definition(two, sync: "{ policy: nearest, tolerance: 5ms }"),
      log(["/a": [0, 100, 200], "/b": [3, 96, 206]]))
    #expect(found.frames == [[0, 3], [100, 96]])
    #expect(found.receipts[1].largestSkew == 4_000_000)
    #expect(found.receipts[1].skewHistogram == [0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0])
  }

  @Test func `matching is one to one and the best in sum, not the first that fits`() throws {
    // Taking 9 for 0 would leave 10 with 21.
    let found = try frames(
      definition(two, sync: "{ policy: nearest, tolerance: 12ms }"),
      log(["/a": [0, 10], "/b": [9, 21]]))
    #expect(found.frames == [[0, 9], [10, 21]])
    let nearer = try frames(
      definition(two, sync: "{ policy: nearest, tolerance: 12ms }"),
      log(["/a": [0, 10], "/b": [9]]))
    #expect(nearer.frames == [[10, 9]])
  }

  @Test func `matching agrees with trying all matchings`() {
    var state: UInt64 = 7
    func next(_ bound: UInt64) -> Int64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1
      return Int64((state >> 33) % bound)
    }
    for _ in 0..<300 {
      let pivots = (0..<Int(1 + next(4))).map { _ in next(20) }.sorted()
      let others = (0..<Int(next(5))).map { _ in next(20) }.sorted()
      let found = NearestMatching.partnerOfFirst(pivots: pivots, others: others, tolerance: 6)
      let best = bestScore(pivots[...], others, 6)
      var rest = others
      var pairs = 0
      var cost: Int64 = 0
      if let found {
        pairs = 1
        cost = abs(pivots[0] - others[found])
        rest = Array(others[(found + 1)...])
      }
      let remainder = bestScore(pivots.dropFirst(), rest, 6)
      #expect(best.pairs == pairs + remainder.pairs && best.cost == cost + remainder.cost)
    }
  }

  /// Most pairs, then least cost, over all one-to-one matchings, crossing ones included.
  private func bestScore(_ pivots: ArraySlice<Int64>, _ others: [Int64], _ tolerance: Int64) -> (
    pairs: Int, cost: Int64
  ) {
    guard let first = pivots.first else { return (0, 0) }
    var best = bestScore(pivots.dropFirst(), others, tolerance)
    for (index, other) in others.enumerated() where abs(first - other) <= tolerance {
      var rest = others
      rest.remove(at: index)
      let inner = bestScore(pivots.dropFirst(), rest, tolerance)
      let score = (pairs: inner.pairs + 1, cost: inner.cost + abs(first - other))
      if score.pairs > best.pairs || score.pairs == best.pairs && score.cost < best.cost {
        best = score
      }
    }
    return best
  }

  @Test func `stamps out of order within a topic are put in order`() throws {
    let entries = [0, 60, 30, 90].enumerated().map {
      MemoryLog.Entry(
        topic: "/a", stamp: Int64($1) * 1_000_000, logTime: Int64($0) * 30_000_000, value: 0)
    }
    let one = try definition("{ a: { topic: /a, type: number } }")
    #expect(try frames(one, MemoryLog(entries)).frames == [[0], [30], [60], [90]])
    var late = entries
    late.append(.init(topic: "/a", stamp: 5_000_000_000, logTime: 5_000_000_000, value: 0))
    late.append(.init(topic: "/a", stamp: 10_000_000, logTime: 9_000_000_000, value: 0))
    let found = try frames(one, MemoryLog(late))
    #expect(found.frames.count == 5)
    #expect(found.receipts[0].drops == [.init(timestamp: 10_000_000, reason: .outOfOrder)])
  }

  @Test func `latest gives the last message before the frame, or the first of all`() throws {
    let both = try definition(
      "{ a: { topic: /a, type: number }, b: { topic: /b, type: number, match: latest } }")
    let found = try frames(both, log(["/a": [0, 100, 200, 300], "/b": [50, 60, 200, 290]]))
    #expect(found.frames == [[0, 50], [100, 60], [200, 200], [300, 290]])
    let once = try frames(both, log(["/a": [0, 100, 200], "/b": [150]]))
    #expect(once.frames == [[0, 150], [100, 150], [200, 150]])
    let never = try frames(both, log(["/a": [0, 100], "/b": []]))
    #expect(never.frames.isEmpty && never.receipts[0].drops.map(\.missing) == ["b", "b"])
  }

  @Test func `an optional input may be missing`() throws {
    let some = try definition(
      "{ a: { topic: /a, type: number }, b: { topic: /b, type: number, optional: true } }")
    let found = try frames(some, log(["/a": [0, 100, 200], "/b": [100]]))
    #expect(found.frames == [[0, -1], [100, 100], [200, -1]])
    #expect(try frames(some, log(["/a": [0, 100]])).frames == [[0, -1], [100, -1]])
  }

  @Test func `a topic that falls silent does not hold the rest in memory`() throws {
    let stamps = (0..<5000).map { Double($0) * 10 }
    let found = try frames(definition(two), log(["/a": stamps, "/b": [0, 10]]))
    #expect(found.frames == [[0, 0], [10, 10]])
    #expect(found.receipts[0].dropped[0] == 4998)
    let other = try frames(definition(two), log(["/a": [0, 49_990], "/b": stamps]))
    #expect(other.frames == [[0, 0], [49_990, 49_990]])
  }

  @Test func `two inputs may share a topic`() throws {
    let same = try definition("{ a: { topic: /a, type: number }, b: { topic: /a, type: number } }")
    #expect(try frames(same, log(["/a": [0, 1]])).frames == [[0, 0], [1, 1]])
  }

  @Test func `timestamps at the ends of the range do no harm`() throws {
    let entries = [Int64.min, .max].flatMap { stamp in
      ["/a", "/b"].map { MemoryLog.Entry(topic: $0, stamp: stamp, logTime: stamp, value: 0) }
    }
    let wide = try definition(two, sync: "{ policy: nearest, tolerance: 100h }")
    let synchroniser = try Synchroniser(definition: wide, log: MemoryLog(entries))
    var count = 0
    while try synchroniser.next() != nil { count += 1 }
    #expect(count == 2)
  }
}
