/// A value of Python's literal syntax, as headers of NumPy files hold it.
indirect enum PythonLiteral {
  case dictionary([(key: PythonLiteral, value: PythonLiteral)])
  /// A list or a tuple.
  case sequence([PythonLiteral])
  case text(String)
  case integer(Int)
  case bool(Bool)
  case none

  /// Reads one value that fills `text` but for blanks; nil when it is none.
  init?(_ text: UnsafeBufferPointer<UInt8>) {
    var parser = PythonParser(text: text)
    guard let value = parser.value(depth: 0) else { return nil }
    parser.skipBlanks()
    guard parser.position == text.count else { return nil }
    self = value
  }

  /// The value of a dictionary's key.
  subscript(key: String) -> PythonLiteral? {
    guard case .dictionary(let entries) = self else { return nil }
    return entries.first { $0.key.string == key }?.value
  }

  var string: String? {
    if case .text(let text) = self { text } else { nil }
  }

  var items: [PythonLiteral]? {
    if case .sequence(let items) = self { items } else { nil }
  }

  var number: Int? {
    if case .integer(let number) = self { number } else { nil }
  }
}

/// Reads literals: dictionaries, lists, tuples, strings, whole numbers, True, False, None.
private struct PythonParser {
  let text: UnsafeBufferPointer<UInt8>
  var position = 0
  /// Deeper nesting than any dtype has would only eat the stack.
  private static let maxDepth = 16

  init(text: UnsafeBufferPointer<UInt8>) { self.text = text }

  mutating func skipBlanks() {
    while let c = peek(), c == 32 || c == 9 || c == 10 || c == 13 { position += 1 }
  }

  private func peek() -> UInt8? { position < text.count ? text[position] : nil }

  private mutating func take(_ c: Character) -> Bool {
    guard peek() == c.asciiValue else { return false }
    position += 1
    return true
  }

  private func isLetter(_ c: UInt8) -> Bool { (c | 32) >= 97 && (c | 32) <= 122 }

  mutating func value(depth: Int) -> PythonLiteral? {
    guard depth < Self.maxDepth else { return nil }
    skipBlanks()
    switch peek() {
    case UInt8(ascii: "{"): return dictionary(depth)
    case UInt8(ascii: "("): return sequence(until: ")", depth)
    case UInt8(ascii: "["): return sequence(until: "]", depth)
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return string().map { .text($0) }
    default: return word()
    }
  }

  private mutating func dictionary(_ depth: Int) -> PythonLiteral? {
    position += 1
    var entries: [(key: PythonLiteral, value: PythonLiteral)] = []
    while true {
      skipBlanks()
      if take("}") { return .dictionary(entries) }
      guard let key = value(depth: depth + 1) else { return nil }
      skipBlanks()
      guard take(":"), let value = value(depth: depth + 1) else { return nil }
      entries.append((key, value))
      skipBlanks()
      if take(",") { continue }
      return take("}") ? .dictionary(entries) : nil
    }
  }

  private mutating func sequence(until end: Character, _ depth: Int) -> PythonLiteral? {
    position += 1
    var items: [PythonLiteral] = []
    while true {
      skipBlanks()
      if take(end) { return .sequence(items) }
      guard let item = value(depth: depth + 1) else { return nil }
      items.append(item)
      skipBlanks()
      if take(",") { continue }
      return take(end) ? .sequence(items) : nil
    }
  }

  private mutating func string() -> String? {
    let quote = text[position]
    position += 1
    var bytes: [UInt8] = []
    while let c = peek() {
      position += 1
      if c == quote { return String(decoding: bytes, as: UTF8.self) }
      if c == UInt8(ascii: "\\") {
        guard let escaped = peek() else { return nil }
        position += 1
        bytes.append(escaped)
      } else {
        bytes.append(c)
      }
    }
    return nil
  }

  private mutating func word() -> PythonLiteral? {
    let start = position
    while let c = peek(), c == 45 || c == 43 || (c >= 48 && c <= 57) || isLetter(c) {
      position += 1
    }
    switch String(decoding: text[start..<position], as: UTF8.self) {
    case "True": return .bool(true)
    case "False": return .bool(false)
    case "None": return PythonLiteral.none
    case let digits:
      // Python 2 wrote long integers with an L.
      return Int(digits.hasSuffix("L") ? String(digits.dropLast()) : digits).map { .integer($0) }
    }
  }
}
