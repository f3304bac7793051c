/// The schemas and channels that a log defines, by number.
struct MCAPDefinitions: Sendable {
  private(set) var schemas: [UInt16: MCAPSchema] = [:]
  private(set) var channels: [UInt16: MCAPChannel] = [:]

  /// Takes a schema; nil, or what is wrong with it.
  mutating func define(_ schema: MCAPSchema) -> String? {
    guard schema.id != 0 else { return "a schema has the number 0, which means none" }
    guard let known = schemas[schema.id] else {
      schemas[schema.id] = schema
      return nil
    }
    return known == schema
      ? nil : "schema \(schema.id) ('\(known.name)') is defined again with other content"
  }

  /// Takes a channel; nil, or what is wrong with it: a channel that differs from what its number meant before is not taken.
  mutating func define(_ channel: MCAPChannel) -> String? {
    guard let known = channels[channel.id] else {
      channels[channel.id] = channel
      return nil
    }
    guard
      known.topic != channel.topic || known.schemaID != channel.schemaID
        || known.messageEncoding != channel.messageEncoding
    else { return nil }
    return
      "channel \(channel.id) is defined again and differs (conflict): '\(channel.topic)' instead of '\(known.topic)'"
  }

  /// Channels that refer to a schema that is not there, as damage.
  func problems() -> [String] {
    channels.values.sorted { $0.id < $1.id }.compactMap { channel in
      guard channel.schemaID != 0, schemas[channel.schemaID] == nil else { return nil }
      return
        "channel \(channel.id) ('\(channel.topic)') refers to schema \(channel.schemaID), which does not exist;"
        + " its messages cannot be decoded"
    }
  }
}

/// Where one message's record lies, in a chunk's records or in the file.
struct MCAPMessageEntry: Sendable {
  var logTime: Int64
  /// Where the record's content starts.
  var offset: Int
  var byteCount: UInt32
  var sequence: UInt32
  var channelID: UInt16
}

/// Where a chunk's record lies.
struct MCAPChunkPlace: Sendable {
  /// Counted from 1 in the order of the file.
  var number = 0
  /// Where the record starts.
  var offset: Int
  /// Bytes of the record with opcode and length, as far as they are there.
  var byteCount: Int
  /// Whether the record claims more than the file holds.
  var isCut = false
  var startTime: UInt64
  var endTime: UInt64
  /// Channels with messages inside, when a message index tells.
  var channels: Set<UInt16>?

  /// For damage reports.
  var place: String { "chunk \(number) at byte \(offset)" }
}
