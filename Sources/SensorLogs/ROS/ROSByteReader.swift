/// How ROS messages are laid out in bytes.
public enum ROSEncoding: String, Sendable {
  /// ROS 2: OMG's Common Data Representation, plain XCDR1 or XCDR2 in either byte order.
  case cdr
  /// ROS 1: packed little-endian.
  case ros1
}

/// Reads the primitives of a serialised ROS message with their alignment.
struct ROSByteReader {
  private(set) var bytes: ByteReader
  let encoding: ROSEncoding
  let bigEndian: Bool
  private let greatestAlignment: Int
  /// Alignment counts from here.
  private let origin: Int
  /// Values that may still be read; bounds the work that a small message can ask for.
  private var budget: Int

  /// Starts reading a message; takes the four bytes of encapsulation off CDR.
  init(_ message: UnsafeRawBufferPointer, encoding: ROSEncoding) throws {
    bytes = ByteReader(message)
    self.encoding = encoding
    budget = 65536 &+ 64 &* min(message.count, 1 << 40)
    guard encoding == .cdr else {
      (bigEndian, greatestAlignment, origin) = (false, 1, 0)
      return
    }
    guard message.count >= 4 else {
      throw FormatProblem(
        "the CDR payload has \(message.count) bytes (truncated or empty); its encapsulation alone takes 4"
      )
    }
    let kind = UInt16(message[0]) << 8 | UInt16(message[1])
    switch kind {
    case 0, 1: (bigEndian, greatestAlignment) = (kind == 0, 8)
    case 6, 7: (bigEndian, greatestAlignment) = (kind == 6, 4)
    default:
      let digits = String(kind, radix: 16)
      throw FormatProblem(
        "the CDR encapsulation 0x\(String(repeating: "0", count: 4 - digits.count))\(digits)"
          + " is not supported; 0000, 0001 (XCDR1) and 0006, 0007 (plain XCDR2) are")
    }
    origin = 4
    try bytes.seek(to: 4)
  }

  /// Bytes that are left.
  var remaining: Int { bytes.remaining }
  /// Where the next read starts, before alignment.
  var offset: Int { bytes.offset }

  /// Counts a value against the work that this message may ask for.
  mutating func spend() throws {
    budget -= 1
    guard budget >= 0 else { throw FormatProblem("the message nests values without end") }
  }

  @inline(__always)
  mutating func align(_ size: Int) throws {
    let alignment = min(size, greatestAlignment)
    let past = (bytes.offset - origin) & (alignment - 1)
    if past != 0 { try bytes.skip(alignment - past) }
  }

  @inline(__always)
  mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) throws -> Value {
    try align(MemoryLayout<Value>.size)
    return try bytes.integer(Value.self, bigEndian: bigEndian)
  }

  mutating func float() throws -> Float { Float(bitPattern: try integer(UInt32.self)) }
  mutating func double() throws -> Double { Double(bitPattern: try integer(UInt64.self)) }

  mutating func text() throws -> String {
    let count = Int(try integer(UInt32.self))
    guard count <= remaining else {
      throw FormatProblem("a string claims a length of \(count) bytes, but \(remaining) are left")
    }
    guard encoding == .cdr, count > 0 else { return try bytes.text(count) }
    // The length counts the closing zero; some writers leave it out.
    let range = try bytes.range(count)
    let end = bytes.bytes[range.upperBound - 1] == 0 ? range.upperBound - 1 : range.upperBound
    return String(decoding: bytes.bytes[range.lowerBound..<end], as: UTF8.self)
  }

  mutating func range(_ count: Int) throws -> Range<Int> {
    guard count <= remaining else {
      throw FormatProblem("\(count) bytes are claimed, but \(remaining) are left (truncated)")
    }
    return try bytes.range(count)
  }

  /// The count of a sequence, refused when its elements cannot fit into what is left.
  mutating func count(least: Int, bound: Int?) throws -> Int {
    let count = Int(try integer(UInt32.self))
    try check(count, least: least)
    if let bound, count > bound {
      throw FormatProblem("a sequence has the size \(count), but its type allows \(bound) at most")
    }
    return count
  }

  /// Refuses a number of elements that cannot fit into what is left.
  func check(_ count: Int, least: Int) throws {
    let (needed, overflow) = count.multipliedReportingOverflow(by: max(least, 1))
    guard !overflow, needed <= remaining || (least == 0 && count <= 4096) else {
      throw FormatProblem(
        "a sequence claims the size \(count), which needs more bytes than the \(remaining) that are left"
      )
    }
  }

  /// Seconds and nanoseconds.
  mutating func time(signed: Bool) throws -> Timestamp {
    let raw = try integer(UInt32.self)
    let seconds = signed ? Int64(Int32(bitPattern: raw)) : Int64(raw)
    let word = try integer(UInt32.self)
    let nanoseconds =
      signed && encoding == .ros1 ? Int64(Int32(bitPattern: word)) : Int64(word)
    return Timestamp(nanoseconds: seconds * 1_000_000_000 + nanoseconds)
  }
}
