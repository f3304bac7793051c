import Configuration
import Foundation
import Pipelines
import SensorLogs

/// One line of text for each frame, for tests; `durable_every` imitates formats that write in chunks.
struct LineFormat: StreamFileFormat {
  struct Parameters: ParameterSet {
    @Parameter("Frames in a chunk", in: 1...1000) var durableEvery = 1
  }
  static var name: String { "lines" }
  static var documentation: String { "Writes a line for each frame." }
  static var payloadTypes: [String] { [] }
  let every: Int

  init(_ parameters: Parameters, setup: StageSetup) throws { every = parameters.durableEvery }

  func encode(_ message: AnyMessage, frameIndex: Int) throws -> String {
    "\(frameIndex) \(message.header.timestamp.nanoseconds) \(message.payload)"
  }

  func encodeEmpty(frameIndex: Int, timestamp: Timestamp) throws -> String? {
    "\(frameIndex) empty"
  }

  func makeWriter(path: String, resumingAt byteCount: Int?) throws -> LineWriter {
    try LineWriter(path: path, resumingAt: byteCount, every: every)
  }
}

final class LineWriter: StreamFileWriter {
  private let descriptor: Int32
  private let every: Int
  private var chunk: [UInt8] = []
  private var appended = 0
  private(set) var durable: StreamDurability

  init(path: String, resumingAt byteCount: Int?, every: Int) throws {
    self.every = every
    descriptor = open(path, O_CREAT | O_RDWR, 0o644)
    ftruncate(descriptor, byteCount ?? 0)
    lseek(descriptor, 0, SEEK_END)
    durable = StreamDurability(byteCount: byteCount ?? 0, appendedFrames: 0)
  }

  func append(_ line: String, frameIndex: Int) throws {
    chunk += Array((line + "\n").utf8)
    appended += 1
    if appended % every == 0 { try flush(mark: "-- chunk\n") }
  }

  private func flush(mark: String) throws {
    chunk += Array(mark.utf8)
    guard write(descriptor, chunk, chunk.count) == chunk.count else {
      throw LogError(.unwritable, file: "lines", problem: String(cString: strerror(errno)))
    }
    durable = StreamDurability(
      byteCount: durable.byteCount + chunk.count, appendedFrames: appended)
    chunk = []
  }

  func synchronize() throws { fdatasync(descriptor) }

  func finish() throws {
    try flush(mark: "-- end\n")
    close(descriptor)
  }
}
