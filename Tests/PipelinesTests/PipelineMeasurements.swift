import Foundation
import Pipelines
import TestSupport
import Testing

// Figures for people, not part of the usual tests: PARALLAX_MEASURE=1 swift test -c release -Xswiftc -enable-testing
// --filter PipelineMeasurements

private let isWanted = ProcessInfo.processInfo.environment["PARALLAX_MEASURE"] != nil

@Suite(.enabled(if: isWanted, "set PARALLAX_MEASURE to measure"), .serialized)
struct PipelineMeasurements {
  private let text = """
    name: three
    inputs: { a: { topic: /a, type: number } }
    stages:
      - { id: one, use: test.add, from: a, with: { work: WORK } }
      - { id: two, use: test.add, from: one, with: { work: WORK } }
      - { id: three, use: test.add, from: two, with: { work: WORK } }
    outputs:
      - { from: three, to: text, path: "{frame:06}.txt" }
      - { from: three, to: lines, path: lines.txt }
    """

  private func seconds(_ text: String, frames: Int, workers: Int, synchronize: Bool) throws
    -> Double
  {
    let folder = try TemporaryFolder()
    return try NumberStages.run(text, log: .regular(frames), in: folder.path) {
      $0.workers = workers
      $0.synchronizesFiles = synchronize
    }.seconds
  }

  @Test func `two workers against one`() throws {
    let text = text.replacingOccurrences(of: "WORK", with: "8000000")
    for synchronize in [false, true] {
      for _ in 0..<3 {
        let one = try seconds(text, frames: 200, workers: 1, synchronize: synchronize)
        let two = try seconds(text, frames: 200, workers: 2, synchronize: synchronize)
        print(
          "measured: sync \(synchronize): 1 worker \(one) s, 2 workers \(two) s, ratio \(one / two)"
        )
      }
    }
  }

  @Test func `two workers against one, with stages that use no processor`() throws {
    let text = text.replacingOccurrences(of: "work: WORK", with: "idle: 10ms")
    let one = try seconds(text, frames: 200, workers: 1, synchronize: false)
    let two = try seconds(text, frames: 200, workers: 2, synchronize: false)
    print("measured: idle stages: 1 worker \(one) s, 2 workers \(two) s, ratio \(one / two)")
  }

  @Test func `memory over a log twenty times longer`() throws {
    let text = text.replacingOccurrences(of: "WORK", with: "0")
    for frames in [1000, 20_000] {
      let time = try seconds(text, frames: frames, workers: 2, synchronize: false)
      print("measured: \(frames) frames in \(time) s, peak \(peakMemory()) kB")
    }
  }

  private func peakMemory() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") } ?? ""
    return Int(line.filter(\.isNumber)) ?? 0
  }
}

private let killTarget = ProcessInfo.processInfo.environment["PARALLAX_KILL_TARGET"]

/// A run in a process of its own, to be killed from outside and started again until it completes.
@Suite(.enabled(if: killTarget != nil, "PARALLAX_KILL_TARGET names no folder"))
struct KillTarget {
  @Test func `a run that may be killed`() throws {
    let folder = try #require(killTarget)
    let text = NumberStages.mixed.replacingOccurrences(
      of: "amount: 1,", with: "amount: 1, idle: 4ms,")
    let log = MemoryLog.regular(400, broken: [8, 133])
    let summary = try NumberStages.run(text, log: log, in: folder) {
      $0.resume = true
      $0.synchronizesFiles = true
    }
    print("measured: complete \(summary.frames)")
  }
}
