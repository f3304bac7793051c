/// The lines of a text, or of the text header of a binary file, one after the other.
struct TextLines {
  let bytes: UnsafeBufferPointer<UInt8>
  /// Where the next line starts.
  var offset: Int
  /// Number of the line read last, from 1.
  var number: Int
  /// Whether lines end with a lone carriage return (old Macintosh files).
  var endsWithReturn = false

  init(_ bytes: UnsafeBufferPointer<UInt8>, offset: Int = 0, number: Int = 0) {
    self.bytes = bytes
    self.offset = offset
    self.number = number
  }

  /// The bytes of the next line without its end, or nil when there is none.
  mutating func next() -> UnsafeBufferPointer<UInt8>? {
    guard offset < bytes.count else { return nil }
    let terminator: UInt8 = endsWithReturn ? 13 : 10
    let start = offset
    var end = start
    while end < bytes.count && bytes[end] != terminator { end += 1 }
    offset = min(end + 1, bytes.count)
    number += 1
    if end > start && bytes[end - 1] == 13 { end -= 1 }
    return UnsafeBufferPointer(rebasing: bytes[start..<end])
  }

  /// The words of the next header line, or nil when there is none or it is no plain text.
  mutating func nextWords() -> [String]? {
    guard let line = next(), line.count <= 1 << 20, !line.contains(where: { $0 == 0 }) else {
      return nil
    }
    return line.split { $0 == 32 || $0 == 9 }.map { String(decoding: $0, as: UTF8.self) }
  }
}
