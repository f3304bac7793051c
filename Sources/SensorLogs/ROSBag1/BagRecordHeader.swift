/// The header of a record of a ROS 1 bag: fields `name=value`, those that are there.
struct BagRecordHeader {
  /// What a record is.
  enum Operation: UInt8, Sendable {
    case message = 2
    case bag = 3
    case indexData = 4
    case chunk = 5
    case chunkInfo = 6
    case connection = 7
  }

  var operation: Operation?
  /// The byte of the field `op`, known or not.
  var operationByte: UInt8?
  var connection: UInt32?
  var time: Timestamp?
  var start: Timestamp?
  var end: Timestamp?
  var count: UInt32?
  var size: UInt32?
  var indexPosition: UInt64?
  var connectionCount: UInt32?
  var chunkCount: UInt32?
  var chunkPosition: UInt64?
  var compression: String?
  var topic: String?
  var encryptor: String?

  /// Reads the fields of a header.
  init(_ bytes: UnsafeRawBufferPointer) throws {
    var reader = ByteReader(bytes)
    while !reader.isAtEnd {
      let length = Int(try reader.integer(UInt32.self))
      guard length <= reader.remaining else {
        throw FormatProblem(
          "a header field claims a length of \(length) bytes, \(reader.remaining) are left")
      }
      let range = try reader.range(length)
      let field = UnsafeRawBufferPointer(rebasing: bytes[range])
      guard let equals = field.firstIndex(of: UInt8(ascii: "=")) else {
        throw FormatProblem("a header field has no '='")
      }
      let name = String(decoding: field[..<equals], as: UTF8.self)
      let value = UnsafeRawBufferPointer(rebasing: field[(equals + 1)...])
      try set(name, value)
    }
  }

  private mutating func set(_ name: String, _ value: UnsafeRawBufferPointer) throws {
    var reader = ByteReader(value)
    switch name {
    case "op":
      let byte = try reader.integer(UInt8.self)
      operationByte = byte
      operation = Operation(rawValue: byte)
    case "conn": connection = try reader.integer()
    case "time": time = try Self.time(&reader)
    case "start_time": start = try Self.time(&reader)
    case "end_time": end = try Self.time(&reader)
    case "count": count = try reader.integer()
    case "size": size = try reader.integer()
    case "index_pos": indexPosition = try reader.integer()
    case "conn_count": connectionCount = try reader.integer()
    case "chunk_count": chunkCount = try reader.integer()
    case "chunk_pos": chunkPosition = try reader.integer()
    case "compression": compression = String(decoding: value, as: UTF8.self)
    case "topic": topic = String(decoding: value, as: UTF8.self)
    case "encryptor": encryptor = String(decoding: value, as: UTF8.self)
    default: break
    }
  }

  private static func time(_ reader: inout ByteReader) throws -> Timestamp {
    let seconds = Int64(try reader.integer(UInt32.self))
    return Timestamp(nanoseconds: seconds * 1_000_000_000 + Int64(try reader.integer(UInt32.self)))
  }
}

/// A record in memory: its header and where its data lie.
struct BagRecord {
  var header: BagRecordHeader
  var data: Range<Int>
  /// Where the next record starts.
  var end: Int

  /// Reads the record at `offset`; nil at the end.
  init?(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
    guard offset < bytes.count else { return nil }
    var reader = ByteReader(bytes)
    try reader.seek(to: offset)
    let headerLength = Int(try reader.integer(UInt32.self))
    guard headerLength <= reader.remaining else {
      throw FormatProblem(
        "a record's header claims a length of \(headerLength) bytes, \(reader.remaining) are left")
    }
    let headerRange = try reader.range(headerLength)
    let dataLength = Int(try reader.integer(UInt32.self))
    guard dataLength <= reader.remaining else {
      throw FormatProblem(
        "a record's data claim a length of \(dataLength) bytes, \(reader.remaining) are left")
    }
    data = try reader.range(dataLength)
    end = reader.offset
    header = try BagRecordHeader(UnsafeRawBufferPointer(rebasing: bytes[headerRange]))
  }
}
