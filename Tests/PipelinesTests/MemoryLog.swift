import Foundation
import SensorLogs

/// A number, for tests.
struct Number: Payload, Equatable, CustomStringConvertible {
  static var typeName: String { "number" }
  var value: Double
  var description: String { "\(value)" }
}

/// A log in memory.
struct MemoryLog: RecordedLog {
  struct Entry: Sendable {
    var topic: String
    var stamp: Int64
    var logTime: Int64
    var value: Double
    /// Decoding fails.
    var isBroken = false
    /// Encoded size that it claims.
    var byteCount = 0
  }
  let entries: [Entry]
  let topics: [String]
  var damage: [LogDamage] = []
  /// Called for each message that is read.
  var onRead: (@Sendable () -> Void)?
  /// Called with the number of each message that is decoded.
  var onDecode: (@Sendable (Int) -> Void)?
  var format: String { "memory" }
  var streams: [LogStream] {
    topics.sorted().map { LogStream(topic: $0, type: "test/Number", payloadType: "number") }
  }

  init(_ entries: [Entry], topics: [String]? = nil) {
    self.entries = entries.enumerated().sorted {
      ($0.element.logTime, $0.element.topic, $0.offset)
        < ($1.element.logTime, $1.element.topic, $1.offset)
    }.map(\.element)
    self.topics = topics ?? Set(entries.map(\.topic)).sorted()
  }

  /// One message every 100 ms on a topic, with values 0, 1, 2 and so on.
  static func regular(_ count: Int, topic: String = "/a", broken: Set<Int> = []) -> MemoryLog {
    MemoryLog(
      (0..<count).map {
        Entry(
          topic: topic, stamp: Int64($0) * 100_000_000, logTime: Int64($0) * 100_000_000,
          value: Double($0), isBroken: broken.contains($0))
      }, topics: [topic])
  }

  func messages(_ selection: LogSelection) throws -> any LogCursor {
    Cursor(
      entries: entries.filter { selection.topics?.contains($0.topic) ?? true }, damage: damage,
      onRead: onRead, onDecode: onDecode)
  }

  func inspect() throws -> LogInspection {
    LogInspection(format: format, streams: streams, damage: damage)
  }

  private final class Cursor: LogCursor {
    private let entries: [Entry]
    private let onRead: (@Sendable () -> Void)?
    private let onDecode: (@Sendable (Int) -> Void)?
    private var place = 0
    let damage: [LogDamage]

    init(
      entries: [Entry], damage: [LogDamage], onRead: (@Sendable () -> Void)?,
      onDecode: (@Sendable (Int) -> Void)?
    ) {
      self.onRead = onRead
      self.onDecode = onDecode
      self.entries = entries
      self.damage = damage
    }

    func next() throws -> LogMessage? {
      guard place < entries.count else { return nil }
      let entry = entries[place]
      let sequence = UInt64(place)
      place += 1
      onRead?()
      let header = MessageHeader(
        timestamp: Timestamp(nanoseconds: entry.stamp), topic: entry.topic, sequence: sequence)
      let data = [UInt8](repeating: 0, count: entry.byteCount)[...]
      let encoded = EncodedMessage(
        messageEncoding: "test", schemaEncoding: "", schema: [], data: data)
      return LogMessage(
        header: header, logTime: Timestamp(nanoseconds: entry.logTime), type: "test/Number",
        encoded: entry.byteCount > 0 ? encoded : nil
      ) { [onDecode] in
        onDecode?(Int(sequence))
        if entry.isBroken {
          throw LogError(.undecodable, file: "memory", problem: "message \(sequence) is broken")
        }
        return AnyMessage(header: header, payload: Number(value: entry.value))
      }
    }
  }
}
