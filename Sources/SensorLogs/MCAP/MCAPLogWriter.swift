import Vision

/// Writes messages to an MCAP file: value types as ROS 2 messages, boxes as a Foxglove scene, encoded messages as they are.
///
/// The file bears a temporary name (`.partial`) until ``finish()``; every closed chunk in it is readable. Equal messages
/// give equal bytes, also when a writer resumes what another left behind.
public final class MCAPLogWriter: LogWriter {
  /// How payloads are encoded.
  public struct Options: Sendable {
    /// How pictures are written.
    public enum Images: Sendable, Equatable {
      /// As the pixels are.
      case raw
      case png
      /// Lossy; quality from 0 to 100.
      case jpeg(quality: Int)
    }
    /// How pictures are written.
    public var images = Images.png
    /// Whether depths are rounded to millimetres (16UC1) instead of kept in metres (32FC1).
    public var hasDepthsInMillimetres = false
    /// What the file holds beside its messages.
    public var container = MCAPWriterOptions()

    /// PNG pictures, exact depths, indexed zstd chunks.
    public init() {}
  }

  /// What tells channels apart.
  private struct Key: Hashable {
    var topic: String
    var type: String
    var messageEncoding: String
    var schemaEncoding: String
    var schema: [UInt8]
  }

  private let path: String
  private let options: Options
  private let writer: MCAPWriter
  private var channels: [Key: UInt16] = [:]
  /// The latest channel of each topic, so that its schema is not hashed for every message.
  private var latest: [String: (key: Key, id: UInt16)] = [:]
  private var schemas: [String: String] = [:]
  private var encoders: [String: ROSRecordEncoder] = [:]

  /// Bytes of the partial file that a writer which resumes may keep; changes when a chunk closes.
  public var durableByteCount: Int { writer.durableByteCount }

  /// Bytes of the open chunk before compression.
  public var openChunkByteCount: Int { writer.openChunkByteCount }

  /// The temporary name.
  public var partialPath: String { writer.partialPath }

  /// Starts a file.
  ///
  /// - Parameters:
  ///   - path: The name that the file shall have.
  ///   - options: How payloads are encoded.
  /// - Throws: ``LogError`` of kind `unwritable`.
  public init(_ path: String, options: Options = Options()) throws {
    self.path = path
    self.options = options
    writer = try MCAPWriter(path, options: options.container)
  }

  /// Goes on with a file that an earlier writer left behind.
  ///
  /// - Parameters:
  ///   - partialPath: The temporary name, which ends in `.partial`.
  ///   - byteCount: A value that ``durableByteCount`` had; what follows is dropped.
  ///   - options: Those of the earlier writer.
  /// - Throws: ``LogError`` of kind `unwritable` when the file cannot be opened or is damaged.
  public init(
    resuming partialPath: String, keeping byteCount: Int, options: Options = Options()
  ) throws {
    path = partialPath.hasSuffix(".partial") ? String(partialPath.dropLast(8)) : partialPath
    self.options = options
    writer = try MCAPWriter(
      resuming: partialPath, as: path, keeping: byteCount, options: options.container)
    for channel in writer.channels.values {
      let schema = writer.schemas[channel.schemaID]
      let key = Key(
        topic: channel.topic, type: schema?.name ?? "", messageEncoding: channel.messageEncoding,
        schemaEncoding: schema?.encoding ?? "", schema: schema?.data ?? [])
      channels[key] = channel.id
    }
  }

  /// Makes a type known, so that records of it are written as ROS 2 messages instead of JSON.
  ///
  /// - Parameters:
  ///   - name: The type's name, for example `my_msgs/msg/Odometer`.
  ///   - text: Its definition with those of the types it uses (`ros2msg`).
  public func register(schema name: String, text: String) {
    schemas[ROSSchema.longName(name)] = text
    encoders[ROSSchema.longName(name)] = nil
  }

  /// Appends a message.
  ///
  /// - Parameters:
  ///   - message: The message; its topic names the stream.
  ///   - logTime: When it was recorded; the instant of measurement when nil.
  /// - Throws: ``LogError`` of kind `unwritable` when the payload cannot be held or the disk is full.
  public func write(_ message: AnyMessage, logTime: Timestamp?) throws {
    do {
      try encode(message, at: logTime ?? message.header.timestamp)
    } catch let problem as FormatProblem {
      throw LogError(
        .unwritable, file: path, place: message.header.topic, problem: problem.text)
    } catch let error as VisionError {
      throw LogError(.unwritable, file: path, place: message.header.topic, problem: "\(error)")
    }
  }

  private func encode(_ message: AnyMessage, at logTime: Timestamp) throws {
    if let record = message.payload as? Record {
      return try write(record, message.header, logTime)
    }
    let encoded = try Self.encoded(message, options: options)
    try appendEncoded(
      topic: message.header.topic, type: encoded.type, encoded: encoded.message,
      header: message.header, logTime: logTime)
  }

