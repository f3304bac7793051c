/// One `.db3` file of a ROS 2 bag.
enum ROSBag2DatabaseFormat: LogFormat {
  static let name = "rosbag2"

  static func recognizes(_ path: LogPath) -> Bool {
    path.head.starts(with: Array("SQLite format 3\0".utf8))
  }

  static func open(_ path: LogPath) throws -> any RecordedLog {
    try ROSBag2DatabaseLog(path.path)
  }
}

/// A topic of a `.db3` file.
struct ROSBag2Topic: Sendable {
  var id: Int64
  var name: String
  var type: String
  var serialization: String
  var schema: ROSBag2Schema
}

/// How the messages of a type are laid out: the definition's text and the decoder that it makes.
struct ROSBag2Schema: Sendable {
  var text = ""
  /// Nil when messages cannot be decoded; ``problem`` says why.
  var decoder: ROSMessageDecoder?
  var problem = ""

  init(type: String, text recorded: String?, encoding: String, serialization: String) {
    guard serialization == "cdr" else {
      problem = "the serialization format '\(serialization)' is not supported; cdr is"
      return
    }
    guard let text = recorded ?? ROSDefinitions.text(of: type) else {
      problem =
        "the bag holds no definition of \(type) and Parallax brings none for it; bags recorded with ROS 2 "
        + "Iron or later hold them"
      return
    }
    guard recorded == nil || encoding == "ros2msg" else {
      problem = "the definition of \(type) is written as '\(encoding)', which is not supported"
      return
    }
    self.text = text
    do {
      decoder = try ROSMessageDecoder(schemaName: type, schemaText: text, encoding: .cdr)
    } catch {
      problem = (error as? LogError)?.problem ?? "\(error)"
    }
  }
}

/// An opened `.db3` file.
struct ROSBag2DatabaseLog: RecordedLog {
  let format = ROSBag2DatabaseFormat.name
  let path: String
  let streams: [LogStream]
  let damage: [LogDamage]
  let topics: [Int64: ROSBag2Topic]

  init(_ path: String) throws {
    self.path = path
    let database = try SQLiteDatabase(path)
    let columns = try database.columns(of: "messages")
    guard columns.isSuperset(of: ["id", "topic_id", "timestamp", "data"]),
      try database.columns(of: "topics").isSuperset(of: ["id", "name", "type"])
    else {
      throw LogError(
        .unreadable, file: path,
        problem:
          "is an SQLite file but no ROS 2 bag: the tables 'topics' and 'messages' are missing")
    }
    topics = try Self.readTopics(database)
    var found: [String: LogStream] = [:]
    for topic in topics.values.sorted(by: { $0.id < $1.id }) where found[topic.name] == nil {
      found[topic.name] = LogStream(
        topic: topic.name, type: topic.type,
        payloadType: try Self.payloadType(topic, database), messageCount: 0)
    }
    var damage: [LogDamage] = []
    do {
      try Self.count(database, topics, &found, &damage)
    } catch let error as LogError {
      damage.append(LogDamage(file: path, place: "table messages", problem: error.problem))
    }
    self.damage = damage
    streams = found.values.sorted { $0.topic < $1.topic }
  }

  private static func readTopics(_ database: SQLiteDatabase) throws -> [Int64: ROSBag2Topic] {
    var definitions: [String: (encoding: String, text: String)] = [:]
    let columns = try database.columns(of: "message_definitions")
    if columns.isSuperset(of: ["topic_type", "encoding", "encoded_message_definition"]) {
      let rows = try database.prepare(
        "SELECT topic_type, encoding, encoded_message_definition FROM message_definitions ORDER BY id"
      )
      while try rows.step() { definitions[rows.text(0)] = (rows.text(1), rows.text(2)) }
    }
    let hasFormat = try database.columns(of: "topics").contains("serialization_format")
    let rows = try database.prepare(
      "SELECT id, name, type, \(hasFormat ? "serialization_format" : "'cdr'") FROM topics ORDER BY id"
    )
    var topics: [Int64: ROSBag2Topic] = [:]
    while try rows.step() {
      let type = rows.text(2)
      let definition = definitions[type].flatMap { $0.text.isEmpty ? nil : $0 }
      let serialization = rows.text(3)
      topics[rows.integer(0)] = ROSBag2Topic(
        id: rows.integer(0), name: rows.text(1), type: type, serialization: serialization,
        schema: ROSBag2Schema(
          type: type, text: definition?.text, encoding: definition?.encoding ?? "",
          serialization: serialization))
    }
    return topics
  }

  private static func payloadType(_ topic: ROSBag2Topic, _ database: SQLiteDatabase) throws
    -> String
  {
    guard let decoder = topic.schema.decoder else { return Record.typeName }
    guard decoder.payloadType == "image" else { return decoder.payloadType }
    // Pictures and depth images share a type: the first message tells.
    let rows = try database.prepare("SELECT data FROM messages WHERE topic_id = ? LIMIT 1")
    try rows.bind(topic.id)
    guard (try? rows.step()) == true else { return decoder.payloadType }
    return decoder.payloadType(of: rows.bytes(0)[...])
  }

  private static func count(
    _ database: SQLiteDatabase, _ topics: [Int64: ROSBag2Topic], _ found: inout [String: LogStream],
    _ damage: inout [LogDamage]
  ) throws {
    let rows = try database.prepare(
      "SELECT topic_id, count(*), min(timestamp), max(timestamp) FROM messages GROUP BY topic_id")
    while try rows.step() {
      guard let topic = topics[rows.integer(0)], var stream = found[topic.name] else {
        damage.append(
          LogDamage(
            file: database.path, place: "table messages",
            problem:
              "\(rows.integer(1)) messages belong to topic \(rows.integer(0)), which is not defined"
              + "; they are lost"))
        continue
      }
      let (first, last) = (rows.integer(2), rows.integer(3))
      stream.messageCount = (stream.messageCount ?? 0) + Int(rows.integer(1))
      stream.first = min(
        stream.first ?? Timestamp(nanoseconds: .max), Timestamp(nanoseconds: first))
      stream.last = max(stream.last ?? Timestamp(nanoseconds: .min), Timestamp(nanoseconds: last))
      found[topic.name] = stream
    }
  }

  func messages(_ selection: LogSelection) throws -> any LogCursor {
    try ROSBag2DatabaseCursor(self, selection)
  }

  func inspect() throws -> LogInspection {
    let cursor = try ROSBag2DatabaseCursor(self, LogSelection())
    while try cursor.next() != nil {}
    return LogInspection(format: format, streams: streams, damage: cursor.damage)
  }
}
