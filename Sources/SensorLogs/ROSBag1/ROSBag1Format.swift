/// ROS 1 bags, version 2.0.
enum ROSBag1Format: LogFormat {
  static let name = "rosbag1"
  private static let magic = Array("#ROSBAG V".utf8)

  static func recognizes(_ path: LogPath) -> Bool { path.head.starts(with: magic) }

  static func open(_ path: LogPath) throws -> any RecordedLog {
    let version = String(
      decoding: path.head.dropFirst(magic.count).prefix { $0 != 10 }.prefix(16), as: UTF8.self)
    guard version == "2.0" else {
      throw LogError(
        .unreadable, file: path.path,
        problem:
          "bag version \(version) is not supported; 2.0 is ('rosbag migrate' converts older ones)")
    }
    let file = try RandomAccessFile(path.path)
    let header: BagRecordInFile
    do {
      header = try BagRecordInFile(file, at: 13)
    } catch let problem as FormatProblem {
      throw LogError(
        .unreadable, file: path.path, problem: "the bag header cannot be read: \(problem.text)")
    }
    guard header.header.operation == .bag else {
      throw LogError(.unreadable, file: path.path, problem: "the first record is no bag header")
    }
    if let encryptor = header.header.encryptor, !encryptor.isEmpty {
      throw LogError(
        .unreadable, file: path.path, problem: "the bag is encrypted (\(encryptor)): not supported")
    }
    return try ROSBag1Log(file, index: BagIndex(file, bagHeader: header))
  }
}

/// An opened ROS 1 bag.
struct ROSBag1Log: RecordedLog {
  let format = ROSBag1Format.name
  let file: RandomAccessFile
  let index: BagIndex
  let streams: [LogStream]
  var damage: [LogDamage] { index.damage }

  init(_ file: RandomAccessFile, index: BagIndex) throws {
    self.file = file
    self.index = index
    var streams: [String: LogStream] = [:]
    for connection in index.connections.values.sorted(by: { $0.number < $1.number })
    where streams[connection.topic] == nil {
      streams[connection.topic] = LogStream(
        topic: connection.topic, type: connection.type,
        payloadType: try Self.payloadType(connection, file, index), messageCount: 0)
    }
    for chunk in index.chunks {
      for (number, count) in chunk.counts {
        guard let topic = index.connections[number]?.topic else { continue }
        streams[topic]?.messageCount? += count
      }
    }
    self.streams = streams.values.sorted { $0.topic < $1.topic }
  }

  /// Pictures and depth images share a type: the first message tells.
  private static func payloadType(
    _ connection: BagConnection, _ file: RandomAccessFile, _ index: BagIndex
  ) throws -> String {
    guard let decoder = connection.decoder else { return Record.typeName }
    guard decoder.payloadType == "image",
      let info = index.chunks.first(where: { chunk in
        chunk.counts.contains { $0.connection == connection.number }
      })
    else { return decoder.payloadType }
    let chunk = try BagChunk(file, at: info.position)
    guard let message = chunk.messages.first(where: { $0.connection == connection.number }) else {
      return decoder.payloadType
    }
    return decoder.payloadType(of: chunk.bytes[message.data])
  }

  func messages(_ selection: LogSelection) throws -> any LogCursor {
    ROSBag1Cursor(self, selection)
  }

  func inspect() throws -> LogInspection {
    let cursor = ROSBag1Cursor(self, LogSelection())
    var found: [String: LogStream] = [:]
    for var stream in streams {
      stream.messageCount = 0
      found[stream.topic] = stream
    }
    while let message = try cursor.next() {
      guard var stream = found[message.header.topic] else { continue }
      stream.messageCount = (stream.messageCount ?? 0) + 1
      if stream.first == nil { stream.first = message.logTime }
      stream.last = message.logTime
      found[message.header.topic] = stream
    }
    return LogInspection(
      format: format, streams: found.values.sorted { $0.topic < $1.topic }, damage: cursor.damage)
  }
}
