/// The JSON values that a safetensors header may hold.
enum StrictJSON {
  /// Members in the order of the text; no name twice.
  case object([(name: String, value: StrictJSON)])
  case list([StrictJSON])
  case text(String)
  /// The number as it is written.
  case number(String)
  case other
}

/// Reads JSON as RFC 8259 defines it: no comments, no trailing commas, every name once, nothing
/// behind the value.
struct StrictJSONReader {
  private let bytes: UnsafeRawBufferPointer
  private let start: Int
  private var position = 0
  private static let greatestDepth = 8
  /// No shape has as many axes; keeps hostile lists from taking much more memory than their text.
  private static let greatestListCount = 1000

  /// A reader of `bytes`, which lie `start` bytes behind the beginning of their file.
  init(_ bytes: UnsafeRawBufferPointer, startingAt start: Int) {
    self.bytes = bytes
    self.start = start
  }

  /// The one value that the bytes hold.
  mutating func read() throws(SafetensorsProblem) -> StrictJSON {
    let value = try value(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw problem("there is something behind the JSON value") }
    return value
  }

  private func problem(_ reason: String) -> SafetensorsProblem {
    SafetensorsProblem("header at byte \(start + position)", "is not valid JSON: \(reason)")
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ character: Unicode.Scalar) throws(SafetensorsProblem) {
    guard peek() == UInt8(ascii: character) else { throw problem("expected '\(character)'") }
    position += 1
  }

  private mutating func value(depth: Int) throws(SafetensorsProblem) -> StrictJSON {
    guard depth < Self.greatestDepth else {
      throw problem("values are nested deeper than \(Self.greatestDepth) levels")
    }
    skipSpace()
    guard let next = peek() else { throw problem("expected a value") }
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try list(depth: depth)
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    default:
      for word in ["true", "false", "null"] where matches(word) {
        position += word.utf8.count
        return .other
      }
      throw problem("expected a value")
    }
  }

  private func matches(_ word: String) -> Bool {
    position + word.utf8.count <= bytes.count
      && bytes[position..<position + word.utf8.count].elementsEqual(word.utf8)
  }

  private mutating func object(depth: Int) throws(SafetensorsProblem) -> StrictJSON {
    try take("{")
    var members: [(name: String, value: StrictJSON)] = []
    var names: Set<String> = []
    skipSpace()
    if peek() == UInt8(ascii: "}") {
      position += 1
      return .object([])
    }
    while true {
      skipSpace()
      let place = position
      let name = try text()
      guard names.insert(name).inserted else {
        throw SafetensorsProblem(
          "header at byte \(start + place)", "the name \"\(name)\" appears twice (duplicate)")
      }
      skipSpace()
      try take(":")
      members.append((name, try value(depth: depth + 1)))
      skipSpace()
      if peek() == UInt8(ascii: ",") {
        position += 1
        continue
      }
      try take("}")
      return .object(members)
    }
  }

  private mutating func list(depth: Int) throws(SafetensorsProblem) -> StrictJSON {
    try take("[")
    var elements: [StrictJSON] = []
    skipSpace()
    if peek() == UInt8(ascii: "]") {
      position += 1
      return .list([])
    }
    while true {
      guard elements.count < Self.greatestListCount else {
        throw problem("a list holds more than \(Self.greatestListCount) values")
      }
      elements.append(try value(depth: depth + 1))
      skipSpace()
      if peek() == UInt8(ascii: ",") {
        position += 1
        continue
      }
      try take("]")
      return .list(elements)
    }
  }

  private mutating func number() throws(SafetensorsProblem) -> String {
    let first = position
    scan: while let byte = peek() {
      switch Unicode.Scalar(byte) {
      case "0"..."9", "+", "-", ".", "e", "E": position += 1
      default: break scan
      }
    }
    return String(decoding: bytes[first..<position], as: UTF8.self)
  }

  private mutating func text() throws(SafetensorsProblem) -> String {
    try take("\"")
    var units: [UInt8] = []
    while let byte = peek() {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: units, as: UTF8.self) else {
          throw problem("a text is not valid UTF-8")
        }
        return text
      case UInt8(ascii: "\\"): try escape(into: &units)
      case 0..<0x20: throw problem("a text holds the control character \(byte)")
      default: units.append(byte)
      }
    }
    throw problem("a text does not end")
  }

  private mutating func escape(into units: inout [UInt8]) throws(SafetensorsProblem) {
    guard let byte = peek() else { throw problem("a text does not end") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(byte)
    case UInt8(ascii: "b"): units.append(0x08)
    case UInt8(ascii: "f"): units.append(0x0C)
    case UInt8(ascii: "n"): units.append(0x0A)
    case UInt8(ascii: "r"): units.append(0x0D)
    case UInt8(ascii: "t"): units.append(0x09)
    case UInt8(ascii: "u"):
      var code = try codeUnit()
      if 0xD800..<0xDC00 ~= code {
        guard matches("\\u") else { throw problem("half of a surrogate pair stands alone") }
        position += 2
        let low = try codeUnit()
        guard 0xDC00..<0xE000 ~= low else { throw problem("a surrogate pair is wrong") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else {
        throw problem("half of a surrogate pair stands alone")
      }
      units.append(contentsOf: Array(String(Character(scalar)).utf8))
    default: throw problem("a text holds an unknown escape")
    }
  }

  private mutating func codeUnit() throws(SafetensorsProblem) -> UInt32 {
    guard position + 4 <= bytes.count,
      bytes[position..<position + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let code = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    else { throw problem("an escape needs four hexadecimal digits") }
    position += 4
    return code
  }
}
