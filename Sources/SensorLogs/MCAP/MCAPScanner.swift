/// Walks through all records of a file in their order, past damage.
///
/// Used where a file has no usable summary, and to check a whole file.
struct MCAPScanner {
  let file: RandomAccessFile
  /// Starts of chunks that the summary vouches for, ascending: where to go on behind damage.
  let knownChunks: [MCAPChunkPlace]
  /// Receives what is found.
  var contents = MCAPContents()
  /// Checks of the whole file; nil when only its contents are wanted.
  var audit: MCAPAudit?

  private var offset = MCAPOpcode.magic.count
  private var dataEnded = false
  private var ended = false
  private var window: (start: Int, bytes: [UInt8]) = (0, [])
  private var unknown: [UInt16: (count: Int, first: Int)] = [:]
  private var lateMessages = 0
  private var unreported = 0
  private static let greatestDamageCount = 1000

  init(_ file: RandomAccessFile, knownChunks: [MCAPChunkPlace] = [], audit: MCAPAudit? = nil) {
    self.file = file
    self.knownChunks = knownChunks
    self.audit = audit
    contents.counts = [:]
  }

  /// Walks to the end of the file.
  ///
  /// - Throws: ``FormatProblem`` when the file cannot be read any more.
  mutating func run() throws {
    while !ended { try step() }
    for (channel, what) in unknown.sorted(by: { $0.key < $1.key }) {
      report(
        at: what.first,
        "\(what.count) message\(what.count == 1 ? "" : "s") of channel \(channel), which is not defined, left out"
      )
    }
    if lateMessages > 0 {
      report(
        at: nil,
        "\(lateMessages) message left out: its log time is beyond 64-bit signed nanoseconds")
    }
    for problem in contents.definitions.problems() { report(at: nil, problem) }
    if unreported > 0 {
      contents.damage.append(
        LogDamage(file: file.path, place: "", problem: "\(unreported) more places are damaged"))
    }
    if var audit {
      audit.finish(&contents, file: file)
      self.audit = audit
    }
  }

  private mutating func report(at offset: Int?, _ problem: String, place: String? = nil) {
    guard contents.damage.count < Self.greatestDamageCount else {
      unreported += 1
      return
    }
    contents.damage.append(
      LogDamage(
        file: file.path, place: place ?? offset.map { "byte \($0)" } ?? "", problem: problem))
  }

  /// Bytes through a small window, so that short records cost no system call each.
  private mutating func bytes(at start: Int, count: Int) throws -> ArraySlice<UInt8> {
    if start < window.start || start + count > window.start + window.bytes.count {
      let size = min(max(count, 8192), max(count, file.byteCount - start))
      window = (start, try file.read(at: start, count: size))
    }
    let from = start - window.start
    return window.bytes[from..<(from + count)]
  }

