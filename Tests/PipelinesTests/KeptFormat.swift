import Configuration
import Foundation
import Pipelines
import SensorLogs

/// Numbers kept aside until the end, then written in reverse: a format whose file can only be made at the end.
struct KeptFormat: StreamFileFormat {
  static var name: String { "kept" }
  static var documentation: String { "Writes numbers in reverse." }
  static var payloadTypes: [String] { [] }

  init(_ parameters: NoParameters, setup: StageSetup) throws {}

  func encode(_ message: AnyMessage, frameIndex: Int) throws -> String {
    "\(frameIndex) \(message.payload)"
  }

  func makeWriter(path: String, resumingAt byteCount: Int?) throws -> KeptWriter {
    KeptWriter(lines: try LineWriter(path: path, resumingAt: byteCount, every: 1))
  }
}

final class KeptWriter: StreamFileWriter {
  private let lines: LineWriter
  var durable: StreamDurability { lines.durable }
  var keepsPartialFile: Bool { true }

  init(lines: LineWriter) { self.lines = lines }

  func append(_ encoded: String, frameIndex: Int) throws {
    try lines.append(encoded, frameIndex: frameIndex)
  }

  func synchronize() throws { try lines.synchronize() }

  func finish() throws { try lines.finish() }

  func publish(_ partial: String, as path: String) throws {
    let text = try String(contentsOfFile: partial, encoding: .utf8)
    let kept = text.split(separator: "\n").filter { !$0.hasPrefix("--") }
    try kept.reversed().joined(separator: "\n").write(
      toFile: path, atomically: true, encoding: .utf8)
  }
}

/// Passes numbers on; every so often it takes until a number of further messages has been read.
struct BurstStage: StatefulStage {
  struct Parameters: ParameterSet {
    @Parameter("Frames between those that take long", in: 1...100) var every = 1
    @Parameter("Messages that must have been read beyond a frame that takes long", in: 0...100)
    var ahead = 0
  }
  static let input = InputPort<Number>("number", "A number")
  static var inputs: [any InputPortDescription] { [input] }
  static var name: String { "test.burst" }
  static var documentation: String { "Waits." }
  /// Messages that have been read; set by the test.
  nonisolated(unsafe) static var read: Collector?
  let parameters: Parameters
  var replayFrames: Int? { 0 }
  var burstFrames: Int { parameters.every }

  init(_ parameters: Parameters, setup: StageSetup) throws { self.parameters = parameters }

  func initialState() -> Int { 0 }

  func process(_ inputs: StageInputs, state: inout Int) throws -> Message<Number> {
    let message = inputs[Self.input]
    guard inputs.frameIndex % parameters.every == 0, let read = Self.read else {
      return message.replacing(Number(value: 1))
    }
    // A runner that does not read on would never get there; 5 s are given up after.
    for _ in 0..<5000 {
      if read.values.count >= inputs.frameIndex + 1 + parameters.ahead {
        return message.replacing(Number(value: 1))
      }
      usleep(1000)
    }
    return message.replacing(Number(value: 0))
  }
}
