import Configuration
import Foundation
import Pipelines
import SensorLogs

/// Adds a constant, and fails on request.
struct AddStage: Stage {
  struct Parameters: ParameterSet {
    @Parameter("What to add") var amount = 0.0
    @Parameter("Frames with a number that this divides fail; 0 for none", in: 0...1e6)
    var failEvery = 0
    @Parameter("Rounds of useless work", in: 0...1e9) var work = 0
    @Parameter("Idle time, for measurements") var idle = Duration.zero
  }
  static let input = InputPort<Number>("number", "A number")
  static var inputs: [any InputPortDescription] { [input] }
  static var name: String { "test.add" }
  static var documentation: String { "Adds." }
  let parameters: Parameters

  struct Failure: Error, CustomStringConvertible {
    var frame: Int
    var description: String { "frame \(frame) is divisible" }
  }

  init(_ parameters: Parameters, setup: StageSetup) throws { self.parameters = parameters }

  func process(_ inputs: StageInputs) throws -> Message<Number> {
    let every = parameters.failEvery
    if every > 0, inputs.frameIndex % every == every - 1 { throw Failure(frame: inputs.frameIndex) }
    var value = inputs[Self.input].payload.value + parameters.amount
    if parameters.work > 0 {
      var state = UInt64(bitPattern: Int64(inputs.frameIndex))
      for _ in 0..<parameters.work { state = state &* 6_364_136_223_846_793_005 &+ 1 }
      if state == 1 { value += 1 }
    }
    if parameters.idle > .zero { usleep(UInt32(parameters.idle.nanoseconds / 1000)) }
    return inputs[Self.input].replacing(Number(value: value))
  }
}

/// The sum of the last numbers.
struct RecentSumStage: StatefulStage {
  struct Parameters: ParameterSet {
    @Parameter("How many numbers; 0 for all", in: 0...1000) var window = 0
  }
  static let input = InputPort<Number>("number", "A number")
  static var inputs: [any InputPortDescription] { [input] }
  static var name: String { "test.recent_sum" }
  static var documentation: String { "Sums." }
  let window: Int
  var replayFrames: Int? { window == 0 ? nil : window - 1 }

  init(_ parameters: Parameters, setup: StageSetup) throws { window = parameters.window }

  func initialState() -> [Double] { [] }

  func process(_ inputs: StageInputs, state: inout [Double]) throws -> Message<Number> {
    state.append(inputs[Self.input].payload.value)
    if window > 0, state.count > window { state.removeFirst() }
    return inputs[Self.input].replacing(Number(value: state.reduce(0, +)))
  }
}

/// The difference of two numbers, or the first where the second is missing.
struct DifferenceStage: Stage {
  static let left = InputPort<Number>("left", "A number")
  static let right = InputPort<Number>("right", "A number", isOptional: true)
  static var inputs: [any InputPortDescription] { [left, right] }
  static var name: String { "test.difference" }
  static var documentation: String { "Subtracts." }

  init(_ parameters: NoParameters, setup: StageSetup) throws {}

  func process(_ inputs: StageInputs) throws -> Message<Number> {
    let right = inputs.optional(Self.right)?.payload.value ?? 0
    return inputs[Self.left].replacing(Number(value: inputs[Self.left].payload.value - right))
  }
}

/// One text file for each frame.
struct NumberFile: FrameFileFormat {
  struct Parameters: ParameterSet {
    @Parameter("Whether a missing result becomes an empty file") var emptyFiles = false
  }
  static var name: String { "text" }
  static var documentation: String { "Writes the number." }
  static var payloadTypes: [String] { ["number"] }
  let emptyFiles: Bool

  init(_ parameters: Parameters, setup: StageSetup) throws { emptyFiles = parameters.emptyFiles }

  func encode(_ message: AnyMessage, frameIndex: Int) throws -> [UInt8] {
    Array("\(message.payload)\n".utf8)
  }

  func encodeEmpty(frameIndex: Int, timestamp: Timestamp) throws -> [UInt8]? {
    emptyFiles ? [] : nil
  }
}

enum NumberStages {
  static let catalogue = StageCatalogue([
    AddStage.self, RecentSumStage.self, DifferenceStage.self, BurstStage.self,
  ])
  static let formats = OutputFormats([NumberFile.self, LineFormat.self, KeptFormat.self])

  /// A checked definition from its text.
  static func plan(_ text: String, log: MemoryLog, overrides: [String] = []) throws -> PipelinePlan
  {
    try PipelineDefinition.load(bytes: Array(text.utf8), file: "p.yaml", overrides: overrides)
      .check(against: catalogue, formats: formats, log: log.streams)
  }

  /// Runs a definition and gives its summary.
  @discardableResult
  static func run(
    _ text: String, log: MemoryLog, in folder: String,
    _ change: (inout RunOptions) -> Void = { _ in }
  ) throws -> RunSummary {
    var options = RunOptions(outputFolder: folder)
    options.workers = 2
    options.synchronizesFiles = false
    change(&options)
    return try PipelineRun(plan(text, log: log), log: log, options: options).execute()
  }

  /// The files of a folder with their contents; of `run.json` only what does not vary from run to run.
  static func files(_ folder: String) throws -> [String: String] {
    var found: [String: String] = [:]
    for name in (FileManager.default.enumerator(atPath: folder)?.allObjects as? [String]) ?? [] {
      guard var data = FileManager.default.contents(atPath: folder + "/" + name) else { continue }
      if name == "run.json" {
        var object = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        object["run"] = nil
        data = try JSONSerialization.data(withJSONObject: object, options: .sortedKeys)
      }
      found[name] = String(decoding: data, as: UTF8.self)
    }
    return found
  }

  /// A pipeline with a stateless and a stateful stage, a file for each frame and two streams.
  static let mixed = """
    name: mixed
    inputs: { a: { topic: /a, type: number } }
    stages:
      - { id: more, use: test.add, from: a, with: { amount: 1, fail_every: 7 }, on_error: skip }
      - { id: sum, use: test.recent_sum, from: more, with: { window: 4 } }
      - { id: all, use: test.recent_sum, from: a, with: { window: 3 } }
      - { id: both, use: test.difference, from: [sum, all] }
    error_budget: 0.5
    outputs:
      - { from: both, to: text, path: "both/{frame:06}.txt" }
      - { from: sum, to: lines, path: sum.txt }
      - { from: all, to: lines, path: chunks.txt, with: { durable_every: 5 } }
    """
}
