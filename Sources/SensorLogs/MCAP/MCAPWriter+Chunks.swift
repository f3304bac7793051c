import CCompression

extension MCAPWriter {
  /// Writes the open chunk with its message indexes.
  func endChunk() throws {
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
}
