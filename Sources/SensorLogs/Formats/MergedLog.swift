/// Several logs read as one: the parts of a recording.
struct MergedLog: RecordedLog {
  let format: String
  let parts: [any RecordedLog]
  let streams: [LogStream]
  let damage: [LogDamage]

  init(format: String, parts: [any RecordedLog], damage: [LogDamage] = []) {
    self.format = format
    self.parts = parts
    self.damage = damage + parts.flatMap(\.damage)
    streams = Self.merged(parts.map(\.streams))
  }

  /// Streams of the same topic as one: counts add up where all are known.
  static func merged(_ lists: [[LogStream]]) -> [LogStream] {
    var found: [String: LogStream] = [:]
    for stream in lists.joined() {
      guard var known = found[stream.topic] else {
        found[stream.topic] = stream
        continue
      }
      if let a = known.messageCount, let b = stream.messageCount {
        known.messageCount = a + b
      } else {
        known.messageCount = nil
      }
      known.first = [known.first, stream.first].compactMap { $0 }.min()
      known.last = [known.last, stream.last].compactMap { $0 }.max()
      // A part without messages of a topic cannot tell depth from colour.
      if stream.messageCount != 0, stream.payloadType != known.payloadType {
        known.payloadType = stream.payloadType
      }
      found[stream.topic] = known
    }
    return found.values.sorted { $0.topic < $1.topic }
  }

  func messages(_ selection: LogSelection) throws -> any LogCursor {
    try MergedCursor(self, selection)
  }

  func inspect() throws -> LogInspection {
    var streams: [[LogStream]] = []
    var found = damage
    var notes: [String] = []
    for part in parts {
      do {
        let inspection = try part.inspect()
        streams.append(inspection.streams)
        found += inspection.damage.filter { !found.contains($0) }
        notes += inspection.notes
      } catch let error as LogError {
        found.append(LogDamage(file: error.file, place: error.place, problem: error.problem))
      }
    }
    return LogInspection(
      format: format, streams: Self.merged(streams), damage: found, notes: notes)
  }
}

/// Reads parts in (time, topic, sequence) order: a part is opened when its first message may be next.
final class MergedCursor: LogCursor {
  /// A part that is being read, with its next message.
  private final class Source {
    let cursor: any LogCursor
    let part: Int
    var message: LogMessage

    init(cursor: any LogCursor, part: Int, message: LogMessage) {
      self.cursor = cursor
      self.part = part
      self.message = message
    }

    func precedes(_ other: Source) -> Bool {
      let (a, b) = (message.header, other.message.header)
      if message.logTime != other.message.logTime { return message.logTime < other.message.logTime }
      return (a.topic, part, a.sequence) < (b.topic, other.part, b.sequence)
    }
  }

  private let log: MergedLog
  private let selection: LogSelection
  /// Parts that are not open yet, latest first.
  private var pending: [(part: Int, first: Timestamp)] = []
  private var open = PriorityQueue<Source> { $0.precedes($1) }
  private var cursors: [any LogCursor] = []
  /// Messages of a topic in the parts before one, so that numbers run on.
  private let offsets: [[String: UInt64]]

  init(_ log: MergedLog, _ selection: LogSelection) throws {
    self.log = log
    self.selection = selection
    var counts: [String: UInt64] = [:]
    var offsets: [[String: UInt64]] = []
    for part in log.parts {
      offsets.append(counts)
      for stream in part.streams {
        counts[stream.topic, default: 0] += UInt64(stream.messageCount ?? 0)
      }
    }
    self.offsets = offsets
    // Parts whose times are unknown are opened at once.
    pending = log.parts.enumerated().map { index, part in
      let known = part.streams.filter { $0.messageCount != 0 }
      let first = known.allSatisfy { $0.first != nil } ? known.compactMap(\.first).min() : nil
      return (index, first ?? Timestamp(nanoseconds: .min))
    }.sorted { ($0.first, $0.part) > ($1.first, $1.part) }
  }

  var damage: [LogDamage] {
    var found = log.damage
    for item in cursors.flatMap(\.damage) where !found.contains(item) { found.append(item) }
    return found
  }

  func next() throws -> LogMessage? {
    while let (part, first) = pending.last, open.first.map({ first <= $0.message.logTime }) ?? true
    {
      pending.removeLast()
      let cursor = try log.parts[part].messages(selection)
      cursors.append(cursor)
      if let message = try cursor.next() {
        open.insert(Source(cursor: cursor, part: part, message: message))
      }
    }
    guard let source = open.removeFirst() else { return nil }
    let message = renumbered(
      source.message, by: offsets[source.part][source.message.header.topic] ?? 0)
    if let next = try source.cursor.next() {
      source.message = next
      open.insert(source)
    }
    return message
  }

  private func renumbered(_ message: LogMessage, by offset: UInt64) -> LogMessage {
    guard offset != 0 else { return message }
    var header = message.header
    header.sequence += offset
    let sequence = header.sequence
    return LogMessage(
      header: header, logTime: message.logTime, type: message.type, encoded: message.encoded
    ) {
      var decoded = try message.decoded()
      decoded.header.sequence = sequence
      return decoded
    }
  }
}
