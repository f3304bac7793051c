/// What opening an MCAP file found out about it.
struct MCAPContents: Sendable {
  /// Whether a header record was seen.
  var header = false
  var profile = ""
  var library = ""
  var definitions = MCAPDefinitions()
  /// In the order of the file.
  var chunks: [MCAPChunkPlace] = []
  /// Messages outside of chunks, in the order of the file.
  var looseMessages: [MCAPMessageEntry] = []
  var statistics: MCAPStatistics?
  /// Deliverable messages by channel, when they were counted.
  var counts: [UInt16: Int]?
  /// First and last log time by channel, when they were seen.
  var times: [UInt16: (first: Int64, last: Int64)] = [:]
  var attachments: [MCAPAttachmentIndex] = []
  var metadata: [MCAPMetadataIndex] = []
  var damage: [LogDamage] = []

  /// Counts a deliverable message.
  mutating func count(_ entry: MCAPMessageEntry) {
    counts?[entry.channelID, default: 0] += 1
    if let known = times[entry.channelID] {
      times[entry.channelID] = (
        min(known.first, entry.logTime), max(known.last, entry.logTime)
      )
    } else {
      times[entry.channelID] = (entry.logTime, entry.logTime)
    }
  }
}

/// Opens the summary at the end of a file.
struct MCAPSummary {
  var contents = MCAPContents()
  var chunkIndexes: [MCAPChunkIndex] = []
  /// Why the summary cannot be used alone; the data section is then walked through.
  var problem: String?
  /// Whether the file closes as it should, with or without a summary.
  var closes = false

  init(_ file: RandomAccessFile) {
    do {
      problem = try read(file)
    } catch {
      problem = (error as? FormatProblem)?.text ?? "\(error)"
    }
  }

  /// Reads footer and summary; returns why they do not suffice.
  private mutating func read(_ file: RandomAccessFile) throws -> String? {
    let closing = MCAPOpcode.prefixByteCount + 20 + MCAPOpcode.magic.count
    guard file.byteCount >= closing + MCAPOpcode.magic.count else {
      return "the file has no footer (truncated)"
    }
    let footerStart = file.byteCount - closing
    let tail = try file.read(at: footerStart, count: closing)
    guard [UInt8](tail.suffix(8)) == MCAPOpcode.magic else {
      return "the closing magic is missing (truncated, or other bytes follow the end)"
    }
    guard tail[0] == MCAPOpcode.footer,
      case .footer(let footer) = try MCAPRecord(opcode: MCAPOpcode.footer, content: tail[9..<29])
    else { return "the footer record is missing" }
    closes = true
    guard footer.summaryStart != 0 else { return "" }
    guard footer.summaryStart >= 8, footer.summaryStart <= UInt64(footerStart) else {
      return "the footer's summary offset \(footer.summaryStart) points beyond the file"
    }
    let start = Int(footer.summaryStart)
    guard footerStart - start <= MCAPChunk.greatestByteCount else {
      return "the summary is too large"
    }
    let bytes = try file.read(at: start, count: footerStart - start)
    if footer.summaryCRC != 0 {
      let crc = CRC32(of: bytes).updated(with: tail.prefix(MCAPOpcode.prefixByteCount + 16)).value
      guard crc == footer.summaryCRC else {
        return
          "the summary's CRC in the footer is \(footer.summaryCRC.hexadecimal), but its bytes give \(crc.hexadecimal)"
      }
    }
    return try parse(bytes)
  }

  private mutating func parse(_ bytes: [UInt8]) throws -> String? {
    var offset = 0
    while bytes.count - offset >= MCAPOpcode.prefixByteCount {
      let opcode = bytes[offset]
      let claimed = MCAPOpcode.contentByteCount(bytes[offset...])
      let start = offset + MCAPOpcode.prefixByteCount
      guard claimed <= UInt64(bytes.count - start) else {
        return "a record of the summary claims a length of \(claimed) bytes, which exceeds it"
      }
      let end = start + Int(claimed)
      switch try MCAPRecord(opcode: opcode, content: bytes[start..<end]) {
      case .schema(let schema):
        if let problem = contents.definitions.define(schema) { return problem }
      case .channel(let channel):
        if let problem = contents.definitions.define(channel) { return problem }
      case .chunkIndex(let index): chunkIndexes.append(index)
      case .statistics(let statistics): contents.statistics = statistics
      case .attachmentIndex(let index): contents.attachments.append(index)
      case .metadataIndex(let index): contents.metadata.append(index)
      default: break
      }
      offset = end
    }
    return nil
  }

  /// Turns the chunk indexes into places after a look at each chunk's record; nil and a reason when one does not hold.
  func places(in file: RandomAccessFile) -> (places: [MCAPChunkPlace], problems: [String]) {
    var places: [MCAPChunkPlace] = []
    var problems: [String] = []
    for index in chunkIndexes.sorted(by: { $0.chunkStart < $1.chunkStart }) {
      let start = index.chunkStart
      guard index.chunkLength >= 9, start <= UInt64(file.byteCount),
        index.chunkLength <= UInt64(file.byteCount) - start
      else {
        problems.append("a chunk index points beyond the file, to byte \(start)")
        continue
      }
      let head = (try? file.read(at: Int(start), count: 9)) ?? [0, 0, 0, 0, 0, 0, 0, 0, 0]
      let length = MCAPOpcode.contentByteCount(head[...])
      guard head[0] == MCAPOpcode.chunk, length == index.chunkLength - 9 else {
        problems.append(
          head[0] == MCAPOpcode.chunk
            ? "the chunk record at byte \(start) has a length of \(length), but its chunk index says \(index.chunkLength - 9)"
            : "a chunk index gives the offset \(start), where no chunk record is")
        continue
      }
      if let last = places.last, last.offset + last.byteCount > Int(start) {
        problems.append("the chunk index at byte \(start) overlaps the chunk before")
        continue
      }
      places.append(
        MCAPChunkPlace(
          number: places.count + 1, offset: Int(start), byteCount: Int(index.chunkLength),
          startTime: index.startTime, endTime: index.endTime,
          channels: index.messageIndexOffsets.isEmpty
            ? nil : Set(index.messageIndexOffsets.keys)))
    }
    return (places, problems)
  }
}
