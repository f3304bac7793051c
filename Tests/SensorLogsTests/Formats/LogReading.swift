import Foundation
import SensorLogs

/// A log that was read completely.
struct LogReading {
  var messages: [LogMessage] = []
  var damage: [LogDamage] = []

  init(_ log: any RecordedLog, _ selection: LogSelection = LogSelection()) throws {
    let cursor = try log.messages(selection)
    while let message = try cursor.next() { messages.append(message) }
    damage = cursor.damage
  }

  init(_ path: String, _ selection: LogSelection = LogSelection()) throws {
    try self.init(RecordedLogs.open(path), selection)
  }

  /// Messages of one topic.
  func of(_ topic: String) -> [LogMessage] { messages.filter { $0.header.topic == topic } }

  /// The first payload of a topic.
  func first<Body: Payload>(_ topic: String, as type: Body.Type = Body.self) throws -> Body? {
    try of(topic).first?.decoded().payload as? Body
  }

  /// Topics with the number of their messages.
  var counts: [String: Int] {
    Dictionary(messages.map { ($0.header.topic, 1) }, uniquingKeysWith: +)
  }

  /// Whether messages come in (log time, topic, sequence) order.
  var isOrdered: Bool {
    zip(messages, messages.dropFirst()).allSatisfy { left, right in
      (left.logTime, left.header.topic, left.header.sequence)
        < (right.logTime, right.header.topic, right.header.sequence)
    }
  }
}

/// Writes a file with its folders.
func write(_ text: String, to path: String) throws { try write(Array(text.utf8), to: path) }

/// Writes a file with its folders.
func write(_ bytes: [UInt8], to path: String) throws {
  let url = URL(fileURLWithPath: path)
  try FileManager.default.createDirectory(
    at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
  try Data(bytes).write(to: url)
}

/// The bytes of a file.
func bytes(of path: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// What opening or inspecting throws.
func failure(_ path: String) -> LogError? {
  do {
    _ = try RecordedLogs.open(path).inspect()
    return nil
  } catch {
    return error as? LogError
  }
}
