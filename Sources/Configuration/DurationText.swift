extension Duration: ParameterValue {
  /// The name in documentation.
  public static var parameterTypeName: String { "duration" }

  private static let units: [(name: String, nanoseconds: Double)] = [
    ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("min", 60e9), ("h", 3600e9),
  ]

  /// Reads a number with its unit: `5ms`, `0.1s`, `10us`, `2min`; `0` needs no unit.
  ///
  /// - Parameter node: The node.
  /// - Throws: ``ConfigurationError`` when the unit is missing or unknown, or the duration is negative or longer than 292 years.
  public init(parameter node: YAMLNode) throws {
    let form = "write a number with a unit, such as 5ms, 0.1s, 10us or 2min"
    guard let text = node.scalar?.text, !node.isNull else { throw Self.mismatch(node, hint: form) }
    let digits = text.prefix { "+-.0123456789".contains($0) }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }
    let value: Double
    switch YAMLScalar(text: String(digits)).number {
    case .integer(let whole): value = Double(whole)
    case .real(let real): value = real
    default: throw node.error("expected a duration, found \(node.summary)", hint: form)
    }
    guard value >= 0 else { throw node.error("the duration \(text) is negative") }
    if unit.isEmpty {
      guard value == 0 else { throw node.error("the duration \(text) has no unit", hint: form) }
      self = .zero
      return
    }
    guard let scale = Self.units.first(where: { $0.name == unit })?.nanoseconds else {
      throw node.error("'\(unit)' in the duration '\(text)' is no unit of time", hint: form)
    }
    let nanoseconds = (value * scale).rounded()
    guard nanoseconds < 9.2e18 else { throw node.error("the duration \(text) is too long") }
    self = .nanoseconds(Int64(nanoseconds))
  }

  /// The length in nanoseconds; fractions are dropped, what does not fit is the largest or smallest number.
  public var nanoseconds: Int64 {
    let (whole, overflow) = components.seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, over) = whole.addingReportingOverflow(components.attoseconds / 1_000_000_000)
    return overflow || over ? (components.seconds < 0 ? .min : .max) : sum
  }

  /// The length with the largest unit that keeps it whole, for example `5ms`.
  public var parameterText: String {
    let value = nanoseconds
    for (name, scale) in [("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1000)]
      as [(String, Int64)]
    where value % scale == 0 {
      return "\(value / scale)\(name)"
    }
    return "\(value)ns"
  }

  /// The value for `run.json`.
  public var parameterJSON: JSONValue { .text(parameterText) }
  /// The length in seconds.
  public var parameterNumbers: [Double] { [Double(nanoseconds) / 1e9] }
}
