/// A text, number, truth value or nothing, as it was written.
///
/// Plain words follow YAML 1.2's core schema: `true` and `false` are truth values, `yes`, `no`, `on` and `off` are text.
public struct YAMLScalar: Sendable, Equatable {
  /// The text without quotes.
  public let text: String
  /// Whether it must be read as text: quoted, a block, or tagged `!!str`.
  public let isQuoted: Bool

  /// A scalar.
  ///
  /// - Parameters:
  ///   - text: The text without quotes.
  ///   - isQuoted: Whether it must be read as text.
  public init(text: String, isQuoted: Bool = false) {
    self.text = text
    self.isQuoted = isQuoted
  }

  /// Whether it stands for nothing.
  public var isNull: Bool { !isQuoted && ["", "~", "null", "Null", "NULL"].contains(text) }

  /// The truth value, if it is one.
  public var bool: Bool? {
    guard !isQuoted else { return nil }
    if ["true", "True", "TRUE"].contains(text) { return true }
    if ["false", "False", "FALSE"].contains(text) { return false }
    return nil
  }

  /// How a number turned out.
  public enum Number: Sendable, Equatable {
    case integer(Int)
    case real(Double)
    /// A number by its form that the machine's types cannot hold.
    case tooLarge
    case notANumber
    case infinite
  }

  /// The number, if it has the form of one.
  public var number: Number? {
    guard !isQuoted, let first = text.utf8.first, text.utf8.count <= 400 else { return nil }
    guard "+-.0123456789".utf8.contains(first) else { return nil }
    if [".nan", ".NaN", ".NAN"].contains(text) { return .notANumber }
    let unsigned = "+-".utf8.contains(first) ? String(text.dropFirst()) : text
    if [".inf", ".Inf", ".INF"].contains(unsigned) { return .infinite }
    if let integer = integer(unsigned) { return integer }
    guard Self.hasRealForm(unsigned), let value = Double(text) else { return nil }
    return value.isFinite ? .real(value) : .tooLarge
  }

  private func integer(_ unsigned: String) -> Number? {
    var digits = Substring(unsigned)
    var radix = 10
    if unsigned == text, unsigned.hasPrefix("0x") || unsigned.hasPrefix("0o") {
      radix = unsigned.hasPrefix("0x") ? 16 : 8
      digits = digits.dropFirst(2)
    }
    let valid = digits.utf8.allSatisfy {
      let letter = $0 | 0x20
      return (48...57).contains($0) && (radix != 8 || $0 < 56)
        || radix == 16 && (97...102).contains(letter)
    }
    guard !digits.isEmpty, valid else { return nil }
    let sign = text.hasPrefix("-") ? "-" : ""
    return Int(sign + digits, radix: radix).map(Number.integer) ?? .tooLarge
  }

  private static func hasRealForm(_ unsigned: String) -> Bool {
    var parts = unsigned.split(
      maxSplits: 1, omittingEmptySubsequences: false, whereSeparator: { $0 == "e" || $0 == "E" }
    ).map { Array($0.utf8) }
    guard let mantissa = parts.first else { return false }
    let isDigit = { (byte: UInt8) in (48...57).contains(byte) }
    let dots = mantissa.filter { $0 == 46 }.count
    guard dots <= 1, mantissa.count > dots, mantissa.allSatisfy({ isDigit($0) || $0 == 46 }) else {
      return false
    }
    guard parts.count == 2 else { return true }
    if let sign = parts[1].first, sign == 43 || sign == 45 { parts[1].removeFirst() }
    return !parts[1].isEmpty && parts[1].allSatisfy(isDigit)
  }

  /// What it is, for error messages.
  public var summary: String {
    if isNull { return "nothing" }
    let shown = text.count > 60 ? text.prefix(60) + "…" : text
    if isQuoted { return "the text '\(shown)'" }
    if number != nil || bool != nil { return String(shown) }
    return "'\(shown)'"
  }

  /// The value as JSON.
  public var json: JSONValue {
    if isNull { return .null }
    if let bool { return .bool(bool) }
    switch number {
    case .integer(let value): return .integer(value)
    case .real(let value): return .number(value)
    default: return .text(text)
    }
  }
}
