/// A type that a setting may have: Bool, Int, Double, String, Duration, an enumeration of words, an optional or a list of
/// those, or a nested ``ParameterSet``.
///
/// An enumeration needs no code: `enum Method: String, CaseIterable, ParameterValue { case block, semiGlobal = "semi_global" }`.
/// Neither does a nested set: `struct Beam: ParameterSet, ParameterValue { … }`.
public protocol ParameterValue: Sendable {
  /// The type's name for documentation, for example `number`.
  static var parameterTypeName: String { get }

  /// The words allowed by the type itself; empty when any value is.
  static var parameterChoices: [String] { get }

  /// Reads a value.
  ///
  /// - Parameter node: The node under the setting's name.
  /// - Throws: ``ConfigurationError`` or ``ConfigurationErrors`` that say what was expected and found.
  init(parameter node: YAMLNode) throws

  /// The value for `run.json` and documentation.
  var parameterJSON: JSONValue { get }

  /// The numbers that a setting's range applies to.
  var parameterNumbers: [Double] { get }

  /// The words that a setting's choices apply to.
  var parameterWords: [String] { get }
}

extension ParameterValue {
  /// No choices.
  public static var parameterChoices: [String] { [] }
  /// No numbers.
  public var parameterNumbers: [Double] { [] }
  /// No words.
  public var parameterWords: [String] { [] }
}

extension ParameterValue {
  static func mismatch(_ node: YAMLNode, hint: String = "") -> ConfigurationError {
    node.error("expected a \(parameterTypeName), found \(node.summary)", hint: hint)
  }
}

extension Bool: ParameterValue {
  /// The name in documentation.
  public static var parameterTypeName: String { "truth value" }

  /// Reads `true` or `false`.
  ///
  /// - Parameter node: The node.
  /// - Throws: ``ConfigurationError`` when it is anything else.
  public init(parameter node: YAMLNode) throws {
    guard let value = node.scalar?.bool else {
      throw Self.mismatch(node, hint: "write true or false")
    }
    self = value
  }

  /// The value for `run.json`.
  public var parameterJSON: JSONValue { .bool(self) }
}

extension Int: ParameterValue {
  /// The name in documentation.
  public static var parameterTypeName: String { "whole number" }

  /// Reads a whole number without point or exponent.
  ///
  /// - Parameter node: The node.
  /// - Throws: ``ConfigurationError`` when it is anything else or too large.
  public init(parameter node: YAMLNode) throws {
    switch node.scalar?.number {
    case .integer(let value): self = value
    case .tooLarge: throw node.error("the number \(node.summary) is too large")
    default: throw Self.mismatch(node)
    }
  }

  /// The value for `run.json`.
  public var parameterJSON: JSONValue { .integer(self) }
  /// The value.
  public var parameterNumbers: [Double] { [Double(self)] }
}

extension Double: ParameterValue {
  /// The name in documentation.
  public static var parameterTypeName: String { "number" }

  /// Reads a finite number.
  ///
  /// - Parameter node: The node.
  /// - Throws: ``ConfigurationError`` when it is anything else, infinite or not a number.
  public init(parameter node: YAMLNode) throws {
    switch node.scalar?.number {
    case .integer(let value): self = Double(value)
    case .real(let value): self = value
    case .tooLarge:
      guard let value = Double(node.scalar?.text ?? ""), value.isFinite else {
        throw node.error("the number \(node.summary) is too large")
      }
      self = value
    case .infinite, .notANumber: throw node.error("expected a finite number, found \(node.summary)")
    case nil: throw Self.mismatch(node)
    }
  }

  /// The value for `run.json`.
  public var parameterJSON: JSONValue { .number(self) }
  /// The value.
  public var parameterNumbers: [Double] { [self] }
}

extension String: ParameterValue {
  /// The name in documentation.
  public static var parameterTypeName: String { "text" }

