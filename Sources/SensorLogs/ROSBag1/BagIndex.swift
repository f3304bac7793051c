/// Connections and chunks of a bag, from its index or, without one, by reading all of it.
struct BagIndex: Sendable {
  var connections: [UInt32: BagConnection] = [:]
  /// In the order of the file.
  var chunks: [BagChunkInfo] = []
  var damage: [LogDamage] = []
  /// Topics, sorted.
  var topics: [String] = []

  init(_ file: RandomAccessFile, bagHeader: BagRecordInFile) throws {
    let header = bagHeader.header
    let first = bagHeader.dataOffset + bagHeader.dataCount
    do {
      try readIndex(file, header, first)
    } catch let problem as FormatProblem {
      (connections, chunks) = ([:], [])
      damage.append(
        LogDamage(
          file: file.path, place: "index", problem: problem.text + "; the bag was scanned instead"))
      try scan(file, from: first)
    }
    number()
  }

  /// Reads the section that `index_pos` points to.
  private mutating func readIndex(_ file: RandomAccessFile, _ header: BagRecordHeader, _ first: Int)
    throws
  {
    guard let position = header.indexPosition, position != 0 else {
      throw FormatProblem("the bag has no index (index_pos is 0: the recorder was killed)")
    }
    guard position >= UInt64(first), position <= UInt64(file.byteCount) else {
      throw FormatProblem(
        "index_pos is \(position), outside the file of \(file.byteCount) bytes")
    }
    let bytes = try file.read(at: Int(position), atMost: file.byteCount - Int(position))
    try bytes.withUnsafeBytes { bytes in
      var offset = 0
      while let record = try BagRecord(bytes, at: offset) {
        let data = UnsafeRawBufferPointer(rebasing: bytes[record.data])
        switch record.header.operation {
        case .connection:
          let connection = try BagConnection(record.header, data: data)
          connections[connection.number] = connection
        case .chunkInfo: chunks.append(try Self.chunkInfo(record.header, data, file, first))
        default:
          throw FormatProblem("a record of the index section is neither connection nor chunk info")
        }
        offset = record.end
      }
    }
    let expected = (Int(header.connectionCount ?? 0), Int(header.chunkCount ?? 0))
    guard (connections.count, chunks.count) == expected else {
      throw FormatProblem(
        "the index holds \(connections.count) connections and \(chunks.count) chunks, the bag's header "
          + "promises \(expected.0) and \(expected.1)")
    }
    chunks.sort { $0.position < $1.position }
  }

  private static func chunkInfo(
    _ header: BagRecordHeader, _ data: UnsafeRawBufferPointer, _ file: RandomAccessFile,
    _ first: Int
  ) throws -> BagChunkInfo {
    guard let position = header.chunkPosition, let start = header.start, let end = header.end,
      let count = header.count
    else { throw FormatProblem("a chunk info of the index lacks a field") }
    guard position >= UInt64(first), position < UInt64(file.byteCount) else {
      throw FormatProblem("the index places a chunk at byte \(position), outside the chunks")
    }
    var reader = ByteReader(data)
    guard Int(count) == data.count / 8 else {
      throw FormatProblem(
        "a chunk info of the index claims \(count) connections in \(data.count) bytes")
    }
    var counts: [(connection: UInt32, count: Int)] = []
    for _ in 0..<count {
      let connection = try reader.integer(UInt32.self)
      counts.append((connection, Int(try reader.integer(UInt32.self))))
    }
    return BagChunkInfo(position: Int(position), start: start, end: end, counts: counts)
  }

  /// Sorts the topics and numbers the messages of each through the chunks.
  private mutating func number() {
    topics = Set(connections.values.map(\.topic)).sorted()
    let places = Dictionary(uniqueKeysWithValues: topics.enumerated().map { ($1, $0) })
    var next = [UInt64](repeating: 0, count: topics.count)
    for index in chunks.indices {
      var firsts: [(topic: Int, first: UInt64)] = []
      for (connection, count) in chunks[index].counts {
        guard let topic = connections[connection].flatMap({ places[$0.topic] }) else { continue }
        if !firsts.contains(where: { $0.topic == topic }) { firsts.append((topic, next[topic])) }
        next[topic] += UInt64(count)
      }
      chunks[index].firstSequences = firsts
    }
  }

  // MARK: Without an index

  /// Reads all chunks one after the other; searches on behind what is damaged.
  private mutating func scan(_ file: RandomAccessFile, from first: Int) throws {
    var position = first
    while position < file.byteCount {
      do {
        let record = try BagRecordInFile(file, at: position)
        let end = record.dataOffset + record.dataCount
        switch record.header.operation {
        case .chunk:
          let chunk = try BagChunk(file, at: position)
          add(chunk, at: position)
          guard chunk.end != nil else { return }
        case .connection where end <= file.byteCount:
          let data = try file.read(at: record.dataOffset, atMost: record.dataCount)
          let connection = try data.withUnsafeBytes { try BagConnection(record.header, data: $0) }
          if connections[connection.number] == nil { connections[connection.number] = connection }
        case nil:
          throw FormatProblem("the record has no known op field")
        default: break
        }
        guard end <= file.byteCount else {
          throw FormatProblem("truncated: the record claims \(record.dataCount) bytes of data")
        }
        position = end
      } catch let problem as FormatProblem {
        damage.append(
          LogDamage(file: file.path, place: "byte \(position)", problem: problem.text))
        guard let next = try Self.nextChunk(file, after: position) else { return }
        position = next
      }
    }
  }

  private mutating func add(_ chunk: BagChunk, at position: Int) {
    for connection in chunk.connections where connections[connection.number] == nil {
      connections[connection.number] = connection
    }
    var counts: [UInt32: Int] = [:]
    for message in chunk.messages { counts[message.connection, default: 0] += 1 }
    let times = chunk.messages.map(\.time)
    chunks.append(
      BagChunkInfo(
        position: position, start: times.min() ?? Timestamp(nanoseconds: 0),
        end: times.max() ?? Timestamp(nanoseconds: 0),
        counts: counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
  }

  /// The next place behind `position` where a chunk record starts: searched for by the bytes of its op field.
  private static func nextChunk(_ file: RandomAccessFile, after position: Int) throws -> Int? {
    let pattern: [UInt8] = [4, 0, 0, 0] + Array("op=".utf8) + [5]
    let window = 1 << 20
    var offset = position + 1
    while offset < file.byteCount {
      let bytes = try file.read(at: offset, atMost: window)
      var from = 0
      while let hit = bytes[from...].firstRange(of: pattern)?.lowerBound {
        // The header starts at most some fields before its op field.
        for start in stride(
          from: offset + hit - 4, through: max(position + 1, offset + hit - 80), by: -1)
        {
          if let record = try? BagRecordInFile(file, at: start), record.header.operation == .chunk,
            record.header.compression != nil, record.header.size != nil
          {
            return start
          }
        }
        from = hit + 1
      }
      if bytes.count < window { return nil }
      offset += window - pattern.count
    }
    return nil
  }
}
