import SensorLogs

/// The path of an output with its placeholders: `depth/{frame:06}.png`, `cloud/{timestamp}.ply`.
struct FramePattern: Equatable {
  private enum Part: Equatable {
    case literal([UInt8])
    case frame
    case timestamp
  }

  /// What a path says about its frame.
  struct Match: Equatable {
    var frame: Int?
    var timestamp: Timestamp?
  }

  private let parts: [Part]
  /// The pattern as a person reads it.
  let description: String

  init(_ text: String) {
    var parts: [Part] = []
    var rest = Substring(text)
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      let name = rest[rest.index(after: open)..<close]
      let isFrame = name == "frame" || name.hasPrefix("frame:")
      guard isFrame || name == "timestamp" else { break }
      if open > rest.startIndex { parts.append(.literal(Array(rest[..<open].utf8))) }
      parts.append(isFrame ? .frame : .timestamp)
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { parts.append(.literal(Array(rest.utf8))) }
    self.parts = parts
    description = text
  }

  /// The pattern of a file whose name ends in digits (`cloud/000012.ply`), or of a single file.
  static func guessing(from path: String) -> FramePattern {
    let bytes = Array(path.utf8)
    let name = (bytes.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1
    let end = bytes[name...].lastIndex(of: UInt8(ascii: ".")) ?? bytes.count
    var start = end
    while start > name, isDigit(bytes[start - 1]) { start -= 1 }
    guard start < end, end - start < 19 else { return FramePattern(literal: path) }
    let head = String(decoding: bytes[..<start], as: UTF8.self)
    let tail = String(decoding: bytes[end...], as: UTF8.self)
    return FramePattern(
      parts: [.literal(Array(head.utf8)), .frame, .literal(Array(tail.utf8))],
      description: head + "{frame}" + tail)
  }

  /// The pattern that only one path fits.
  init(literal path: String) {
    self.init(parts: [.literal(Array(path.utf8))], description: path)
  }

  private init(parts: [Part], description: String) {
    self.parts = parts
    self.description = description
  }

  /// Whether a path fits, and what its numbers are.
  func match(_ path: String) -> Match? {
    let bytes = Array(path.utf8)
    var result = Match()
    var at = 0
    for (index, part) in parts.enumerated() {
      switch part {
      case .literal(let text):
        guard bytes.count - at >= text.count, bytes[at..<at + text.count].elementsEqual(text) else {
          return nil
        }
        at += text.count
      case .frame, .timestamp:
        let start = at
        if part == .timestamp, at < bytes.count, bytes[at] == UInt8(ascii: "-") { at += 1 }
        while at < bytes.count, Self.isDigit(bytes[at]) { at += 1 }
        // A literal that begins with a digit ends the number.
        if index + 1 < parts.count, case .literal(let next) = parts[index + 1] {
          let digits = next.prefix(while: Self.isDigit).count
          at = max(start, at - digits)
        }
        guard let number = Int(String(decoding: bytes[start..<at], as: UTF8.self)) else {
          return nil
        }
        if part == .frame {
          result.frame = number
        } else {
          result.timestamp = Timestamp(nanoseconds: Int64(number))
        }
      }
    }
    return at == bytes.count ? result : nil
  }

  /// The literal text before the first placeholder.
  var prefix: String {
    if case .literal(let text) = parts.first { return String(decoding: text, as: UTF8.self) }
    return ""
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
}
