/// Reads a `.db3` file in (time, topic, sequence) order.
final class ROSBag2DatabaseCursor: LogCursor {
  /// A row without its data.
  private struct Row {
    var time: Int64
    var topic: ROSBag2Topic
    var id: Int64
  }

  private let log: ROSBag2DatabaseLog
  private let rows: SQLiteStatement
  private let data: SQLiteStatement
  private let selection: LogSelection
  private var sequences: [String: UInt64] = [:]
  /// Rows of one instant, last first.
  private var group: [Row] = []
  /// The first row of the next instant.
  private var ahead: Row?
  private var isAtEnd = false
  private(set) var damage: [LogDamage]

  init(_ log: ROSBag2DatabaseLog, _ selection: LogSelection) throws {
    self.log = log
    self.selection = selection
    damage = log.damage
    let database = try SQLiteDatabase(log.path)
    // Only small columns are sorted; the data are fetched one by one.
    rows = try database.prepare(
      "SELECT timestamp, topic_id, id FROM messages WHERE timestamp >= ?1 AND timestamp <= ?2 "
        + "ORDER BY timestamp, id")
    data = try database.prepare("SELECT data FROM messages WHERE id = ?")
    let from = selection.times?.lowerBound.nanoseconds ?? .min
    if let times = selection.times, times.isEmpty { isAtEnd = true }
    try rows.bind(from, (selection.times?.upperBound.nanoseconds).map { $0 &- 1 } ?? .max)
    guard from > .min else { return }
    // Messages before the range count, so that numbers do not depend on the selection.
    let before = try database.prepare(
      "SELECT topic_id, count(*) FROM messages WHERE timestamp < ? GROUP BY topic_id")
    try before.bind(from)
    while try before.step() {
      if let topic = log.topics[before.integer(0)] {
        sequences[topic.name, default: 0] += UInt64(before.integer(1))
      }
    }
  }

  func next() throws -> LogMessage? {
    while true {
      if group.isEmpty { fillGroup() }
      guard let row = group.popLast() else { return nil }
      let sequence = sequences[row.topic.name, default: 0]
      sequences[row.topic.name] = sequence + 1
      if let topics = selection.topics, !topics.contains(row.topic.name) { continue }
      guard let bytes = fetch(row) else { continue }
      return message(row, sequence, bytes)
    }
  }

  /// Takes all rows of the next instant and sorts them by topic.
  private func fillGroup() {
    var rows: [Row] = []
    if let ahead { rows.append(ahead) }
    ahead = nil
    while let row = nextRow() {
      if let first = rows.first, first.time != row.time {
        ahead = row
        break
      }
      rows.append(row)
    }
    group = rows.sorted { ($0.topic.name, $0.id) > ($1.topic.name, $1.id) }
  }

  private func nextRow() -> Row? {
    while !isAtEnd {
      do {
        guard try rows.step() else {
          isAtEnd = true
          return nil
        }
        guard let topic = log.topics[rows.integer(1)] else { continue }
        return Row(time: rows.integer(0), topic: topic, id: rows.integer(2))
      } catch {
        isAtEnd = true
        report("table messages", "\((error as? LogError)?.problem ?? "\(error)"); the rest is lost")
      }
    }
    return nil
  }

  private func fetch(_ row: Row) -> [UInt8]? {
    do {
      try data.bind(row.id)
      guard try data.step() else {
        report("message \(row.id)", "is listed by the index but not there")
        return nil
      }
      return data.bytes(0)
    } catch {
      report("message \(row.id)", (error as? LogError)?.problem ?? "\(error)")
      return nil
    }
  }

  private func report(_ place: String, _ problem: String) {
    damage.append(LogDamage(file: log.path, place: place, problem: problem))
  }

  private func message(_ row: Row, _ sequence: UInt64, _ bytes: [UInt8]) -> LogMessage {
    let schema = row.topic.schema
    let time = Timestamp(nanoseconds: row.time)
    let slice = bytes[...]
    var header = MessageHeader(timestamp: time, topic: row.topic.name, sequence: sequence)
    if let (stamp, frame) = schema.decoder?.peekHeader(slice) {
      header.frameName = frame
      // A stamp of 0 means that the sender set none.
      if stamp.nanoseconds != 0 { header.timestamp = stamp }
    }
    let encoded = EncodedMessage(
      messageEncoding: row.topic.serialization,
      schemaEncoding: schema.text.isEmpty ? "" : "ros2msg",
      schema: Array(schema.text.utf8), data: slice)
    let (file, place, known) = (log.path, "message \(row.id)", header)
    return LogMessage(header: header, logTime: time, type: row.topic.type, encoded: encoded) {
      guard let decoder = schema.decoder else {
        throw LogError(.undecodable, file: file, place: place, problem: schema.problem)
      }
      return try decoder.decode(slice, header: known, file: file, place: place)
    }
  }
}
