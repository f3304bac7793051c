import Configuration
public import SensorLogs

/// The path of an output below the output folder, with placeholders: `depth/{frame:06}.png`.
public struct PathTemplate: Sendable, Equatable {
  enum Part: Sendable, Equatable {
    case literal(String)
    /// Frame number with leading zeros up to a width.
    case frame(width: Int)
    case timestamp
  }
  /// The path as written.
  public let text: String
  let parts: [Part]

  /// Whether each frame number gives a path of its own.
  public var namesFrames: Bool {
    parts.contains { if case .frame = $0 { true } else { false } }
  }
  /// Whether the path depends on the frame.
  public var varies: Bool { namesFrames || parts.contains(.timestamp) }

  /// What is wrong with a path.
  struct Problem: Error {
    var text: String
    var hint = ""
  }

  /// Reads a path.
  init(_ text: String) throws(Problem) {
    self.text = text
    guard !text.isEmpty else { throw Problem(text: "the path is empty") }
    guard !text.hasPrefix("/") else {
      throw Problem(
        text: "the path '\(text)' leads outside the output folder",
        hint: "write it relative to the output folder")
    }
    guard !text.hasSuffix("/") else { throw Problem(text: "the path '\(text)' names a folder") }
    for component in text.split(separator: "/", omittingEmptySubsequences: false) {
      if component == ".." {
        throw Problem(text: "the path '\(text)' leads outside the output folder ('..')")
      }
      if component.isEmpty || component == "." {
        throw Problem(text: "the path '\(text)' holds an empty or '.' component")
      }
      if component.utf8.count > 200 { throw Problem(text: "the path '\(text)' is too long") }
    }
    let first = text.prefix { $0 != "/" }
    if first.hasPrefix(".parallax") || text == "run.json" {
      throw Problem(text: "the name '\(first)' is used by Parallax itself")
    }
    parts = try Self.parse(text)
  }

  private static func parse(_ text: String) throws(Problem) -> [Part] {
    var parts: [Part] = []
    var rest = Substring(text)
    while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      if open > rest.startIndex { parts.append(.literal(String(rest[..<open]))) }
      guard rest[open] == "{", let close = rest[open...].firstIndex(of: "}") else {
        throw Problem(text: "the path '\(text)' has a brace without its partner")
      }
      parts.append(try placeholder(String(rest[rest.index(after: open)..<close])))
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { parts.append(.literal(String(rest))) }
    return parts
  }

  private static func placeholder(_ text: String) throws(Problem) -> Part {
    let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    if text == "frame" { return .frame(width: 0) }
    if text == "timestamp" { return .timestamp }
    if halves.count == 2, halves[0] == "frame", halves[1].hasPrefix("0"),
      let width = Int(halves[1]), (1...18).contains(width)
    {
      return .frame(width: width)
    }
    let name = String(halves.first ?? "")
    let isFrame = name == "frame"
    throw Problem(
      text: "unknown placeholder '{\(text)}'",
      hint: isFrame
        ? "write {frame} or {frame:06}"
        : NearestName.hint(for: name, among: ["frame", "timestamp"], listing: "placeholders"))
  }

  /// The path for one frame.
  ///
  /// - Parameters:
  ///   - frame: Number of the frame within the log.
  ///   - timestamp: Its instant; written in nanoseconds.
  /// - Returns: The path below the output folder.
  public func path(frame: Int, timestamp: Timestamp) -> String {
    parts.map { part in
      switch part {
      case .literal(let text): return text
      case .timestamp: return String(timestamp.nanoseconds)
      case .frame(let width):
        let digits = String(frame)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
      }
    }.joined()
  }
}
