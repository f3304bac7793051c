import SensorLogs

/// Puts the messages of one topic into the order of their timestamps, as far as a short look-ahead allows.
///
/// Recorders keep messages in the order of arrival, which may differ from that of measurement.
struct ReorderBuffer {
  /// A message is held back until the log is so far ahead of it, nanoseconds of log time.
  static let window: Int64 = 200_000_000
  /// At most so many messages are held back.
  static let capacity = 16

  private var held: [LogMessage] = []
  private var lastReleased = Int64.min

  /// Whether no message is held back.
  var isEmpty: Bool { held.isEmpty }

  /// Adds a message.
  mutating func add(_ message: LogMessage) {
    // Few messages, nearly sorted: insertion from the end; equal stamps keep the order of arrival.
    var place = held.count
    while place > 0, held[place - 1].header.timestamp > message.header.timestamp { place -= 1 }
    held.insert(message, at: place)
  }

  /// The next message in order, when it need not wait any longer.
  ///
  /// - Parameter now: Log time of the reader; nil at the end of the log.
  /// - Returns: The message and whether an even later one was released before it.
  mutating func release(now: Int64?) -> (message: LogMessage, isLate: Bool)? {
    guard let first = held.first else { return nil }
    if let now, held.count <= Self.capacity {
      let (limit, overflow) = now.subtractingReportingOverflow(Self.window)
      let isDue = !overflow && held.contains { $0.logTime.nanoseconds <= limit }
      guard isDue else { return nil }
    }
    held.removeFirst()
    let stamp = first.header.timestamp.nanoseconds
    let isLate = stamp < lastReleased
    lastReleased = max(lastReleased, stamp)
    return (first, isLate)
  }
}
