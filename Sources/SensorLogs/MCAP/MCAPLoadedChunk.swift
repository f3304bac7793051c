/// A chunk in memory: its records and where the messages lie in them.
struct MCAPLoadedChunk {
  /// The records.
  var bytes: ArraySlice<UInt8>
  /// The messages of known channels, in the order of the file.
  var entries: [MCAPMessageEntry] = []
  /// Where each message's record starts in the records, in the order of the file, with its channel and raw time.
  var index: [(channelID: UInt16, logTime: UInt64, offset: UInt64)] = []
  /// What is wrong, and what it costs.
  var problems: [String] = []
  /// The record as it lies in the file, without its records.
  var chunk: MCAPChunk

  /// Reads a chunk from a file and lists its messages.
  ///
  /// - Parameters:
  ///   - place: Where it lies.
  ///   - file: The file.
  ///   - definitions: What the log defines; receives what the chunk defines.
  /// - Throws: ``FormatProblem`` when not even its first fields can be read.
  init(
    _ place: MCAPChunkPlace, of file: RandomAccessFile, definitions: inout MCAPDefinitions
  ) throws {
    let start = place.offset + MCAPOpcode.prefixByteCount
    let content = try file.read(
      at: start, count: place.byteCount - MCAPOpcode.prefixByteCount)
    chunk = try MCAPChunk(content[...], isCut: place.isCut)
    let result = chunk.decompressed(isCut: place.isCut)
    bytes = result.bytes
    chunk.records = []
    let isWhole = result.problem == nil
    if isWhole || !bytes.isEmpty { list(&definitions, isWhole: isWhole) }
    if let problem = result.problem {
      let lost = Self.indexedMessages(behind: place, in: file).map { $0 - entries.count }
      var cost = "its messages are lost"
      if let lost { cost = "\(max(0, lost)) of its messages are lost" }
      if !entries.isEmpty {
        cost =
          "\(entries.count) messages precede the damage, "
          + (lost.map { "\(max(0, $0)) are lost" } ?? "the others are lost")
      }
      problems.insert("\(problem); \(cost)", at: 0)
    }
  }

  private mutating func list(_ definitions: inout MCAPDefinitions, isWhole: Bool) {
    var unknown: [UInt16: Int] = [:]
    var refused: [UInt16: (problem: String, count: Int)] = [:]
    var late = 0
    let (base, records) = (bytes.startIndex, bytes)
    records.withUnsafeBytes { raw in
      var offset = 0
      while offset < raw.count {
        guard raw.count - offset >= MCAPOpcode.prefixByteCount else {
          if isWhole { problems.append("its last record ends early (truncated)") }
          break
        }
        let opcode = raw[offset]
        let claimed = UInt64(
          littleEndian: raw.loadUnaligned(fromByteOffset: offset + 1, as: UInt64.self))
        let start = offset + MCAPOpcode.prefixByteCount
        guard claimed <= UInt64(raw.count - start) else {
          if isWhole {
            problems.append(
              "a \(MCAPOpcode.name(opcode)) record at \(offset) inside claims a length of \(claimed) bytes, which exceeds the"
                + " \(raw.count - start) that are left; what follows it is lost")
          }
          break
        }
        let count = Int(claimed)
        defer { offset = start + count }
        if opcode == MCAPOpcode.message {
          guard count >= 22 else {
            problems.append("a message record of \(count) bytes is too short (truncated)")
            continue
          }
          let channel = UInt16(
            littleEndian: raw.loadUnaligned(fromByteOffset: start, as: UInt16.self))
          let time = UInt64(
            littleEndian: raw.loadUnaligned(fromByteOffset: start + 6, as: UInt64.self))
          index.append((channel, time, UInt64(offset)))
          if refused[channel] != nil {
            refused[channel]?.count += 1
          } else if definitions.channels[channel] == nil {
            unknown[channel, default: 0] += 1
          } else if let logTime = Int64(exactly: time) {
            entries.append(
              MCAPMessageEntry(
                logTime: logTime, offset: base + start, byteCount: UInt32(count),
                sequence: UInt32(
                  littleEndian: raw.loadUnaligned(fromByteOffset: start + 2, as: UInt32.self)),
                channelID: channel))
          } else {
            late += 1
          }
          continue
        }
        define(
          opcode, records[(base + start)..<(base + start + count)], &definitions, &refused)
      }
    }
    for (channel, count) in unknown.sorted(by: { $0.key < $1.key }) {
      problems.append(
        "\(count) message\(count == 1 ? "" : "s") of channel \(channel), which is not defined, left out"
      )
    }
    for (_, what) in refused.sorted(by: { $0.key < $1.key }) {
      problems.append("\(what.problem); its \(what.count) messages from there on are left out")
    }
    if late > 0 {
      problems.append("\(late) message left out: its log time is beyond 64-bit signed nanoseconds")
    }
  }

  /// Takes a record that is no message.
  private mutating func define(
    _ opcode: UInt8, _ content: ArraySlice<UInt8>, _ definitions: inout MCAPDefinitions,
    _ refused: inout [UInt16: (problem: String, count: Int)]
  ) {
    guard opcode == MCAPOpcode.schema || opcode == MCAPOpcode.channel else {
      if opcode < 0x80 {
        problems.append(
          "a \(MCAPOpcode.name(opcode)) record inside a chunk is not allowed; passed over")
      }
      return
    }
    do {
      switch try MCAPRecord(opcode: opcode, content: content) {
      case .schema(let schema):
        if let problem = definitions.define(schema) { problems.append(problem) }
      case .channel(let channel):
        if let problem = definitions.define(channel) { refused[channel.id] = (problem, 0) }
      default: break
      }
    } catch {
      problems.append((error as? FormatProblem)?.text ?? "\(error)")
    }
  }

  /// How many messages the message index behind a chunk lists; nil without one.
  private static func indexedMessages(
    behind place: MCAPChunkPlace, in file: RandomAccessFile
  ) -> Int? {
    guard !place.isCut else { return nil }
    var offset = place.offset + place.byteCount
    var total: Int?
    while let head = try? file.read(at: offset, count: 15), head[0] == MCAPOpcode.messageIndex {
      let (length, bytes) = head.withUnsafeBytes {
        (
          UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 1, as: UInt64.self)),
          UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: 11, as: UInt32.self))
        )
      }
      guard length <= UInt64(file.byteCount), UInt64(bytes) <= length else { break }
      total = (total ?? 0) + Int(bytes) / 16
      offset += MCAPOpcode.prefixByteCount + Int(length)
    }
    return total
  }
}

extension MCAPChunk {
  /// Parses a chunk's content; with `isCut`, records that end early are taken as far as they go.
  init(_ content: ArraySlice<UInt8>, isCut: Bool) throws {
    guard isCut else {
      guard case .chunk(let chunk) = try MCAPRecord(opcode: MCAPOpcode.chunk, content: content)
      else { throw FormatProblem("the record is not a chunk") }
      self = chunk
      return
    }
    self = try content.withUnsafeBytes { bytes in
      var reader = ByteReader(bytes)
      var chunk = MCAPChunk(
        startTime: try reader.integer(), endTime: try reader.integer(),
        uncompressedSize: try reader.integer(), uncompressedCRC: try reader.integer(),
        compression: try reader.prefixedText(), records: [])
      let claimed = try reader.integer(UInt64.self)
      let count = Int(min(claimed, UInt64(reader.remaining)))
      let start = content.startIndex + reader.offset
      chunk.records = content[start..<(start + count)]
      return chunk
    }
  }
}
