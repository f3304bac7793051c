/// The settings of one stage, scene or training run: a struct whose stored properties are ``Parameter``s.
public protocol ParameterSet: Sendable {
  /// The defaults.
  init()
}

/// A ``ParameterSet`` for what needs no settings.
public struct NoParameters: ParameterSet {
  /// No settings.
  public init() {}
}

/// What is known of a setting without its Swift type.
public struct ParameterDescription: Sendable, Equatable {
  /// The name in definitions.
  public var name: String
  /// The type's name, for example `number`.
  public var typeName: String
  /// The value when it is left out.
  public var defaultValue: JSONValue
  /// Allowed values, when they form a closed range.
  public var range: ClosedRange<Double>?
  /// Allowed words, when there are only some.
  public var choices: [String]
  /// What it means, with its unit.
  public var summary: String
}

extension ParameterSet {
  /// The settings in the order of their declaration.
  public static var parameterDescriptions: [ParameterDescription] {
    Self().settings.map { $0.setting.description(named: $0.name) }
  }

  /// Reads the settings.
  ///
  /// - Parameter node: A mapping from names in snake_case, or nothing for all defaults.
  /// - Throws: ``ConfigurationErrors`` with all unknown names, wrong types, values out of range and words that are no choice.
  public init(settings node: YAMLNode) throws {
    self.init()
    if node.isNull { return }
    let mapping = try node.requireMapping("a mapping of settings")
    let settings = self.settings
    var errors = mapping.unknownKeys(besides: settings.map(\.name), what: "parameter")
    for (name, setting) in settings {
      guard let value = mapping[name] else { continue }
      do { try setting.read(value) } catch {
        errors += ConfigurationErrors(collecting: error, at: value.position).errors
          .map { $0.naming(name) }
      }
    }
    if !errors.isEmpty { throw ConfigurationErrors(errors) }
  }

  /// All settings, sorted by name.
  public var canonicalJSON: JSONValue {
    .object(
      settings.map { JSONValue.Member($0.name, $0.setting.json) }.sorted { $0.name < $1.name })
  }

  private var settings: [(name: String, setting: any AnySetting)] {
    Mirror(reflecting: self).children.compactMap { child in
      guard let label = child.label, let setting = child.value as? any AnySetting else {
        return nil
      }
      return (settingName(String(label.drop { $0 == "_" })), setting)
    }
  }
}

/// The name of a property in definitions: `maxDisparity` becomes `max_disparity`, `minIoU` becomes `min_iou`.
///
/// - Parameter property: The property's name in Swift.
/// - Returns: The name in snake_case.
func settingName(_ property: String) -> String {
  let letters = Array(property.replacing("IoU", with: "Iou"))
  var name = ""
  for (index, letter) in letters.enumerated() {
    if letter.isUppercase, index > 0 {
      let afterLower = !letters[index - 1].isUppercase
      let beforeLower = index + 1 < letters.count && letters[index + 1].isLowercase
      if afterLower || beforeLower { name += "_" }
    }
    name += letter.lowercased()
  }
  return name
}

/// A ``Parameter`` with its type forgotten.
private protocol AnySetting {
  func read(_ node: YAMLNode) throws
  func description(named name: String) -> ParameterDescription
  var json: JSONValue { get }
}

extension Parameter: AnySetting {
  // The box is shared with the set that is being read, so this fills the set's property.
  fileprivate func read(_ node: YAMLNode) throws {
    let value = try Value(parameter: node)
    if let range, let number = value.parameterNumbers.first(where: { !range.contains($0) }) {
      throw node.error(
        "\(JSONValue.number(number).compact) is out of range",
        hint: "allowed: \(JSONValue.number(range.lowerBound).compact) to "
          + JSONValue.number(range.upperBound).compact)
    }
    if !choices.isEmpty, let word = value.parameterWords.first(where: { !choices.contains($0) }) {
      throw node.error(
        "'\(word)' is none of \(choices.joined(separator: ", "))",
        hint: NearestName.hint(for: word, among: choices))
    }
    box.value = value
  }

  fileprivate func description(named name: String) -> ParameterDescription {
    ParameterDescription(
      name: name, typeName: Value.parameterTypeName, defaultValue: wrappedValue.parameterJSON,
      range: range, choices: choices.isEmpty ? Value.parameterChoices : choices, summary: summary)
  }

  fileprivate var json: JSONValue { wrappedValue.parameterJSON }
}
