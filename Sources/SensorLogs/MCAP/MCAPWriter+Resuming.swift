extension MCAPWriter {
  /// Reads back what an earlier writer wrote.
  func restore(_ path: String) throws {
    let source = try RandomAccessFile(path)
    guard source.byteCount >= 8 else { throw FormatProblem("it is too short to be kept") }
    var position = 8
    var definitions = MCAPDefinitions()
    while position < source.byteCount {
      let prefix = try source.read(at: position, count: MCAPOpcode.prefixByteCount)
      let length = MCAPOpcode.contentByteCount(prefix[...])
      guard length <= UInt64(source.byteCount - position - prefix.count) else {
        throw FormatProblem("the bytes to keep end inside a record")
      }
      let total = prefix.count + Int(length)
      try restore(prefix[0], at: position, total, source, &definitions)
      position += total
    }
    if options.hasCRCs { try crc.update(with: 0..<source.byteCount, of: source) }
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
    case .attachment(let attachment): count(attachment, at: position..<(position + total))
    case .metadata(let metadata): count(metadata, at: position..<(position + total))
    default: break
    }
  }
}
