/// Writes the records of an MCAP file, with its chunks, indexes and checksums.
///
/// The file bears a temporary name (`.partial`) until ``finish()``; every closed chunk in it is readable. Used from one
/// thread at a time.
public final class MCAPWriter {
  /// What the file shall hold beside its messages.
  public let options: MCAPWriterOptions
  /// Schemas written so far, by number.
  public private(set) var schemas: [UInt16: MCAPSchema] = [:]
  /// Channels written so far, by number.
  public private(set) var channels: [UInt16: MCAPChannel] = [:]
  /// Counts and times of what was written.
  public internal(set) var statistics = MCAPStatistics()
  /// Bytes of the partial file that a writer which resumes may keep: everything up to the latest closed chunk.
  public internal(set) var durableByteCount = 0
  /// Bytes of the open chunk before compression.
  public var openChunkByteCount: Int { chunk.count }
  /// The temporary name.
  public var partialPath: String { file.partialPath }

  let file: PartialFile
  var crc = CRC32()
  var chunk = ByteWriter()
  var chunkIndex: [UInt16: [MCAPMessageIndex.Entry]] = [:]
  var chunkTimes: (first: UInt64, last: UInt64)?
  var compressed: [UInt8] = []
  var chunkIndexes: [MCAPChunkIndex] = []
  var attachmentIndexes: [MCAPAttachmentIndex] = []
  var metadataIndexes: [MCAPMetadataIndex] = []

  /// Starts a file.
  ///
  /// - Parameters:
  ///   - path: The name that the file shall have.
  ///   - options: What it shall hold beside its messages.
  /// - Throws: ``LogError`` of kind `unwritable`.
  public init(_ path: String, options: MCAPWriterOptions = MCAPWriterOptions()) throws {
    self.options = options
    file = try PartialFile(finalPath: path)
    try append(MCAPOpcode.magic)
    try append(.header(profile: options.profile, library: options.library))
    durableByteCount = file.byteCount
  }

  /// Goes on with a file that an earlier writer left behind, so that the result equals one that was written without a break.
  ///
  /// - Parameters:
  ///   - partialPath: The temporary name.
  ///   - path: The name that the file shall have.
  ///   - byteCount: A value that ``durableByteCount`` had; what follows is dropped.
  ///   - options: Those of the earlier writer.
  /// - Throws: ``LogError`` of kind `unwritable` when the file cannot be opened or is damaged.
  public init(
    resuming partialPath: String, as path: String, keeping byteCount: Int,
    options: MCAPWriterOptions = MCAPWriterOptions()
  ) throws {
    self.options = options
    file = try PartialFile(partialPath: partialPath, finalPath: path, keeping: byteCount)
    do {
      try restore(partialPath)
    } catch let problem as FormatProblem {
      throw problem.asLogError(.unwritable, file: partialPath, place: "resuming")
    }
    durableByteCount = file.byteCount
  }

  /// Writes a schema; one that was written before is passed over.
  ///
  /// - Parameter schema: The schema; its number is not 0.
  /// - Throws: ``LogError`` of kind `unwritable`.
  public func add(_ schema: MCAPSchema) throws {
    precondition(schema.id != 0, "a schema cannot have the number 0")
    if let known = schemas[schema.id] {
      precondition(known == schema, "schema \(schema.id) was written with other content")
      return
    }
    try define(.schema(schema))
    count(schema)
  }

  /// Writes a channel; one that was written before is passed over.
  ///
  /// - Parameter channel: The channel; its schema was written before.
  /// - Throws: ``LogError`` of kind `unwritable`.
  public func add(_ channel: MCAPChannel) throws {
    if let known = channels[channel.id] {
      precondition(known == channel, "channel \(channel.id) was written with other content")
      return
    }
    try define(.channel(channel))
    count(channel)
  }

