import Configuration
import Foundation
import Pipelines
import SensorLogs
import TestSupport
import Testing

private let simple = """
  name: simple
  inputs: { a: { topic: /a, type: number } }
  stages:
    - { id: more, use: test.add, from: a, with: { amount: 1 } }
  outputs:
    - { from: more, to: text, path: "out/{frame:03}.txt" }
  """

private func pipelineError(_ work: () throws -> Void) -> PipelineError? {
  do {
    try work()
    return nil
  } catch { return error as? PipelineError }
}

@Suite struct PipelineRunTests {
  @Test func `every frame becomes a file with its number`() throws {
    let folder = try TemporaryFolder()
    let summary = try NumberStages.run(simple, log: .regular(12), in: folder.path)
    #expect(summary.frames == .init(read: 12, written: 12, skipped: 0, failed: 0))
    #expect(summary.outputs[0].files == 12)
    #expect(!summary.isImpaired)
    let files = try NumberStages.files(folder.path)
    #expect(files["out/000.txt"] == "1.0\n" && files["out/011.txt"] == "12.0\n")
    #expect(files.keys.allSatisfy { $0.hasPrefix("out/") || $0 == "run.json" })
    #expect(
      summary.json.compact.contains(#""frames":{"read":12,"written":12,"skipped":0,"failed":0}"#))
  }

  @Test func `an empty log gives an empty result`() throws {
    let folder = try TemporaryFolder()
    let summary = try NumberStages.run(
      NumberStages.mixed, log: MemoryLog([], topics: ["/a"]), in: folder.path)
    #expect(summary.frames.read == 0)
    #expect(try NumberStages.files(folder.path)["sum.txt"] == "-- end\n")
  }

  @Test(arguments: [(1, 1), (1, 5), (2, 1), (3, 2), (8, 1), (8, 7)])
  func `bytes do not depend on workers and queues`(workers: Int, capacity: Int) throws {
    let expected = try TemporaryFolder()
    let found = try TemporaryFolder()
    let log = MemoryLog.regular(60, broken: [9, 30])
    try NumberStages.run(NumberStages.mixed, log: log, in: expected.path) { $0.workers = 1 }
    try NumberStages.run(NumberStages.mixed, log: log, in: found.path) {
      $0.workers = workers
      $0.edgeCapacity = capacity
    }
    #expect(try NumberStages.files(expected.path) == NumberStages.files(found.path))
  }

  @Test func `stateful stages see every frame that reaches them, in order`() throws {
    let folder = try TemporaryFolder()
    try NumberStages.run(NumberStages.mixed, log: .regular(20), in: folder.path) { $0.workers = 4 }
    let files = try NumberStages.files(folder.path)
    // Frame 6 fails in 'more': 'sum' does not see it, 'all' does, and no output has it.
    #expect(files["both/000006.txt"] == nil)
    let sums = (files["sum.txt"] ?? "").split(separator: "\n").filter { !$0.hasPrefix("--") }
    #expect(sums[6] == "7 700000000 23.0")
    #expect(files["both/000007.txt"] == "5.0\n")
  }

  @Test func `skipped frames are counted and named with their reason`() throws {
    let folder = try TemporaryFolder()
    let summary = try NumberStages.run(
      NumberStages.mixed, log: .regular(20, broken: [3]), in: folder.path)
    #expect(summary.frames == .init(read: 20, written: 17, skipped: 3, failed: 0))
    #expect(summary.isImpaired)
    let report = try #require(try NumberStages.files(folder.path)["run.json"])
    #expect(report.contains(#""reason":"memory: message 3 is broken""#))
    #expect(report.contains(#""reason":"frame 13 is divisible""#))
    #expect(report.contains(#""undecodable":1"#))
  }

  @Test func `a failing stage stops the run after the earlier frames`() throws {
    let folder = try TemporaryFolder()
    let text = simple.replacingOccurrences(of: "amount: 1", with: "fail_every: 10")
    for workers in [1, 4] {
      let target = folder.file("w\(workers)")
      let error = try #require(
        pipelineError {
          try NumberStages.run(text, log: .regular(30), in: target) { $0.workers = workers }
        })
      #expect(error.kind == .failed)
      #expect(
        error.problem
          == "frame 9 (timestamp 900000000 ns): 'more' failed: frame 9 is divisible")
      #expect(error.frames == .init(read: 10, written: 9, skipped: 0, failed: 1))
      let files = try NumberStages.files(target).keys.filter { !$0.hasPrefix(".") }
      #expect(files.sorted() == (0..<9).map { "out/00\($0).txt" })
    }
  }

  @Test func `empty results pass on and outputs decide what they become`() throws {
    let text = """
      name: empty
      inputs: { a: { topic: /a, type: number } }
      stages:
        - { id: more, use: test.add, from: a, with: { fail_every: 2 }, on_error: empty }
        - { id: next, use: test.add, from: more }
        - { id: rest, use: test.difference, from: [a, more] }
      outputs:
        - { from: next, to: text, path: "none/{frame}.txt" }
        - { from: next, to: text, path: "empty/{frame}.txt", with: { empty_files: true } }
        - { from: next, to: lines, path: lines.txt }
        - { from: rest, to: text, path: "rest/{frame}.txt" }
      """
    let folder = try TemporaryFolder()
    let summary = try NumberStages.run(text, log: .regular(4), in: folder.path)
    #expect(summary.frames == .init(read: 4, written: 4, skipped: 0, failed: 0))
    #expect(summary.emptyResults == 2 && summary.isImpaired)
    let files = try NumberStages.files(folder.path)
    #expect(files["none/1.txt"] == nil && files["none/2.txt"] == "2.0\n")
    #expect(files["empty/1.txt"] == "" && files["empty/2.txt"] == "2.0\n")
    #expect(files["rest/1.txt"] == "1.0\n" && files["rest/2.txt"] == "0.0\n")
    #expect(files["lines.txt"]?.contains("\n1 empty\n") == true)
  }

  @Test func `an error budget stops a run that skips too much`() throws {
    let folder = try TemporaryFolder()
    let text = simple.replacingOccurrences(
      of: "amount: 1 }", with: "fail_every: 2 }, on_error: skip")
    let error = try #require(
      pipelineError { try NumberStages.run(text, log: .regular(100), in: folder.path) })
    #expect(error.problem.contains("too many frames were skipped: 6 of 12"))
    let generous = try TemporaryFolder()
    let summary = try NumberStages.run(
      "error_budget: 50\n" + text, log: .regular(100), in: generous.path)
    #expect(summary.frames.skipped == 50)
  }

  @Test func `a part of the frames equals the same part of the whole`() throws {
    let whole = try TemporaryFolder()
    let part = try TemporaryFolder()
    let log = MemoryLog.regular(40, broken: [12])
    try NumberStages.run(NumberStages.mixed, log: log, in: whole.path)
    try NumberStages.run(NumberStages.mixed, log: log, in: part.path) { $0.frames = 15..<30 }
    let all = try NumberStages.files(whole.path).filter { $0.key.hasPrefix("both/") }
    let some = try NumberStages.files(part.path).filter { $0.key.hasPrefix("both/") }
    #expect(some == all.filter { ("both/000015.txt"..."both/000029.txt").contains($0.key) })
    #expect(!some.isEmpty)
  }

  @Test func `the shards of a run are the run`() throws {
    let whole = try TemporaryFolder()
    let log = MemoryLog.regular(41, broken: [12])
    try NumberStages.run(NumberStages.mixed, log: log, in: whole.path)
    var union: [String: String] = [:]
    var read = 0
    for number in 1...4 {
      let part = try TemporaryFolder()
      let summary = try NumberStages.run(NumberStages.mixed, log: log, in: part.path) {
        $0.shard = .init(number: number, count: 4)
      }
      read += summary.frames.read
      union.merge(try NumberStages.files(part.path).filter { $0.key.hasPrefix("both/") }) { _, _ in
        Issue.record("a frame lies in two shards")
        return ""
      }
    }
    #expect(read == 41)
    #expect(try union == NumberStages.files(whole.path).filter { $0.key.hasPrefix("both/") })
  }

  @Test func `senseless parts are wrong usage`() throws {
    let folder = try TemporaryFolder()
    for change: (inout RunOptions) -> Void in [
      { $0.frames = 5..<5 }, { $0.shard = .init(number: 0, count: 3) },
      { $0.shard = .init(number: 4, count: 3) }, { $0.shard = .init(number: 1, count: 0) },
    ] {
      let error = pipelineError {
        try NumberStages.run(simple, log: .regular(3), in: folder.file("x"), change)
      }
      #expect(error?.kind == .usage)
    }
  }

  @Test func `options for parts are read`() throws {
    #expect(try RunOptions.frames(parsing: "3:7") == 3..<7)
    #expect(try RunOptions.frames(parsing: "3:") == 3..<Int.max)
    #expect(try RunOptions.frames(parsing: ":7") == 0..<7)
    #expect(try RunOptions.Shard(parsing: "2/5") == .init(number: 2, count: 5))
    for text in ["", "3", "7:3", "3:3", "-1:4", "a:b", "1:2:3"] {
      #expect(throws: PipelineError.self, "\(text)") { try RunOptions.frames(parsing: text) }
    }
    for text in ["", "0/3", "4/3", "1", "1/0", "a/b", "1/2/3"] {
      #expect(throws: PipelineError.self, "\(text)") { try RunOptions.Shard(parsing: text) }
    }
  }

  @Test func `an open range goes on to the end of the log`() throws {
    let folder = try TemporaryFolder()
    let summary = try NumberStages.run(simple, log: .regular(12), in: folder.path) {
      $0.frames = 9..<Int.max
    }
    #expect(summary.frames.read == 3)
  }

  @Test(arguments: [1, 4])
  func `reading never runs far ahead of writing`(workers: Int) throws {
    let folder = try TemporaryFolder()
    let read = Collector()
    let ahead = Collector()
    var log = MemoryLog.regular(800)
    log.onRead = { read.add(1) }
    // A frame that is being decoded is not committed, so its number bounds what is.
    log.onDecode = { ahead.add(read.values.count - $0) }
    try NumberStages.run(simple, log: log, in: folder.path) { $0.workers = workers }
    #expect(ahead.values.count == 800)
    // Frames in flight, and the messages that the synchroniser holds back to put them in order.
    #expect(ahead.values.max() ?? 0 <= 2 * workers + 2 + 4)
  }

  @Test func `determinism is verified by running twice`() throws {
    let folder = try TemporaryFolder()
    let log = MemoryLog.regular(30, broken: [4])
    let check = try DeterminismCheck.run(
      NumberStages.plan(NumberStages.mixed, log: log), log: log,
      options: RunOptions(outputFolder: folder.file("out")))
    #expect(check.firstDifference == nil)
    #expect(check.files == 28)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test func `the trace is valid JSON with a span for each frame of each stage`() throws {
    let folder = try TemporaryFolder()
    let trace = folder.file("trace.json")
    try NumberStages.run(simple, log: .regular(5), in: folder.file("o")) { $0.tracePath = trace }
    let data = try #require(FileManager.default.contents(atPath: trace))
    let events = try #require(JSONSerialization.jsonObject(with: data) as? [[String: Any]])
    #expect(events.filter { $0["name"] as? String == "more" }.count == 5)
  }

  @Test func `progress reaches the number of frames`() throws {
    let folder = try TemporaryFolder()
    let seen = Collector()
    try NumberStages.run(simple, log: .regular(9), in: folder.path) {
      $0.progress = { seen.add($0.frames) }
    }
    #expect(seen.values == Array(1...9))
  }

  @Test func `repeated timestamps in paths are refused instead of overwritten`() throws {
    let folder = try TemporaryFolder()
    let text = simple.replacingOccurrences(of: "{frame:03}", with: "{timestamp}")
    let entries = [0, 1, 1].enumerated().map {
      MemoryLog.Entry(topic: "/a", stamp: Int64($1), logTime: Int64($0), value: 0)
    }
    let error = pipelineError {
      try NumberStages.run(text, log: MemoryLog(entries), in: folder.path)
    }
    #expect(error?.problem.contains("would overwrite") == true)
  }
}

/// Numbers from several threads.
final class Collector: @unchecked Sendable {
  private let lock = NSLock()
  private var numbers: [Int] = []

  func add(_ number: Int) {
    lock.lock()
    numbers.append(number)
    lock.unlock()
  }

  var values: [Int] {
    lock.lock()
    defer { lock.unlock() }
    return numbers
  }
}
