import Configuration
import Foundation
import Pipelines
import SensorLogs
import TestSupport
import Testing

/// Waits until somebody has noticed that it waits.
private struct PatientStage: Stage {
  static let noticed = DispatchSemaphore(value: 0)
  static let input = InputPort<Number>("number", "A number")
  static var inputs: [any InputPortDescription] { [input] }
  static var name: String { "test.patient" }
  static var documentation: String { "Waits." }

  init(_ parameters: NoParameters, setup: StageSetup) throws {}

  func process(_ inputs: StageInputs) throws -> Message<Number> {
    if inputs.frameIndex == 0 { Self.noticed.wait() }
    return inputs[Self.input]
  }
}

private final class Lines: @unchecked Sendable {
  private let lock = NSLock()
  private var lines: [String] = []

  func add(_ line: String) {
    lock.lock()
    lines.append(line)
    lock.unlock()
  }

  var all: [String] {
    lock.lock()
    defer { lock.unlock() }
    return lines
  }
}

@Suite struct RunNoticeTests {
  @Test func `a stage that takes long is named with its frame and with what waits for it`() throws {
    let text = """
      name: slow
      inputs: { a: { topic: /a, type: number } }
      stages:
        - { id: slow, use: test.patient, from: a }
      outputs:
        - { from: slow, to: lines, path: o.txt }
      """
    let log = MemoryLog.regular(3)
    let folder = try TemporaryFolder()
    let lines = Lines()
    var options = RunOptions(outputFolder: folder.path)
    options.workers = 2
    options.noticeSeconds = 0.01
    options.notice = {
      lines.add($0)
      PatientStage.noticed.signal()
    }
    let plan = try PipelineDefinition.load(bytes: Array(text.utf8), file: "p.yaml")
      .check(
        against: StageCatalogue([PatientStage.self]), formats: NumberStages.formats,
        log: log.streams)
    _ = try PipelineRun(plan, log: log, options: options).execute()
    let all = lines.all
    #expect(
      all.contains {
        $0.contains("'slow' has been working for") && $0.contains("on frame 0, timestamp 0 ns")
      })
    #expect(
      all.contains(
        "'lines o.txt' waits, frame 0, timestamp 0 ns: input from 'slow' (running) is not there yet"
      ))
  }

  @Test func `a run stopped before its first frame can be resumed`() throws {
    let log = MemoryLog.regular(3)
    let folder = try TemporaryFolder()
    var options = RunOptions(outputFolder: folder.path)
    let plan = try NumberStages.plan(NumberStages.mixed, log: log)
    let run = PipelineRun(plan, log: log, options: options)
    run.requestStop()
    #expect { _ = try run.execute() } throws: { ($0 as? PipelineError)?.kind == .interrupted }
    options.resume = true
    #expect(try PipelineRun(plan, log: log, options: options).execute().frames.read == 3)
  }
}
