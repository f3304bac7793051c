import Foundation

/// Parses JSON text to values whose object keys keep their order.
///
/// - Note: Source: RFC 8259.
struct JSONParser {
  private let bytes: UnsafeRawBufferPointer
  private var offset = 0
  private var count = 0
  private static let greatestDepth = 64
  private static let greatestCount = 8 << 20

  /// A parsed value; long texts stay where they are until asked for.
  enum Value {
    case null
    case bool(Bool)
    case integer(Int64)
    case real(Double)
    /// Where a text without escapes lies in the message.
    case plain(Range<Int>)
    case text(String)
    case list([Value])
    case object([(name: String, value: Value)])
  }

  /// Parses a whole text.
  static func parse(_ bytes: UnsafeRawBufferPointer) throws -> Value {
    var parser = JSONParser(bytes: bytes)
    let value = try parser.value(depth: 0)
    parser.skipBlanks()
    guard parser.offset == bytes.count else { throw parser.problem("text follows the value") }
    return value
  }

  /// Visits the members of the object that the text holds, without building their values, until `visit` returns false.
  static func members(
    _ bytes: UnsafeRawBufferPointer, visit: (String, inout JSONParser) throws -> Bool
  ) throws {
    var parser = JSONParser(bytes: bytes)
    parser.skipBlanks()
    try parser.expect(UInt8(ascii: "{"))
    parser.skipBlanks()
    while parser.peek != UInt8(ascii: "}") {
      let key = try parser.key()
      guard try visit(key, &parser) else { return }
      guard try parser.another(UInt8(ascii: "}")) else { return }
    }
  }

  private init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private func problem(_ text: String) -> FormatProblem {
    FormatProblem("the JSON is malformed at byte \(offset): \(text)")
  }

  private mutating func skipBlanks() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      offset += 1
    }
  }

  private mutating func expect(_ byte: UInt8) throws {
    guard peek == byte else {
      throw problem(
        peek == nil
          ? "the text ends early (truncated)" : "'\(UnicodeScalar(byte))' is missing")
    }
    offset += 1
  }

  /// Passes a comma, or the closing mark; whether another element follows.
  private mutating func another(_ close: UInt8) throws -> Bool {
    skipBlanks()
    if peek == close {
      offset += 1
      return false
    }
    try expect(UInt8(ascii: ","))
    skipBlanks()
    return true
  }

  private mutating func key() throws -> String {
    let key: String
    switch try string() {
    case .plain(let range): key = String(decoding: bytes[range], as: UTF8.self)
    case .text(let text): key = text
    default: throw problem("a member has no name")
    }
    skipBlanks()
    try expect(UInt8(ascii: ":"))
    return key
  }

  mutating func value(depth: Int) throws -> Value {
    guard depth < Self.greatestDepth else { throw problem("values are nested too deep") }
    count += 1
    guard count <= Self.greatestCount else { throw problem("it holds too many values") }
    skipBlanks()
    switch peek {
    case UInt8(ascii: "{"):
      offset += 1
      skipBlanks()
      var members: [(name: String, value: Value)] = []
      if peek == UInt8(ascii: "}") {
        offset += 1
        return .object([])
      }
      repeat {
        members.append((try key(), try value(depth: depth + 1)))
      } while try another(
        UInt8(ascii: "}"))
      return .object(members)
    case UInt8(ascii: "["):
      offset += 1
      skipBlanks()
      var elements: [Value] = []
      if peek == UInt8(ascii: "]") {
        offset += 1
        return .list([])
      }
      repeat { elements.append(try value(depth: depth + 1)) } while try another(UInt8(ascii: "]"))
      return .list(elements)
    case UInt8(ascii: "\""): return try string()
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(_ text: String, _ value: Value) throws -> Value {
    for byte in text.utf8 { try expect(byte) }
    return value
  }

  private mutating func number() throws -> Value {
    let start = offset
    var isInteger = true
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): break
      case UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        isInteger = false
      default:
        return try number(start, isInteger)
      }
      offset += 1
    }
    return try number(start, isInteger)
  }

  private func number(_ start: Int, _ isInteger: Bool) throws -> Value {
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if isInteger, let value = Int64(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else {
      throw problem("'\(text.prefix(40))' is no number")
    }
    return .real(value)
  }

  private mutating func string() throws -> Value {
    try expect(UInt8(ascii: "\""))
    let start = offset
    guard let base = bytes.baseAddress,
      let close = memchr(base + start, 0x22, bytes.count - start)
    else { throw problem("a text has no end (truncated)") }
    let end = UnsafeRawPointer(close) - base
    if memchr(base + start, 0x5C, end - start) == nil {
      offset = end + 1
      return .plain(start..<end)
    }
    return .text(try escaped())
  }

  private mutating func escaped() throws -> String {
    var out: [UInt8] = []
    while let byte = peek, byte != 0x22 {
      offset += 1
      guard byte == 0x5C else {
        out.append(byte)
        continue
      }
      guard let kind = peek else { break }
      offset += 1
      switch kind {
      case UInt8(ascii: "n"): out.append(0x0A)
      case UInt8(ascii: "t"): out.append(0x09)
      case UInt8(ascii: "r"): out.append(0x0D)
      case UInt8(ascii: "b"): out.append(0x08)
      case UInt8(ascii: "f"): out.append(0x0C)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(kind)
      case UInt8(ascii: "u"): out.append(contentsOf: try unicode())
      default: throw problem("an unknown escape")
      }
    }
    try expect(0x22)
    return String(decoding: out, as: UTF8.self)
  }

  private mutating func unicode() throws -> [UInt8] {
    var code = try hexadecimal()
    if (0xD800..<0xDC00).contains(code), peek == 0x5C {
      let mark = offset
      offset += 1
      if peek == UInt8(ascii: "u") {
        offset += 1
        let low = try hexadecimal()
        if (0xDC00..<0xE000).contains(low) {
          code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        } else {
          offset = mark
        }
      } else {
        offset = mark
      }
    }
    return [UInt8](String(UnicodeScalar(code) ?? "\u{FFFD}").utf8)
  }

  private mutating func hexadecimal() throws -> UInt32 {
    guard bytes.count - offset >= 4,
      let code = UInt32(
        String(decoding: bytes[offset..<(offset + 4)], as: UTF8.self), radix: 16)
    else { throw problem("an escape is incomplete") }
    offset += 4
    return code
  }
}