  /// Writes a message.
  ///
  /// - Parameter message: The message; its channel was written before.
  /// - Throws: ``LogError`` of kind `unwritable`.
  public func write(_ message: MCAPMessage) throws {
    guard message.data.count <= MCAPChunk.greatestByteCount / 2 else {
      throw LogError(
        .unwritable, file: file.finalPath,
        problem: "a message of \(message.data.count) bytes is larger than 512 MiB")
    }
    count(message)
    guard let limit = options.chunkByteCount else {
      return try append(.message(message))
    }
    chunkIndex[message.channelID, default: []].append(
      .init(logTime: message.logTime, offset: UInt64(chunk.count)))
    chunkTimes = (
      min(chunkTimes?.first ?? message.logTime, message.logTime),
      max(chunkTimes?.last ?? message.logTime, message.logTime)
    )
    MCAPRecord.message(message).write(to: &chunk)
    if chunk.count >= limit { try endChunk() }
  }

  /// Writes an attachment.
  ///
  /// - Parameter attachment: The attachment; its checksum is computed.
  /// - Throws: ``LogError`` of kind `unwritable`.
  public func write(_ attachment: MCAPAttachment) throws {
    try endChunk()
    var attachment = attachment
    attachment.crc = 0
    if options.hasCRCs {
      var content = ByteWriter()
      MCAPRecord.attachment(attachment).write(to: &content)
      attachment.crc = CRC32().updated(with: content.bytes[9..<(content.count - 4)]).value
    }
    let start = file.byteCount
    try append(.attachment(attachment))
    count(attachment, at: start..<file.byteCount)
    durableByteCount = file.byteCount
  }

  /// Writes metadata.
  ///
  /// - Parameter metadata: The metadata.
  /// - Throws: ``LogError`` of kind `unwritable`.
  public func write(_ metadata: MCAPMetadata) throws {
    try endChunk()
    let start = file.byteCount
    try append(.metadata(metadata))
    count(metadata, at: start..<file.byteCount)
    durableByteCount = file.byteCount
  }

  /// Closes the open chunk and waits until it is on the disk.
  ///
  /// - Throws: ``LogError`` of kind `unwritable`.
  public func closeChunk() throws {
    try endChunk()
    if options.chunkByteCount == nil { durableByteCount = file.byteCount }
    try file.synchronize()
  }

  private func define(_ record: MCAPRecord) throws {
    if options.chunkByteCount == nil {
      try append(record)
    } else {
      record.write(to: &chunk)
    }
  }

  func count(_ schema: MCAPSchema) {
    schemas[schema.id] = schema
    statistics.schemaCount += 1
  }

  func count(_ channel: MCAPChannel) {
    channels[channel.id] = channel
    statistics.channelCount += 1
  }

  func count(_ message: MCAPMessage) { count(message.channelID, message.logTime) }

  func count(_ channel: UInt16, _ time: UInt64) {
    let isFirst = statistics.messageCount == 0
    statistics.startTime = isFirst ? time : min(statistics.startTime, time)
    statistics.endTime = isFirst ? time : max(statistics.endTime, time)
    statistics.messageCount += 1
    statistics.channelMessageCounts[channel, default: 0] += 1
  }

  func count(_ attachment: MCAPAttachment, at place: Range<Int>) {
    statistics.attachmentCount += 1
    attachmentIndexes.append(
      MCAPAttachmentIndex(
        offset: UInt64(place.lowerBound), length: UInt64(place.count),
        logTime: attachment.logTime, createTime: attachment.createTime,
        dataSize: UInt64(attachment.data.count), name: attachment.name,
        mediaType: attachment.mediaType))
  }

  func count(_ metadata: MCAPMetadata, at place: Range<Int>) {
    statistics.metadataCount += 1
    metadataIndexes.append(
      MCAPMetadataIndex(
        offset: UInt64(place.lowerBound), length: UInt64(place.count), name: metadata.name))
  }

  func append(_ record: MCAPRecord) throws {
    var writer = ByteWriter()
    record.write(to: &writer, padding: options.padding)
    try append(writer.bytes)
  }

  func append(_ bytes: [UInt8]) throws {
    if options.hasCRCs { crc.update(with: bytes[...]) }
    try bytes.withUnsafeBytes { try file.append($0) }
  }
}
