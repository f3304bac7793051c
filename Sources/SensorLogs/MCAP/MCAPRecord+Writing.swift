extension MCAPRecord {
  /// The record's opcode.
  var opcode: UInt8 {
    switch self {
    case .header: MCAPOpcode.header
    case .footer: MCAPOpcode.footer
    case .schema: MCAPOpcode.schema
    case .channel: MCAPOpcode.channel
    case .message: MCAPOpcode.message
    case .chunk: MCAPOpcode.chunk
    case .messageIndex: MCAPOpcode.messageIndex
    case .chunkIndex: MCAPOpcode.chunkIndex
    case .attachment: MCAPOpcode.attachment
    case .attachmentIndex: MCAPOpcode.attachmentIndex
    case .statistics: MCAPOpcode.statistics
    case .metadata: MCAPOpcode.metadata
    case .metadataIndex: MCAPOpcode.metadataIndex
    case .summaryOffset: MCAPOpcode.summaryOffset
    case .dataEnd: MCAPOpcode.dataEnd
    case .other(let opcode, _): opcode
    }
  }

  /// Appends the record with opcode and length; maps are written in the order of their keys.
  func write(to writer: inout ByteWriter, padding: [UInt8] = []) {
    writer.bytes.append(opcode)
    let start = writer.count
    writer.integer(UInt64(0))
    writeContent(to: &writer)
    switch self {
    case .message, .chunk, .footer, .dataEnd: break
    default: writer.bytes += padding
    }
    writer.set(UInt64(writer.count - start - 8), at: start)
  }

  private func writeContent(to writer: inout ByteWriter) {
    switch self {
    case .header(let profile, let library):
      writer.prefixedText(profile)
      writer.prefixedText(library)
    case .footer(let footer):
      writer.integer(footer.summaryStart)
      writer.integer(footer.summaryOffsetStart)
      writer.integer(footer.summaryCRC)
    case .schema(let schema):
      writer.integer(schema.id)
      writer.prefixedText(schema.name)
      writer.prefixedText(schema.encoding)
      writer.integer(UInt32(schema.data.count))
      writer.bytes += schema.data
    case .channel(let channel):
      writer.integer(channel.id)
      writer.integer(channel.schemaID)
      writer.prefixedText(channel.topic)
      writer.prefixedText(channel.messageEncoding)
      writer.textMap(channel.metadata)
    case .message(let message):
      writer.integer(message.channelID)
      writer.integer(message.sequence)
      writer.integer(message.logTime)
      writer.integer(message.publishTime)
      writer.bytes += message.data
    case .chunk(let chunk):
      writer.integer(chunk.startTime)
      writer.integer(chunk.endTime)
      writer.integer(chunk.uncompressedSize)
      writer.integer(chunk.uncompressedCRC)
      writer.prefixedText(chunk.compression)
      writer.integer(UInt64(chunk.records.count))
      writer.bytes += chunk.records
    case .messageIndex(let index):
      writer.integer(index.channelID)
      writer.prefixed { writer in
        for entry in index.entries {
          writer.integer(entry.logTime)
          writer.integer(entry.offset)
        }
      }
    case .chunkIndex(let index):
      writer.integer(index.startTime)
      writer.integer(index.endTime)
      writer.integer(index.chunkStart)
      writer.integer(index.chunkLength)
      writer.numberMap(index.messageIndexOffsets)
      writer.integer(index.messageIndexLength)
      writer.prefixedText(index.compression)
      writer.integer(index.compressedSize)
      writer.integer(index.uncompressedSize)
    case .attachment(let attachment):
      writer.integer(attachment.logTime)
      writer.integer(attachment.createTime)
      writer.prefixedText(attachment.name)
      writer.prefixedText(attachment.mediaType)
      writer.integer(UInt64(attachment.data.count))
      writer.bytes += attachment.data
      writer.integer(attachment.crc)
    case .attachmentIndex(let index):
      writer.integer(index.offset)
      writer.integer(index.length)
      writer.integer(index.logTime)
      writer.integer(index.createTime)
      writer.integer(index.dataSize)
      writer.prefixedText(index.name)
      writer.prefixedText(index.mediaType)
    case .statistics(let statistics):
      writer.integer(statistics.messageCount)
      writer.integer(statistics.schemaCount)
      writer.integer(statistics.channelCount)
      writer.integer(statistics.attachmentCount)
      writer.integer(statistics.metadataCount)
      writer.integer(statistics.chunkCount)
      writer.integer(statistics.startTime)
      writer.integer(statistics.endTime)
      writer.numberMap(statistics.channelMessageCounts)
    case .metadata(let metadata):
      writer.prefixedText(metadata.name)
      writer.textMap(metadata.metadata)
    case .metadataIndex(let index):
      writer.integer(index.offset)
      writer.integer(index.length)
      writer.prefixedText(index.name)
    case .summaryOffset(let offset):
      writer.integer(offset.groupOpcode)
      writer.integer(offset.groupStart)
      writer.integer(offset.groupLength)
    case .dataEnd(let crc): writer.integer(crc)
    case .other: break
    }
  }
}

extension ByteWriter {
  fileprivate mutating func textMap(_ map: [String: String]) {
    prefixed { writer in
      for (key, value) in map.sorted(by: { $0.key < $1.key }) {
        writer.prefixedText(key)
        writer.prefixedText(value)
      }
    }
  }

  fileprivate mutating func numberMap(_ map: [UInt16: UInt64]) {
    prefixed { writer in
      for (key, value) in map.sorted(by: { $0.key < $1.key }) {
        writer.integer(key)
        writer.integer(value)
      }
    }
  }
}
