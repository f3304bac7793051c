extension MCAPRecord {
  /// Parses a record's content.
  ///
  /// Bytes behind the known fields are ignored, as the format demands.
  init(opcode: UInt8, content: ArraySlice<UInt8>) throws {
    do {
      self = try content.withUnsafeBytes { bytes in
        var reader = ByteReader(bytes)
        return try Self.parse(opcode, &reader, content)
      }
    } catch let problem as FormatProblem {
      throw FormatProblem("the \(MCAPOpcode.name(opcode)) record is malformed: \(problem.text)")
    }
  }

  private static func parse(
    _ opcode: UInt8, _ reader: inout ByteReader, _ content: ArraySlice<UInt8>
  ) throws -> MCAPRecord {
    func slice(_ range: Range<Int>) -> ArraySlice<UInt8> {
      content[(content.startIndex + range.lowerBound)..<(content.startIndex + range.upperBound)]
    }
    switch opcode {
    case MCAPOpcode.header:
      return .header(profile: try reader.prefixedText(), library: try reader.prefixedText())
    case MCAPOpcode.footer:
      return .footer(
        MCAPFooter(
          summaryStart: try reader.integer(), summaryOffsetStart: try reader.integer(),
          summaryCRC: try reader.integer()))
    case MCAPOpcode.schema:
      let (id, name, encoding) = (
        try reader.integer(UInt16.self), try reader.prefixedText(), try reader.prefixedText()
      )
      let count = try reader.count32()
      return .schema(
        MCAPSchema(id: id, name: name, encoding: encoding, data: try reader.array(count)))
    case MCAPOpcode.channel:
      return .channel(
        MCAPChannel(
          id: try reader.integer(), schemaID: try reader.integer(),
          topic: try reader.prefixedText(), messageEncoding: try reader.prefixedText(),
          metadata: try reader.textMap()))
    case MCAPOpcode.message:
      return .message(
        MCAPMessage(
          channelID: try reader.integer(), sequence: try reader.integer(),
          logTime: try reader.integer(), publishTime: try reader.integer(),
          data: slice(try reader.range(reader.remaining))))
    case MCAPOpcode.chunk:
      let (start, end, size, crc) = (
        try reader.integer(UInt64.self), try reader.integer(UInt64.self),
        try reader.integer(UInt64.self), try reader.integer(UInt32.self)
      )
      let compression = try reader.prefixedText()
      let count = try reader.count64("the chunk's records")
      return .chunk(
        MCAPChunk(
          startTime: start, endTime: end, uncompressedSize: size, uncompressedCRC: crc,
          compression: compression, records: slice(try reader.range(count))))
    case MCAPOpcode.messageIndex:
      let channel = try reader.integer(UInt16.self)
      var entries: [MCAPMessageIndex.Entry] = []
      try reader.array32 { reader in
        entries.append(.init(logTime: try reader.integer(), offset: try reader.integer()))
      }
      return .messageIndex(MCAPMessageIndex(channelID: channel, entries: entries))
    case MCAPOpcode.chunkIndex: return .chunkIndex(try chunkIndex(&reader))
    case MCAPOpcode.attachment:
      let (logTime, createTime, name, media) = (
        try reader.integer(UInt64.self), try reader.integer(UInt64.self),
        try reader.prefixedText(), try reader.prefixedText()
      )
      let count = try reader.count64("the attachment")
      var attachment = MCAPAttachment(
        logTime: logTime, createTime: createTime, name: name, mediaType: media,
        data: slice(try reader.range(count)))
      attachment.crc = try reader.integer()
      return .attachment(attachment)
    case MCAPOpcode.attachmentIndex:
      return .attachmentIndex(
        MCAPAttachmentIndex(
          offset: try reader.integer(), length: try reader.integer(),
          logTime: try reader.integer(), createTime: try reader.integer(),
          dataSize: try reader.integer(), name: try reader.prefixedText(),
          mediaType: try reader.prefixedText()))
    case MCAPOpcode.statistics: return .statistics(try statistics(&reader))
    case MCAPOpcode.metadata:
      return .metadata(
        MCAPMetadata(name: try reader.prefixedText(), metadata: try reader.textMap()))
    case MCAPOpcode.metadataIndex:
      return .metadataIndex(
        MCAPMetadataIndex(
          offset: try reader.integer(), length: try reader.integer(),
          name: try reader.prefixedText()))
    case MCAPOpcode.summaryOffset:
      return .summaryOffset(
        MCAPSummaryOffset(
          groupOpcode: try reader.integer(), groupStart: try reader.integer(),
          groupLength: try reader.integer()))
    case MCAPOpcode.dataEnd: return .dataEnd(dataSectionCRC: try reader.integer())
    default: return .other(opcode: opcode, byteCount: content.count)
    }
  }

  private static func chunkIndex(_ reader: inout ByteReader) throws -> MCAPChunkIndex {
    var index = MCAPChunkIndex(
      startTime: try reader.integer(), endTime: try reader.integer(),
      chunkStart: try reader.integer(), chunkLength: try reader.integer(),
      messageIndexOffsets: [:], messageIndexLength: 0, compression: "", compressedSize: 0,
      uncompressedSize: 0)
    try reader.array32 { reader in
      let channel = try reader.integer(UInt16.self)
      index.messageIndexOffsets[channel] = try reader.integer(UInt64.self)
    }
    index.messageIndexLength = try reader.integer()
    index.compression = try reader.prefixedText()
    index.compressedSize = try reader.integer()
    index.uncompressedSize = try reader.integer()
    return index
  }

  private static func statistics(_ reader: inout ByteReader) throws -> MCAPStatistics {
    var statistics = MCAPStatistics()
    statistics.messageCount = try reader.integer()
    statistics.schemaCount = try reader.integer()
    statistics.channelCount = try reader.integer()
    statistics.attachmentCount = try reader.integer()
    statistics.metadataCount = try reader.integer()
    statistics.chunkCount = try reader.integer()
    statistics.startTime = try reader.integer()
    statistics.endTime = try reader.integer()
    try reader.array32 { reader in
      let channel = try reader.integer(UInt16.self)
      statistics.channelMessageCounts[channel] = try reader.integer(UInt64.self)
    }
    return statistics
  }
}

extension ByteReader {
  /// A 32-bit number of bytes that are there.
  mutating func count32() throws -> Int {
    let count = Int(try integer(UInt32.self))
    guard count <= remaining else {
      throw FormatProblem("a length of \(count) bytes exceeds the \(remaining) that are left")
    }
    return count
  }

  /// A 64-bit number of bytes that are there.
  mutating func count64(_ what: String) throws -> Int {
    let count = try integer(UInt64.self)
    guard count <= UInt64(remaining) else {
      throw FormatProblem(
        "the length of \(what), \(count) bytes, points beyond its record (\(remaining) bytes are left)"
      )
    }
    return Int(count)
  }

  /// Entries that fill a number of bytes given before them.
  mutating func array32(_ entry: (inout ByteReader) throws -> Void) throws {
    let count = try count32()
    let end = offset + count
    while offset < end { try entry(&self) }
    guard offset == end else { throw FormatProblem("an array's length does not fit its entries") }
  }

  mutating func textMap() throws -> [String: String] {
    var map: [String: String] = [:]
    try array32 { reader in
      let key = try reader.prefixedText()
      map[key] = try reader.prefixedText()
    }
    return map
  }
}