  private mutating func step() throws {
    let left = file.byteCount - offset
    guard left > 0 else {
      report(
        at: offset,
        !contents.header
          ? "the file ends before its header: it is empty but for the magic (truncated)"
          : dataEnded
            ? "the file ends without footer and closing magic (truncated)"
            : "the file ends without end of data and summary (truncated)")
      ended = true
      return
    }
    guard left >= MCAPOpcode.prefixByteCount else {
      report(at: offset, "the file ends inside a record's opcode and length (truncated)")
      ended = true
      return
    }
    let prefix = try bytes(at: offset, count: MCAPOpcode.prefixByteCount)
    let opcode = prefix[prefix.startIndex]
    let claimed = prefix.withUnsafeBytes {
      UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 1, as: UInt64.self))
    }
    let start = offset + MCAPOpcode.prefixByteCount
    let room = UInt64(left - MCAPOpcode.prefixByteCount)
    if opcode == 0 {
      report(at: offset, "opcode 0 is no record: zero bytes, as after a power loss (truncated)")
      recover(from: offset + 1)
    } else if claimed > room {
      try cut(opcode, claimed: claimed, room: Int(room))
    } else {
      let next = start + Int(claimed)
      try take(opcode, start, Int(claimed))
      if !ended, offset < next { offset = next }
    }
  }

  /// A record that claims more than the file holds.
  private mutating func cut(_ opcode: UInt8, claimed: UInt64, room: Int) throws {
    let what = MCAPOpcode.name(opcode)
    if opcode == MCAPOpcode.chunk, let inner = chunkLength(at: offset) {
      if inner <= room {
        report(
          at: offset,
          "a chunk record claims a length of \(claimed) bytes, which exceeds the file; the length inside is used"
        )
        try takeChunk(offset, MCAPOpcode.prefixByteCount + inner, isCut: false)
        offset += MCAPOpcode.prefixByteCount + inner
        return
      }
      if claimed < 1 << 40 {
        let after = nextChunk(from: offset + MCAPOpcode.prefixByteCount)
        if after == nil {
          report(
            at: offset,
            "the file ends inside a chunk: \(room) of its \(claimed) bytes are there (truncated)")
          try takeChunk(offset, MCAPOpcode.prefixByteCount + room, isCut: true)
          ended = true
          return
        }
      }
    }
    report(
      at: offset,
      "a \(what) record claims a length of \(claimed) bytes, which exceeds the \(room) that are left (truncated or damaged)"
    )
    recover(from: offset + 1)
  }

  /// Goes on at the next chunk, or ends.
  private mutating func recover(from start: Int) {
    guard let next = nextChunk(from: start) else {
      ended = true
      return
    }
    report(
      at: start, "\(next - start + 1) bytes are passed over up to the next chunk at byte \(next)")
    offset = next
  }

  /// The next place that the summary vouches for, else the next that looks like a chunk in every field.
  private func nextChunk(from start: Int) -> Int? {
    if let known = knownChunks.first(where: { $0.offset >= start }) { return known.offset }
    let (size, overlap) = (1 << 20, 64)
    var position = start
    while position < file.byteCount {
      let count = min(size + overlap, file.byteCount - position)
      guard let block = try? file.read(at: position, count: count) else { return nil }
      let found = block.withUnsafeBytes { bytes -> Int? in
        for index in 0..<min(size, count) where bytes[index] == MCAPOpcode.chunk {
          if let inner = Self.chunkLength(bytes, at: index, verifyingPrefix: true),
            inner <= file.byteCount - position - index - MCAPOpcode.prefixByteCount
          {
            return position + index
          }
        }
        return nil
      }
      if let found { return found }
      position += size
    }
    return nil
  }

  private func chunkLength(at offset: Int) -> Int? {
    let head = try? file.read(at: offset, count: min(64, file.byteCount - offset))
    return head.flatMap { $0.withUnsafeBytes { Self.chunkLength($0, at: 0) } }
  }

  /// The length of a chunk's content as its inner fields give it; nil when there is no plausible chunk.
  private static func chunkLength(
    _ bytes: UnsafeRawBufferPointer, at offset: Int, verifyingPrefix: Bool = false
  ) -> Int? {
    var reader = ByteReader(bytes)
    guard (try? reader.seek(to: offset + 1)) != nil, let prefix = try? reader.integer(UInt64.self),
      !verifyingPrefix || prefix < 1 << 40, let first = try? reader.integer(UInt64.self),
      let last = try? reader.integer(UInt64.self), first <= last, (try? reader.skip(12)) != nil,
      let named = try? reader.integer(UInt32.self), [0, 3, 4].contains(named),
      let name = try? reader.text(Int(named)), ["", "lz4", "zstd"].contains(name),
      let records = try? reader.integer(UInt64.self), records < 1 << 40
    else { return nil }
    let inner = 8 + 8 + 8 + 4 + 4 + name.utf8.count + 8 + Int(records)
    return verifyingPrefix && prefix != UInt64(inner) ? nil : inner
  }

  private mutating func take(_ opcode: UInt8, _ start: Int, _ count: Int) throws {
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

  /// What follows the footer.
  private mutating func close(_ end: Int) throws {
    ended = true
    let left = file.byteCount - end
    let magic = try bytes(at: end, count: min(left, 8))
    guard [UInt8](magic) == MCAPOpcode.magic else {
      report(at: end, "the closing magic is missing (truncated)")
      return
    }
    if left > 8 {
      report(at: end + 8, "\(left - 8) trailing bytes follow the closing magic")
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

  private mutating func takeChunk(_ start: Int, _ count: Int, isCut: Bool) throws {
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
