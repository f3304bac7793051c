import CCompression

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
  public private(set) var statistics = MCAPStatistics()
  /// Bytes of the partial file that a writer which resumes may keep: everything up to the latest closed chunk.
  public private(set) var durableByteCount = 0
  /// Bytes of the open chunk before compression.
  public var openChunkByteCount: Int { chunk.count }
  /// The temporary name.
  public var partialPath: String { file.partialPath }

  private let file: PartialFile
  private var crc = CRC32()
  private var chunk = ByteWriter()
  private var chunkIndex: [UInt16: [MCAPMessageIndex.Entry]] = [:]
  private var chunkTimes: (first: UInt64, last: UInt64)?
  private var compressed: [UInt8] = []
  private var chunkIndexes: [MCAPChunkIndex] = []
  private var attachmentIndexes: [MCAPAttachmentIndex] = []
  private var metadataIndexes: [MCAPMetadataIndex] = []

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
    statistics.attachmentCount += 1
    attachmentIndexes.append(
      MCAPAttachmentIndex(
        offset: UInt64(start), length: UInt64(file.byteCount - start),
        logTime: attachment.logTime, createTime: attachment.createTime,
        dataSize: UInt64(attachment.data.count), name: attachment.name,
        mediaType: attachment.mediaType))
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
    statistics.metadataCount += 1
    metadataIndexes.append(
      MCAPMetadataIndex(
        offset: UInt64(start), length: UInt64(file.byteCount - start), name: metadata.name))
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

  /// Writes the summary and gives the file its final name.
  ///
  /// - Throws: ``LogError`` of kind `unwritable`.
  public func finish() throws {
    try endChunk()
    try append(.dataEnd(dataSectionCRC: options.hasCRCs ? crc.value : 0))
    crc = CRC32()
    let summaryStart = file.byteCount
    var groups: [(opcode: UInt8, start: Int, length: Int)] = []
    func group(_ records: [MCAPRecord]) throws {
      guard let first = records.first else { return }
      let start = file.byteCount
      for record in records { try append(record) }
      groups.append((first.opcode, start, file.byteCount - start))
    }
    if options.repeatsSchemas {
      try group(schemas.sorted { $0.key < $1.key }.map { .schema($0.value) })
    }
    if options.repeatsChannels {
      try group(channels.sorted { $0.key < $1.key }.map { .channel($0.value) })
    }
    if options.hasStatistics { try group([.statistics(statistics)]) }
    if options.hasChunkIndex { try group(chunkIndexes.map { .chunkIndex($0) }) }
    if options.hasAttachmentIndex { try group(attachmentIndexes.map { .attachmentIndex($0) }) }
    if options.hasMetadataIndex { try group(metadataIndexes.map { .metadataIndex($0) }) }
    var footer = MCAPFooter(
      summaryStart: groups.isEmpty ? 0 : UInt64(summaryStart), summaryOffsetStart: 0, summaryCRC: 0)
    if options.hasSummaryOffsets, !groups.isEmpty {
      footer.summaryOffsetStart = UInt64(file.byteCount)
      for group in groups {
        try append(
          .summaryOffset(
            MCAPSummaryOffset(
              groupOpcode: group.opcode, groupStart: UInt64(group.start),
              groupLength: UInt64(group.length))))
      }
    }
    var last = ByteWriter()
    MCAPRecord.footer(footer).write(to: &last)
    if options.hasCRCs {
      footer.summaryCRC = crc.updated(with: last.bytes[..<(last.count - 4)]).value
    }
    try append(.footer(footer))
    try append(MCAPOpcode.magic)
    try file.finish()
  }

  private func define(_ record: MCAPRecord) throws {
    if options.chunkByteCount == nil {
      try append(record)
    } else {
      record.write(to: &chunk)
    }
  }

  private func count(_ schema: MCAPSchema) {
    schemas[schema.id] = schema
    statistics.schemaCount += 1
  }

  private func count(_ channel: MCAPChannel) {
    channels[channel.id] = channel
    statistics.channelCount += 1
  }

  private func count(_ message: MCAPMessage) { count(message.channelID, message.logTime) }

  private func count(_ channel: UInt16, _ time: UInt64) {
    let isFirst = statistics.messageCount == 0
    statistics.startTime = isFirst ? time : min(statistics.startTime, time)
    statistics.endTime = isFirst ? time : max(statistics.endTime, time)
    statistics.messageCount += 1
    statistics.channelMessageCounts[channel, default: 0] += 1
  }

  private func append(_ record: MCAPRecord) throws {
    var writer = ByteWriter()
    record.write(to: &writer, padding: options.padding)
    try append(writer.bytes)
  }

  private func append(_ bytes: [UInt8]) throws {
    if options.hasCRCs { crc.update(with: bytes[...]) }
    try bytes.withUnsafeBytes { try file.append($0) }
  }

  /// Writes the open chunk with its message indexes.
  private func endChunk() throws {
    guard options.chunkByteCount != nil, chunk.count > 0 else { return }
    let checksum = options.hasCRCs ? CRC32(of: chunk.bytes).value : 0
    let records = try compress()
    let start = file.byteCount
    var head = ByteWriter()
    head.bytes.append(MCAPOpcode.chunk)
    head.integer(UInt64(40 + options.compressionName.utf8.count + records.count))
    head.integer(chunkTimes?.first ?? 0)
    head.integer(chunkTimes?.last ?? 0)
    head.integer(UInt64(chunk.count))
    head.integer(checksum)
    head.prefixedText(options.compressionName)
    head.integer(UInt64(records.count))
    try append(head.bytes)
    if options.hasCRCs { crc.update(with: records) }
    try records.withUnsafeBytes { try file.append($0) }
    var index = MCAPChunkIndex(
      startTime: chunkTimes?.first ?? 0, endTime: chunkTimes?.last ?? 0, chunkStart: UInt64(start),
      chunkLength: UInt64(file.byteCount - start), messageIndexOffsets: [:], messageIndexLength: 0,
      compression: options.compressionName, compressedSize: UInt64(records.count),
      uncompressedSize: UInt64(chunk.count))
    if options.hasMessageIndex {
      let indexStart = file.byteCount
      for (channel, entries) in chunkIndex.sorted(by: { $0.key < $1.key }) {
        index.messageIndexOffsets[channel] = UInt64(file.byteCount)
        try append(.messageIndex(MCAPMessageIndex(channelID: channel, entries: entries)))
      }
      index.messageIndexLength = UInt64(file.byteCount - indexStart)
    }
    chunkIndexes.append(index)
    statistics.chunkCount += 1
    chunk.bytes.removeAll(keepingCapacity: true)
    chunkIndex = [:]
    chunkTimes = nil
    durableByteCount = file.byteCount
  }

  private func compress() throws -> ArraySlice<UInt8> {
    let bound: Int
    switch options.compression {
    case .none: return chunk.bytes[...]
    case .lz4: bound = ccompression_lz4_bound(chunk.count)
    case .zstd: bound = ccompression_zstd_bound(chunk.count)
    }
    if compressed.count < bound { compressed = [UInt8](repeating: 0, count: bound) }
    var count = 0
    let status = chunk.bytes.withUnsafeBufferPointer { input in
      compressed.withUnsafeMutableBufferPointer { output in
        if case .zstd(let level) = options.compression {
          return ccompression_zstd_compress(
            input.baseAddress, input.count, Int32(min(max(level, 1), 19)), output.baseAddress,
            output.count, &count)
        }
        return ccompression_lz4_compress(
          input.baseAddress, input.count, output.baseAddress, output.count, &count)
      }
    }
    guard status == CCOMPRESSION_OK else {
      throw LogError(.unwritable, file: file.finalPath, problem: "a chunk cannot be compressed")
    }
    return compressed[..<count]
  }

  /// Reads back what an earlier writer wrote.
  private func restore(_ path: String) throws {
    let source = try RandomAccessFile(path)
    guard source.byteCount >= 8 else { throw FormatProblem("it is too short to be kept") }
    var position = 8
    var definitions = MCAPDefinitions()
    while position < source.byteCount {
      let prefix = try source.read(at: position, count: MCAPOpcode.prefixByteCount)
      let length = prefix.withUnsafeBytes {
        UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 1, as: UInt64.self))
      }
      guard length <= UInt64(source.byteCount - position - prefix.count) else {
        throw FormatProblem("the bytes to keep end inside a record")
      }
      let total = prefix.count + Int(length)
      try restore(prefix[0], at: position, total, source, &definitions)
      position += total
    }
    var start = 0
    while start < source.byteCount, options.hasCRCs {
      let count = min(1 << 20, source.byteCount - start)
      crc.update(with: try source.read(at: start, count: count)[...])
      start += count
    }
  }

  private func restore(
    _ opcode: UInt8, at position: Int, _ total: Int, _ source: RandomAccessFile,
    _ definitions: inout MCAPDefinitions
  ) throws {
    if opcode == MCAPOpcode.chunk {
      let place = MCAPChunkPlace(
        number: chunkIndexes.count + 1, offset: position, byteCount: total, startTime: 0, endTime: 0
      )
      let loaded = try MCAPLoadedChunk(place, of: source, definitions: &definitions)
      if let problem = loaded.problems.first { throw FormatProblem(problem) }
      for entry in loaded.index { count(entry.channelID, entry.logTime) }
      for schema in definitions.schemas.values where schemas[schema.id] == nil { count(schema) }
      for channel in definitions.channels.values where channels[channel.id] == nil {
        count(channel)
      }
      statistics.chunkCount += 1
      chunkIndexes.append(
        MCAPChunkIndex(
          startTime: loaded.chunk.startTime, endTime: loaded.chunk.endTime,
          chunkStart: UInt64(position), chunkLength: UInt64(total), messageIndexOffsets: [:],
          messageIndexLength: 0, compression: loaded.chunk.compression,
          compressedSize: UInt64(total - 49 - loaded.chunk.compression.utf8.count),
          uncompressedSize: loaded.chunk.uncompressedSize))
      return
    }
    let content = try source.read(at: position + 9, count: total - 9)
    switch try MCAPRecord(opcode: opcode, content: content[...]) {
    case .messageIndex(let index):
      guard !chunkIndexes.isEmpty else { break }
      chunkIndexes[chunkIndexes.count - 1].messageIndexOffsets[index.channelID] = UInt64(position)
      chunkIndexes[chunkIndexes.count - 1].messageIndexLength += UInt64(total)
    case .schema(let schema) where schemas[schema.id] == nil: count(schema)
    case .channel(let channel) where channels[channel.id] == nil: count(channel)
    case .message(let message): count(message)
    case .attachment(let attachment):
      statistics.attachmentCount += 1
      attachmentIndexes.append(
        MCAPAttachmentIndex(
          offset: UInt64(position), length: UInt64(total), logTime: attachment.logTime,
          createTime: attachment.createTime, dataSize: UInt64(attachment.data.count),
          name: attachment.name, mediaType: attachment.mediaType))
    case .metadata(let metadata):
      statistics.metadataCount += 1
      metadataIndexes.append(
        MCAPMetadataIndex(
          offset: UInt64(position), length: UInt64(total), name: metadata.name))
    default: break
    }
  }
}
