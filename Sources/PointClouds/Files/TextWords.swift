/// The words of a text, across lines or up to the end of one; `#` starts a comment that lasts to the line's end.
struct TextWords {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0
  /// Number of the current line, from 1.
  private(set) var lineNumber = 1

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// Bytes that are not read yet.
  var bytesLeft: Int { bytes.count - position }

  /// The next word, on whatever line.
  mutating func next() -> UnsafeBufferPointer<UInt8>? {
    while position < bytes.count {
      if let word = nextOnLine() { return word }
      skipLine()
    }
    return nil
  }

  /// The next word of the current line.
  mutating func nextOnLine() -> UnsafeBufferPointer<UInt8>? {
    while position < bytes.count, Self.isBlank(bytes[position]) { position += 1 }
    guard position < bytes.count, bytes[position] != 10, bytes[position] != UInt8(ascii: "#") else {
      return nil
    }
    let start = position
    while position < bytes.count, bytes[position] != 10, !Self.isBlank(bytes[position]) {
      position += 1
    }
    return UnsafeBufferPointer(rebasing: bytes[start..<position])
  }

  /// Goes on behind the end of the current line.
  mutating func skipLine() {
    while position < bytes.count, bytes[position] != 10 { position += 1 }
    if position < bytes.count {
      position += 1
      lineNumber += 1
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 32 || byte == 9 || byte == 13 || byte == 11 || byte == 12
  }
}
