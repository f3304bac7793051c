/// The path of an output with its frame number: `depth/{frame:06}.png`.
struct FramePattern: Equatable {
  /// What stands before the number, and after it; `suffix` is nil when there is no number.
  let prefix: String
  let suffix: String?

  init(_ text: String) {
    guard let open = text.range(of: "{frame"),
      let close = text[open.upperBound...].firstIndex(of: "}")
    else {
      prefix = text
      suffix = nil
      return
    }
    prefix = String(text[..<open.lowerBound])
    suffix = String(text[text.index(after: close)...])
  }

  /// The frame number in a path that fits the pattern; 0 where the pattern has none.
  func frame(in path: String) -> Int? {
    guard let suffix else { return path == prefix ? 0 : nil }
    guard path.utf8.count > prefix.utf8.count + suffix.utf8.count, path.hasPrefix(prefix),
      path.hasSuffix(suffix)
    else { return nil }
    let digits = path.utf8.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count)
    guard digits.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
    return Int(String(decoding: digits, as: UTF8.self))
  }

  /// The pattern of a file whose name ends in digits (`cloud/000012.ply`), or of a single file.
  static func guessing(from path: String) -> FramePattern {
    let bytes = Array(path.utf8)
    let name = (bytes.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1
    let end = bytes[name...].lastIndex(of: UInt8(ascii: ".")) ?? bytes.count
    var start = end
    while start > name, bytes[start - 1] >= 48, bytes[start - 1] <= 57 { start -= 1 }
    guard start < end, end - start < 18 else { return FramePattern(prefix: path, suffix: nil) }
    return FramePattern(
      prefix: String(decoding: bytes[..<start], as: UTF8.self),
      suffix: String(decoding: bytes[end...], as: UTF8.self))
  }

  private init(prefix: String, suffix: String?) {
    self.prefix = prefix
    self.suffix = suffix
  }

  /// The pattern as a person reads it.
  var description: String { suffix.map { prefix + "{frame}" + $0 } ?? prefix }
}
