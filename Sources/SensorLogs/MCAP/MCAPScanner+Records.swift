extension MCAPScanner {
  mutating func take(_ opcode: UInt8, _ start: Int, _ count: Int) throws {
    switch opcode {
    case MCAPOpcode.message where !dataEnded: try takeMessage(start, count)
    case MCAPOpcode.chunk where !dataEnded:
      try takeChunk(offset, MCAPOpcode.prefixByteCount + count, isCut: false)
    case MCAPOpcode.attachment: try takeAttachment(start, count)
    case MCAPOpcode.header, MCAPOpcode.footer, MCAPOpcode.schema, MCAPOpcode.channel,
      MCAPOpcode.messageIndex, MCAPOpcode.chunkIndex, MCAPOpcode.attachmentIndex,
      MCAPOpcode.statistics, MCAPOpcode.metadata, MCAPOpcode.metadataIndex,
      MCAPOpcode.summaryOffset, MCAPOpcode.dataEnd:
      guard count <= 256 << 20 else {
        report(at: offset, "a \(MCAPOpcode.name(opcode)) record of \(count) bytes is too large")
        return
      }
      if opcode == MCAPOpcode.messageIndex, audit == nil { return }
      do {
        let content = try bytes(at: start, count: count)
        try takeSmall(try MCAPRecord(opcode: opcode, content: content), start, count)
      } catch let problem as FormatProblem {
        report(at: offset, problem.text)
      }
    default: break
    }
  }

  private mutating func takeSmall(_ record: MCAPRecord, _ start: Int, _ count: Int) throws {
    switch record {
    case .header(let profile, let library):
      contents.header = true
      (contents.profile, contents.library) = (profile, library)
    case .schema(let schema):
      if let problem = contents.definitions.define(schema) { report(at: offset, problem) }
    case .channel(let channel):
      if let problem = contents.definitions.define(channel) { report(at: offset, problem) }
    case .metadata(let metadata):
      contents.metadata.append(
        MCAPMetadataIndex(
          offset: UInt64(offset), length: UInt64(count + MCAPOpcode.prefixByteCount),
          name: metadata.name))
    case .statistics(let statistics): contents.statistics = statistics
    case .dataEnd(let crc):
      dataEnded = true
      audit?.dataEnd(crc, at: offset, of: file, &contents)
    case .messageIndex(let index): audit?.messageIndex(index, at: offset)
    case .chunkIndex(let index): audit?.chunkIndex(index, at: offset)
    case .footer(let footer):
      audit?.footer(footer, at: offset, of: file, &contents)
      try close(start + count)
    default: break
    }
  }

  private mutating func takeMessage(_ start: Int, _ count: Int) throws {
    guard count >= 22, count <= Int(UInt32.max) else {
      report(at: offset, "a message record of \(count) bytes is too short or too long")
      return
    }
    let head = try bytes(at: start, count: 22)
    let (channel, sequence, time) = head.withUnsafeBytes {
      (
        UInt16(littleEndian: $0.loadUnaligned(as: UInt16.self)),
        UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: 2, as: UInt32.self)),
        UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 6, as: UInt64.self))
      )
    }
    audit?.message(channel, time)
    guard contents.definitions.channels[channel] != nil else {
      unknown[channel, default: (0, offset)].count += 1
      return
    }
    guard let logTime = Int64(exactly: time) else {
      lateMessages += 1
      return
    }
    let entry = MCAPMessageEntry(
      logTime: logTime, offset: start, byteCount: UInt32(count), sequence: sequence,
      channelID: channel)
    contents.looseMessages.append(entry)
    contents.count(entry)
  }

  mutating func takeChunk(_ start: Int, _ count: Int, isCut: Bool) throws {
    var place = MCAPChunkPlace(
      number: contents.chunks.count + 1, offset: start, byteCount: count, isCut: isCut,
      startTime: 0, endTime: 0)
    do {
      let chunk = try MCAPLoadedChunk(place, of: file, definitions: &contents.definitions)
      for problem in chunk.problems { report(at: nil, problem, place: place.place) }
      for entry in chunk.entries { contents.count(entry) }
      place.startTime = chunk.entries.map { UInt64(bitPattern: $0.logTime) }.min() ?? 0
      place.endTime = chunk.entries.map { UInt64(bitPattern: $0.logTime) }.max() ?? 0
      place.channels = Set(chunk.entries.map(\.channelID))
      audit?.chunk(chunk, place, &contents, file: file)
    } catch let problem as FormatProblem {
      report(at: nil, "\(problem.text); its messages are lost", place: place.place)
      place.channels = []
      audit?.lostChunk(place)
    }
    contents.chunks.append(place)
  }

  private mutating func takeAttachment(_ start: Int, _ count: Int) throws {
    let head = try bytes(at: start, count: min(count, 65536))
    do {
      let (logTime, createTime, name, media, size, dataStart) = try head.withUnsafeBytes { raw in
        var reader = ByteReader(raw)
        return (
          try reader.integer(UInt64.self), try reader.integer(UInt64.self),
          try reader.prefixedText(), try reader.prefixedText(), try reader.integer(UInt64.self),
          reader.offset
        )
      }
      guard size <= UInt64(count), dataStart + Int(size) + 4 <= count else {
        throw FormatProblem("its length of \(size) bytes points beyond the record")
      }
      contents.attachments.append(
        MCAPAttachmentIndex(
          offset: UInt64(offset), length: UInt64(count + MCAPOpcode.prefixByteCount),
          logTime: logTime, createTime: createTime, dataSize: size, name: name, mediaType: media))
      audit?.attachment(
        at: start, count: dataStart + Int(size), name: name, of: file, &contents)
    } catch let problem as FormatProblem {
      report(at: offset, "the attachment record is malformed: \(problem.text)")
    }
  }
}
