import Foundation
import SensorLogs

/// A message of a log that several frames may use; it is decoded once.
final class SharedMessage: @unchecked Sendable {
  private let lock = NSLock()
  private var source: LogMessage?
  private var result: Result<AnyMessage, any Error>?
  /// When, where and in which order.
  let header: MessageHeader

  init(_ message: LogMessage) {
    source = message
    header = message.header
  }

  /// Decodes the payload, or gives what an earlier call decoded.
  ///
  /// - Returns: The payload with its header.
  /// - Throws: What the log's decoder throws.
  func decoded() throws -> AnyMessage {
    lock.lock()
    defer { lock.unlock() }
    if let result { return try result.get() }
    guard let message = source else { throw PipelineError(.failed, "a message was lost") }
    source = nil
    let made = Result { try message.decoded() }
    result = made
    return try made.get()
  }
}
