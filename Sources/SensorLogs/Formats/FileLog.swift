import Foundation

/// A log whose messages lie in files of a folder: listed at opening, read and decoded when a message is asked for.
struct FileLog: RecordedLog {
  let format: String
  let path: String
  let streams: [LogStream]
  let damage: [LogDamage]
  let notes: [String]
  let entries: [FileEntry]
  /// Whether images of one topic should all have one size.
  let expectsEqualSizes: Bool

  /// Puts entries in order and numbers them; throws when there are none.
  init(
    format: String, path: String, entries unordered: [FileEntry], damage: [LogDamage] = [],
    notes: [String] = [], expectsEqualSizes: Bool = false
  ) throws {
    guard !unordered.isEmpty else {
      let reasons = damage.prefix(3).map(\.description).joined(separator: "; ")
      throw LogError(
        .unreadable, file: path,
        problem: "no frames found for the layout \(format)"
          + (reasons.isEmpty ? "" : ": " + reasons))
    }
    // Stable: entries of one topic and time keep the order in which the format listed them.
    var entries = unordered.enumerated().sorted { left, right in
      (left.element.timestamp, left.element.topic, left.offset)
        < (right.element.timestamp, right.element.topic, right.offset)
    }.map(\.element)
    var streams: [String: LogStream] = [:]
    for index in entries.indices {
      let entry = entries[index]
      var stream = streams[entry.topic] ?? entry.emptyStream
      entries[index].sequence = UInt64(stream.messageCount ?? 0)
      stream.count(entry)
      streams[entry.topic] = stream
    }
    self.format = format
    self.path = path
    self.entries = entries
    self.streams = streams.values.sorted { $0.topic < $1.topic }
    self.damage = damage
    self.notes = notes
    self.expectsEqualSizes = expectsEqualSizes
  }

  func messages(_ selection: LogSelection) throws -> any LogCursor {
    FileLogCursor(log: self, selection: selection)
  }

  /// Counts what can be read: a message whose file is beyond repair is damage, not a message.
  func inspect() throws -> LogInspection {
    var found = damage
    var notes = notes
    var known = Set(found.map(\.description))
    var sizes: [String: PixelSize] = [:]
    var readable: [String: LogStream] = [:]
    for entry in entries {
      let check = entry.content.check()
      if check.isReadable { readable[entry.topic, default: entry.emptyStream].count(entry) }
      for damage in check.damage where known.insert(damage.description).inserted {
        found.append(damage)
      }
      guard expectsEqualSizes, let size = check.size else { continue }
      if let first = sizes[entry.topic], first != size {
        notes.append(
          "\(entry.content.file): the image is \(size.text), the first one of \(entry.topic) is \(first.text)"
        )
      }
      if sizes[entry.topic] == nil { sizes[entry.topic] = size }
    }
    if readable.isEmpty, let first = found.first {
      let file = entries.count == 1 ? path : path + ": " + first.file
      throw LogError(.unreadable, file: file, place: first.place, problem: first.problem)
    }
    let counted = streams.map { stream in
      readable[stream.topic]
        ?? LogStream(
          topic: stream.topic, type: stream.type, payloadType: stream.payloadType, messageCount: 0)
    }
    return LogInspection(format: format, streams: counted, damage: found, notes: notes)
  }
}

extension FileEntry {
  /// The stream that this entry belongs to, without messages.
  fileprivate var emptyStream: LogStream {
    LogStream(
      topic: topic, type: content.payloadType, payloadType: content.payloadType, messageCount: 0)
  }
}

extension LogStream {
  /// Takes in one more message, in order of time.
  fileprivate mutating func count(_ entry: FileEntry) {
    messageCount = (messageCount ?? 0) + 1
    if first == nil { first = entry.timestamp }
    last = entry.timestamp
  }
}

/// Damage that decoders meet on whatever thread they run.
final class DamageList: @unchecked Sendable {
  private let lock = NSLock()
  private var items: [LogDamage] = []

  func append(_ item: LogDamage) { lock.withLock { items.append(item) } }
  var all: [LogDamage] { lock.withLock { items } }
}

/// Reads a ``FileLog`` in order.
final class FileLogCursor: LogCursor {
  private let log: FileLog
  private let topics: Set<String>?
  private var position: Int
  private let end: Int
  private let met = DamageList()

  init(log: FileLog, selection: LogSelection) {
    self.log = log
    self.topics = selection.topics
    position = selection.times.map { log.firstEntry(at: $0.lowerBound) } ?? 0
    end = selection.times.map { log.firstEntry(at: $0.upperBound) } ?? log.entries.count
  }

  var damage: [LogDamage] { log.damage + met.all }

  func next() -> LogMessage? {
    while position < end {
      let entry = log.entries[position]
      position += 1
      if let topics, !topics.contains(entry.topic) { continue }
      let header = MessageHeader(
        timestamp: entry.timestamp, frameName: entry.frameName, topic: entry.topic,
        sequence: entry.sequence)
      let content = entry.content
      let met = met
      return LogMessage(header: header, logTime: entry.timestamp, type: content.payloadType) {
        do {
          return AnyMessage(header: header, payload: try content.payload(met.append))
        } catch let error as LogError {
          throw error
        } catch {
          throw content.failure("\(error)")
        }
      }
    }
    return nil
  }
}

extension FileLog {
  /// Position of the first entry at or after `time`.
  fileprivate func firstEntry(at time: Timestamp) -> Int {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].timestamp < time { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
