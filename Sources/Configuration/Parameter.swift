/// A documented setting with a default, read from a definition by the snake_case form of its name.
///
/// ```swift
/// struct Parameters: ParameterSet {
///   @Parameter("Edge length of a voxel, metres", in: 0.001...100) var voxelSize = 0.1
/// }
/// ```
@propertyWrapper
public struct Parameter<Value: ParameterValue>: Sendable {
  /// The setting's value.
  public var wrappedValue: Value {
    get { box.value }
    set { box = ParameterBox(newValue) }
  }
  /// What it means, with its unit.
  public let summary: String
  /// Allowed values, when they form a closed range.
  public let range: ClosedRange<Double>?
  /// Allowed words, when there are only some.
  public let choices: [String]
  var box: ParameterBox<Value>

  /// A setting.
  ///
  /// - Parameters:
  ///   - wrappedValue: The default.
  ///   - summary: What it means, with its unit.
  ///   - range: Allowed values, both ends included.
  ///   - choices: Allowed words.
  public init(
    wrappedValue: Value, _ summary: String, in range: ClosedRange<Double>? = nil,
    choices: [String] = []
  ) {
    self.box = ParameterBox(wrappedValue)
    self.summary = summary
    self.range = range
    self.choices = choices
  }
}

/// The memory of one setting, so that reflection can fill it while a set of parameters is being read.
final class ParameterBox<Value: Sendable>: @unchecked Sendable {
  var value: Value
  init(_ value: Value) { self.value = value }
}

/// The settings of one stage, scene or training run: a struct whose stored properties are ``Parameter``s.
public protocol ParameterSet: Sendable {
  /// The defaults.
  init()
}

/// A type that a setting may have: Bool, Int, Double, String, a duration, an optional or a list of those.
public protocol ParameterValue: Sendable {
  /// The type's name for documentation, for example `number`.
  static var parameterTypeName: String { get }
}

extension Bool: ParameterValue {
  /// The name in documentation.
  public static var parameterTypeName: String { "true or false" }
}
extension Int: ParameterValue {
  /// The name in documentation.
  public static var parameterTypeName: String { "whole number" }
}
extension Double: ParameterValue {
  /// The name in documentation.
  public static var parameterTypeName: String { "number" }
}
extension String: ParameterValue {
  /// The name in documentation.
  public static var parameterTypeName: String { "text" }
}
extension Optional: ParameterValue where Wrapped: ParameterValue {
  /// The name in documentation.
  public static var parameterTypeName: String { Wrapped.parameterTypeName }
}
extension Array: ParameterValue where Element: ParameterValue {
  /// The name in documentation.
  public static var parameterTypeName: String { "list of " + Element.parameterTypeName }
}