  private func write(_ record: Record, _ header: MessageHeader, _ logTime: Timestamp) throws {
    let name = ROSSchema.longName(record.schemaName)
    if let text = schemas[name] ?? ROSStandardTypes.text(name) {
      let encoder: ROSRecordEncoder
      if let known = encoders[name] {
        encoder = known
      } else {
        encoder = ROSRecordEncoder(schema: try ROSSchema(name: name, text: text))
        encoders[name] = encoder
      }
      return try append(
        topic: header.topic, type: name, messageEncoding: "cdr", schemaEncoding: "ros2msg",
        schema: text, data: try encoder.encode(record)[...], logTime)
    }
    var json = JSONText()
    try json.record(record)
    try append(
      topic: header.topic, type: record.schemaName.isEmpty ? "record" : record.schemaName,
      messageEncoding: "json", schemaEncoding: "jsonschema", schema: "{\"type\":\"object\"}",
      data: json.bytes[...], logTime)
  }

  private func append(
    topic: String, type: String, messageEncoding: String, schemaEncoding: String, schema: String,
    data: ArraySlice<UInt8>, _ logTime: Timestamp
  ) throws {
    try appendEncoded(
      topic: topic, type: type,
      encoded: EncodedMessage(
        messageEncoding: messageEncoding, schemaEncoding: schemaEncoding,
        schema: [UInt8](schema.utf8),
        data: data), header: MessageHeader(timestamp: logTime, topic: topic), logTime: logTime)
  }

  /// Appends a message whose bytes are copied as they are.
  ///
  /// - Parameters:
  ///   - topic: The topic.
  ///   - type: The type's name.
  ///   - encoded: Bytes, encoding and schema.
  ///   - header: Header; its timestamp is taken where `logTime` is nil.
  ///   - logTime: When it was recorded.
  ///   - channelMetadata: Free text that a channel gets when this is its first message.
  /// - Throws: ``LogError`` of kind `unwritable`.
  public func appendEncoded(
    topic: String, type: String, encoded: EncodedMessage, header: MessageHeader,
    logTime: Timestamp?, channelMetadata: [String: String] = [:]
  ) throws {
    let key = Key(
      topic: topic, type: type, messageEncoding: encoded.messageEncoding,
      schemaEncoding: encoded.schemaEncoding, schema: encoded.schema)
    let channel = try channel(key, metadata: channelMetadata)
    let instant = logTime ?? header.timestamp
    guard let time = UInt64(exactly: instant.nanoseconds) else {
      throw LogError(
        .unwritable, file: path, place: topic,
        problem: "the time \(instant.nanoseconds) ns lies before 1970, which MCAP cannot hold")
    }
    let sequence = writer.statistics.channelMessageCounts[channel] ?? 0
    try writer.write(
      MCAPMessage(
        channelID: channel, sequence: UInt32(truncatingIfNeeded: sequence), logTime: time,
        publishTime: time, data: encoded.data))
  }

  private func channel(_ key: Key, metadata: [String: String]) throws -> UInt16 {
    if let known = latest[key.topic], known.key == key { return known.id }
    if let known = channels[key] {
      latest[key.topic] = (key, known)
      return known
    }
    let schema = try schemaID(key)
    guard writer.channels.count < Int(UInt16.max) else {
      throw LogError(.unwritable, file: path, problem: "there are more than 65535 channels")
    }
    let id = UInt16(writer.channels.count + 1)
    try writer.add(
      MCAPChannel(
        id: id, schemaID: schema, topic: key.topic, messageEncoding: key.messageEncoding,
        metadata: metadata))
    channels[key] = id
    latest[key.topic] = (key, id)
    return id
  }

  private func schemaID(_ key: Key) throws -> UInt16 {
    if key.type.isEmpty, key.schema.isEmpty { return 0 }
    for (id, schema) in writer.schemas
    where schema.name == key.type && schema.encoding == key.schemaEncoding
      && schema.data == key.schema
    {
      return id
    }
    guard writer.schemas.count < Int(UInt16.max) else {
      throw LogError(.unwritable, file: path, problem: "there are more than 65535 schemas")
    }
    let id = UInt16(writer.schemas.count + 1)
    try writer.add(
      MCAPSchema(id: id, name: key.type, encoding: key.schemaEncoding, data: key.schema))
    return id
  }

  /// Appends a file to be kept inside the log.
  ///
  /// - Parameter attachment: The attachment.
  /// - Throws: ``LogError`` of kind `unwritable`.
  public func write(_ attachment: MCAPAttachment) throws { try writer.write(attachment) }

  /// Appends named values that describe the log.
  ///
  /// - Parameter metadata: The metadata.
  /// - Throws: ``LogError`` of kind `unwritable`.
  public func write(_ metadata: MCAPMetadata) throws { try writer.write(metadata) }

  /// Closes the open chunk and waits until it is on the disk; ``durableByteCount`` then covers all messages so far.
  ///
  /// - Throws: ``LogError`` of kind `unwritable`.
  public func closeChunk() throws { try writer.closeChunk() }

  /// Completes the file and gives it its final name.
  ///
  /// - Throws: ``LogError`` of kind `unwritable`.
  public func finish() throws { try writer.finish() }
}
