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
