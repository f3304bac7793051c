/// Why bytes cannot be understood; turned into a ``LogError`` by whoever knows the file and the place.
struct FormatProblem: Error {
  /// What is wrong, as a sentence without a full stop.
  var text: String

  init(_ text: String) { self.text = text }

  /// The failure of one message of a file.
  func asLogError(_ kind: LogError.Kind = .undecodable, file: String, place: String) -> LogError {
    LogError(kind, file: file, place: place, problem: text)
  }
}

/// Reads numbers and strings from bytes that somebody else keeps alive; every read is checked against the end.
///
/// Use inside `withUnsafeBytes` of the slice or array that holds the bytes.
struct ByteReader {
  /// All bytes.
  let bytes: UnsafeRawBufferPointer
  /// Where the next read starts; never behind the end.
  private(set) var offset = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Bytes that are left.
  var remaining: Int { bytes.count - offset }

  /// Whether all bytes were read.
  var isAtEnd: Bool { offset == bytes.count }

  /// Moves to an absolute position.
  mutating func seek(to target: Int) throws {
    guard target >= 0, target <= bytes.count else {
      throw FormatProblem("position \(target) lies beyond the \(bytes.count) bytes that are there")
    }
    offset = target
  }

  /// Passes over bytes.
  mutating func skip(_ count: Int) throws {
    try require(count)
    offset += count
  }

  /// An integer of fixed width.
  @inline(__always)
  mutating func integer<Value: FixedWidthInteger>(
    _ type: Value.Type = Value.self, bigEndian: Bool = false
  ) throws -> Value {
    let size = MemoryLayout<Value>.size
    try require(size)
    let raw = bytes.loadUnaligned(fromByteOffset: offset, as: Value.self)
    offset += size
    return bigEndian ? Value(bigEndian: raw) : Value(littleEndian: raw)
  }

  /// A 32-bit floating-point number.
  mutating func float(bigEndian: Bool = false) throws -> Float {
    Float(bitPattern: try integer(UInt32.self, bigEndian: bigEndian))
  }

  /// A 64-bit floating-point number.
  mutating func double(bigEndian: Bool = false) throws -> Double {
    Double(bitPattern: try integer(UInt64.self, bigEndian: bigEndian))
  }

  /// The range of the next `count` bytes, which are passed over.
  mutating func range(_ count: Int) throws -> Range<Int> {
    try require(count)
    defer { offset += count }
    return offset..<(offset + count)
  }

  /// A copy of the next `count` bytes.
  mutating func array(_ count: Int) throws -> [UInt8] {
    Array(bytes[try range(count)])
  }

  /// UTF-8 text of `count` bytes; malformed parts become U+FFFD.
  mutating func text(_ count: Int) throws -> String {
    String(decoding: bytes[try range(count)], as: UTF8.self)
  }

  /// Text after a 32-bit length, as MCAP and ROS 1 write it.
  mutating func prefixedText() throws -> String {
    let count = try integer(UInt32.self)
    guard Int(count) <= remaining else {
      throw FormatProblem("a string claims \(count) bytes, but \(remaining) are left")
    }
    return try text(Int(count))
  }

  @inline(__always)
  private func require(_ count: Int) throws {
    guard count >= 0, count <= bytes.count - offset else {
      throw FormatProblem(
        "the bytes end at \(bytes.count), but \(count) more are needed from \(offset) on (truncated)"
      )
    }
  }
}
