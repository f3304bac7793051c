import Configuration
import Foundation

/// Writes Chrome trace events as they happen; opens in chrome://tracing and Perfetto.
final class TraceWriter: @unchecked Sendable {
  private let lock = NSLock()
  private let path: String
  private let descriptor: Int32
  private var buffer: [UInt8] = Array("[\n".utf8)
  private var failure: (any Error)?

  init(path: String) throws {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw PipelineError(
        .failed, "cannot write the trace to \(path): \(String(cString: strerror(errno)))")
    }
  }

  /// Names a thread in the viewer.
  func name(thread: Int, _ name: String) {
    add(
      .object([
        .init("name", .text("thread_name")), .init("ph", .text("M")), .init("pid", .integer(1)),
        .init("tid", .integer(thread)),
        .init("args", .object([.init("name", .text(name))])),
      ]))
  }

  /// A piece of work; times in nanoseconds since the start of the run.
  func span(
    _ name: String, category: String, thread: Int, from start: UInt64, to end: UInt64, frame: Int?
  ) {
    var members: [JSONValue.Member] = [
      .init("name", .text(name)), .init("cat", .text(category)), .init("ph", .text("X")),
      .init("ts", .number(Double(start) / 1000)), .init("dur", .number(Double(end - start) / 1000)),
      .init("pid", .integer(1)), .init("tid", .integer(thread)),
    ]
    if let frame { members.append(.init("args", .object([.init("frame", .integer(frame))]))) }
    add(.object(members))
  }

  private func add(_ event: JSONValue) {
    let text = Array((event.compact + ",\n").utf8)
    lock.lock()
    defer { lock.unlock() }
    buffer += text
    if buffer.count > 1 << 16 { flush() }
  }

  private func flush() {
    do { try AtomicFile.writeAll(buffer, to: descriptor, path: path) } catch {
      failure = failure ?? error
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Completes the file.
  func finish() throws {
    lock.lock()
    defer { lock.unlock() }
    // The last event needs no comma after it; an empty metadata event keeps the list valid JSON.
    buffer += Array("{\"name\":\"end\",\"ph\":\"M\",\"pid\":1}\n]\n".utf8)
    flush()
    close(descriptor)
    if let failure { throw failure }
  }
}
