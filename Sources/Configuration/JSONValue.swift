/// A value as JSON has it; objects keep the order of their members.
public indirect enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([Member])

  /// A member of an object.
  public struct Member: Sendable, Equatable {
    /// The name.
    public var name: String
    /// The value.
    public var value: JSONValue

    /// A member of an object.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - value: The value.
    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// An object with its members sorted by name.
  ///
  /// - Parameter members: Names and values.
  /// - Returns: The object.
  public static func sorted(_ members: [String: JSONValue]) -> JSONValue {
    .object(members.sorted { $0.key < $1.key }.map { Member($0.key, $0.value) })
  }

  /// Compact text on one line.
  public var compact: String {
    var text = ""
    write(to: &text, indent: nil)
    return text
  }

  /// Text with one member or item on a line, two spaces deeper for each level; short lists of plain values on one line.
  public var pretty: String {
    var text = ""
    write(to: &text, indent: 0)
    return text + "\n"
  }

  private var isPlain: Bool {
    switch self {
    case .list, .object: return false
    default: return true
    }
  }

  private func write(to text: inout String, indent: Int?) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let value): text += Self.numberText(value)
    case .text(let value): Self.writeText(value, to: &text)
    case .list(let items):
      let inside = indent.flatMap { items.allSatisfy(\.isPlain) ? nil : $0 + 1 }
      Self.writeAll(items, "[", "]", outer: indent, inner: inside, to: &text) {
        $0.write(to: &$1, indent: inside)
      }
    case .object(let members):
      let inside = indent.map { $0 + 1 }
      Self.writeAll(members, "{", "}", outer: indent, inner: inside, to: &text) {
        Self.writeText($0.name, to: &$1)
        $1 += inside == nil ? ":" : ": "
        $0.value.write(to: &$1, indent: inside)
      }
    }
  }

  private static func writeAll<Item>(
    _ items: [Item], _ open: String, _ close: String, outer: Int?, inner: Int?,
    to text: inout String, _ writeOne: (Item, inout String) -> Void
  ) {
    text += open
    for (index, item) in items.enumerated() {
      if index > 0 { text += inner == nil && outer != nil ? ", " : "," }
      if let inner { text += "\n" + String(repeating: "  ", count: inner) }
      writeOne(item, &text)
    }
    if let outer, inner != nil, !items.isEmpty {
      text += "\n" + String(repeating: "  ", count: outer)
    }
    text += close
  }

  private static func numberText(_ value: Double) -> String {
    guard value.isFinite else { return "null" }
    if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
    return String(value)
  }

  private static func writeText(_ value: String, to text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