  /// Reads a text; numbers and truth values are taken as they are written.
  ///
  /// - Parameter node: The node.
  /// - Throws: ``ConfigurationError`` when it is a list, a mapping or nothing.
  public init(parameter node: YAMLNode) throws {
    guard let scalar = node.scalar, !scalar.isNull else { throw Self.mismatch(node) }
    self = scalar.text
  }

  /// The value for `run.json`.
  public var parameterJSON: JSONValue { .text(self) }
  /// The value.
  public var parameterWords: [String] { [self] }
}

extension Optional: ParameterValue where Wrapped: ParameterValue {
  /// The name in documentation.
  public static var parameterTypeName: String { Wrapped.parameterTypeName }
  /// The choices of the wrapped type.
  public static var parameterChoices: [String] { Wrapped.parameterChoices }

  /// Reads a value, or nothing.
  ///
  /// - Parameter node: The node.
  /// - Throws: What the wrapped type throws.
  public init(parameter node: YAMLNode) throws {
    self = node.isNull ? nil : try Wrapped(parameter: node)
  }

  /// The value for `run.json`.
  public var parameterJSON: JSONValue { self?.parameterJSON ?? .null }
  /// The wrapped value's numbers.
  public var parameterNumbers: [Double] { self?.parameterNumbers ?? [] }
  /// The wrapped value's words.
  public var parameterWords: [String] { self?.parameterWords ?? [] }
}

extension Array: ParameterValue where Element: ParameterValue {
  /// The name in documentation.
  public static var parameterTypeName: String { "list of \(Element.parameterTypeName)s" }
  /// The choices of the elements' type.
  public static var parameterChoices: [String] { Element.parameterChoices }

  /// Reads a list.
  ///
  /// - Parameter node: The node.
  /// - Throws: ``ConfigurationErrors`` with every item that is wrong.
  public init(parameter node: YAMLNode) throws {
    guard let items = node.items else { throw Self.mismatch(node) }
    var errors: [ConfigurationError] = []
    self = items.compactMap { item in
      do { return try Element(parameter: item) } catch {
        errors += ConfigurationErrors(collecting: error, at: item.position).errors
        return nil
      }
    }
    if !errors.isEmpty { throw ConfigurationErrors(errors) }
  }

  /// The value for `run.json`.
  public var parameterJSON: JSONValue { .list(map(\.parameterJSON)) }
  /// All numbers in the list.
  public var parameterNumbers: [Double] { flatMap(\.parameterNumbers) }
  /// All words in the list.
  public var parameterWords: [String] { flatMap(\.parameterWords) }
}

extension ParameterValue where Self: RawRepresentable & CaseIterable, RawValue == String {
  /// The name in documentation.
  public static var parameterTypeName: String { "word" }
  /// The cases.
  public static var parameterChoices: [String] { allCases.map(\.rawValue) }

  /// Reads one of the cases.
  ///
  /// - Parameter node: The node.
  /// - Throws: ``ConfigurationError`` with the nearest case when it is none.
  public init(parameter node: YAMLNode) throws {
    guard let word = node.scalar?.text, let value = Self(rawValue: word) else {
      let choices = Self.parameterChoices
      throw node.error(
        "expected one of \(choices.joined(separator: ", ")), found \(node.summary)",
        hint: NearestName.hint(for: node.scalar?.text ?? "", among: choices))
    }
    self = value
  }

  /// The value for `run.json`.
  public var parameterJSON: JSONValue { .text(rawValue) }
}

extension ParameterValue where Self: ParameterSet {
  /// The name in documentation.
  public static var parameterTypeName: String { "mapping" }

  /// Reads a nested set of settings.
  ///
  /// - Parameter node: The mapping.
  /// - Throws: ``ConfigurationErrors`` with everything that is wrong in it.
  public init(parameter node: YAMLNode) throws { self = try Self(settings: node) }

  /// The values for `run.json`.
  public var parameterJSON: JSONValue { canonicalJSON }
}
