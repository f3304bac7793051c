import CCompression

/// What is known of a chunk without reading it.
struct BagChunkInfo: Sendable {
  /// Where its record starts.
  var position: Int
  var start: Timestamp
  var end: Timestamp
  /// Messages by connection.
  var counts: [(connection: UInt32, count: Int)]
  /// Number of the first message of each topic in it, by topic index; filled in when all chunks are known.
  var firstSequences: [(topic: Int, first: UInt64)] = []
}

/// One message in a chunk.
struct BagMessage: Sendable {
  var time: Timestamp
  var connection: UInt32
  var data: Range<Int>
}

/// A chunk in memory.
struct BagChunk: Sendable {
  var bytes: [UInt8] = []
  var messages: [BagMessage] = []
  var connections: [BagConnection] = []
  var damage: [LogDamage] = []
  /// Where the next record starts; nil when the chunk is cut by the end of the file or its length is unknown.
  var end: Int?

  /// No chunk is taken that unpacks to more.
  static let largestByteCount = 1 << 30

  /// Reads, unpacks and lists the chunk at `position`; what cannot be read is in ``damage``.
  init(_ file: RandomAccessFile, at position: Int) throws {
    let place = "chunk at byte \(position)"
    do {
      let record = try BagRecordInFile(file, at: position)
      guard let operation = record.header.operation else {
        let byte = record.header.operationByte
        throw FormatProblem(
          byte.map { "the record's op field is \($0), not 5 (chunk)" }
            ?? "the record has no op field")
      }
      guard operation == .chunk, let compression = record.header.compression else {
        throw FormatProblem("the record is no chunk (op \(operation.rawValue))")
      }
      let stored = try file.read(at: record.dataOffset, atMost: record.dataCount)
      let isCut = stored.count < record.dataCount
      if isCut {
        damage.append(
          LogDamage(
            file: file.path, place: place,
            problem: "truncated: \(record.dataCount) bytes are announced, \(stored.count) are there"
              + "; what lies behind is lost"))
      } else {
        end = record.dataOffset + record.dataCount
      }
      bytes = try Self.unpack(
        stored, compression, size: Int(record.header.size ?? 0), isCut: isCut)
      list(file.path, place)
    } catch let problem as FormatProblem {
      damage.append(
        LogDamage(
          file: file.path, place: place, problem: problem.text + "; its messages are lost"))
    }
  }

  private static func unpack(_ stored: [UInt8], _ compression: String, size: Int, isCut: Bool)
    throws -> [UInt8]
  {
    if compression == "none" { return stored }
    guard compression == "lz4" || compression == "bz2" else {
      throw FormatProblem(
        "chunk compression '\(compression)' is not supported (none, lz4, bz2 are)")
    }
    // LZ4 packs at most 255 bytes into one; bz2 packs a block of 900 kB into some 40 bytes.
    let ratio = compression == "lz4" ? 255 : 32_768
    guard size <= largestByteCount, size / ratio <= stored.count else {
      throw FormatProblem(
        "the chunk claims a size of \(size) bytes, more than its \(stored.count) compressed bytes "
          + "can hold or than the limit of \(largestByteCount)")
    }
    var status = CCOMPRESSION_OK
    let bytes = [UInt8](unsafeUninitializedCapacity: max(size, 1)) { memory, count in
      stored.withUnsafeBufferPointer { input in
        status =
          compression == "lz4"
          ? ccompression_lz4_decompress(
            input.baseAddress, input.count, memory.baseAddress, memory.count, &count)
          : ccompression_bz2_decompress(
            input.baseAddress, input.count, memory.baseAddress, memory.count, &count)
      }
    }
    switch status {
    case CCOMPRESSION_OK where bytes.count == size: return bytes
    case CCOMPRESSION_TRUNCATED where isCut: return bytes
    case CCOMPRESSION_OK, CCOMPRESSION_TRUNCATED, CCOMPRESSION_TOO_LARGE:
      throw FormatProblem(
        "the chunk does not decompress (\(compression)) to its size of \(size) bytes: corrupt")
    case CCOMPRESSION_NO_MEMORY: throw FormatProblem("no memory for a chunk of \(size) bytes")
    default:
      throw FormatProblem("the chunk does not decompress (\(compression)): the data are corrupt")
    }
  }

  /// Lists the records in the unpacked bytes.
  private mutating func list(_ file: String, _ place: String) {
    let isCut = !damage.isEmpty
    var found: (messages: [BagMessage], connections: [BagConnection]) = ([], [])
    var problems: [String] = []
    bytes.withUnsafeBytes { bytes in
      var offset = 0
      do {
        while let record = try BagRecord(bytes, at: offset) {
          let start = offset
          offset = record.end
          switch record.header.operation {
          case .message:
            guard let connection = record.header.connection, let time = record.header.time else {
              problems.append("the message record at byte \(start) of the chunk lacks conn or time")
              continue
            }
            found.messages.append(
              BagMessage(time: time, connection: connection, data: record.data))
          case .connection:
            found.connections.append(
              try BagConnection(
                record.header, data: UnsafeRawBufferPointer(rebasing: bytes[record.data])))
          default:
            problems.append(
              "the record at byte \(start) of the chunk has "
                + (record.header.operationByte.map { "the unexpected op \($0)" } ?? "no op field"))
          }
        }
      } catch {
        // The cut itself is reported already.
        if isCut { return }
        problems.append(
          "at byte \(offset) of the chunk: \((error as? FormatProblem)?.text ?? "\(error)"); the rest "
            + "of it is lost")
      }
    }
    (messages, connections) = found
    damage += problems.map { LogDamage(file: file, place: place, problem: $0) }
  }
}

/// The head of a record that lies in the file.
struct BagRecordInFile {
  var header: BagRecordHeader
  var dataOffset: Int
  /// As the record claims; the file may end earlier.
  var dataCount: Int

  /// Headers are short: a longer one is not believed.
  private static let longestHeader = 1 << 20

  init(_ file: RandomAccessFile, at position: Int) throws {
    var head = try file.read(at: position, atMost: 512)
    guard head.count >= 8 else {
      throw FormatProblem("truncated: the file ends in a record's header")
    }
    let length = head.withUnsafeBytes {
      Int(UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)))
    }
    guard length <= Self.longestHeader else {
      throw FormatProblem("the record's header claims a length of \(length) bytes")
    }
    if length + 8 > head.count { head = try file.read(at: position, atMost: length + 8) }
    guard length + 8 <= head.count else {
      throw FormatProblem(
        "truncated: the record's header claims a length of \(length) bytes, beyond the end of the file"
      )
    }
    (header, dataCount) = try head.withUnsafeBytes { bytes in
      var reader = ByteReader(bytes)
      try reader.skip(4)
      let header = try BagRecordHeader(
        UnsafeRawBufferPointer(rebasing: bytes[try reader.range(length)]))
      return (header, Int(try reader.integer(UInt32.self)))
    }
    dataOffset = position + length + 8
  }
}
