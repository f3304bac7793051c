extension MCAPWriter {
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
}
