/// A part of a network: it owns parameters, buffers and further modules, and computes something.
///
/// A module is a final class of constants. Its parts are found by reflection, in the order of their
/// declaration; nothing is registered by hand:
///
/// ```swift
/// final class Classifier: Layer {
///   let hidden = Linear(784, 100)
///   let output = Linear(100, 10)
///
///   func forward(_ x: Tensor) -> Tensor {
///     output(hidden(x).relu())
///   }
/// }
/// ```
///
/// Names are those of PyTorch for the same architecture: the property's name in snake_case, parts
/// of parts behind a dot, elements of arrays by their place (`blocks.0.conv1.weight`).
///
/// Parts are ``Parameter``, ``Buffer``, ``Mode``, modules, and optionals and arrays of these. Other
/// properties are settings.
public protocol Module: AnyObject, Sendable, CustomStringConvertible {
  /// Names in files of weights that differ from the property's name in snake_case, by property.
  static var memberNames: [String: String] { get }

  /// The parts with their names in files of weights, in order.
  ///
  /// Containers whose parts are not properties provide their own list; all others leave it to
  /// reflection.
  var members: [(name: String, part: ModulePart)] { get }

  /// The kind of module in the printed tree and in messages: `Conv2D`.
  static var kind: String { get }

  /// The settings in one line, for the printed tree: `3 → 64, kernel 7`.
  var settings: String { get }
}

/// A part of a module.
public enum ModulePart: Sendable {
  /// A tensor that training changes.
  case parameter(Parameter)
  /// A tensor that belongs to the state but is not trained.
  case buffer(Buffer)
  /// A module inside the module.
  case module(any Module)
  /// The switch between training and evaluation.
  case mode(Mode)
}

extension Module {
  /// No differing names.
  public static var memberNames: [String: String] { [:] }

  /// The parts that reflection finds.
  public var members: [(name: String, part: ModulePart)] { reflectedMembers }

  /// The name of the type.
  public static var kind: String { String("\(Self.self)".prefix { $0 != "<" }) }

  /// No settings.
  public var settings: String { "" }

  /// The stored properties that are parts, superclasses first.
  private var reflectedMembers: [(name: String, part: ModulePart)] {
    var mirrors = [Mirror(reflecting: self)]
    while let parent = mirrors.last?.superclassMirror { mirrors.append(parent) }
    var found: [(name: String, part: ModulePart)] = []
    for mirror in mirrors.reversed() {
      for (label, value) in mirror.children {
        guard let label else { continue }
        let name = Self.memberNames[label] ?? snakeCase(label)
        if let part = ModulePart(value) {
          found.append((name, part))
        } else {
          let elements = Mirror(reflecting: value)
          guard elements.displayStyle == .collection else { continue }
          for (place, element) in elements.children.enumerated() {
            if let part = ModulePart(element.value) { found.append(("\(name).\(place)", part)) }
          }
        }
      }
    }
    return found
  }
}

extension ModulePart {
  /// What a property's value is, if it is a part.
  init?(_ value: Any) {
    switch value {
    case let parameter as Parameter: self = .parameter(parameter)
    case let buffer as Buffer: self = .buffer(buffer)
    case let mode as Mode: self = .mode(mode)
    case let module as any Module: self = .module(module)
    default: return nil
    }
  }
}

/// `runningMean` becomes `running_mean`.
private func snakeCase(_ name: String) -> String {
  var result = ""
  for character in name.drop(while: { $0 == "_" }) {
    if character.isUppercase {
      if !result.isEmpty { result.append("_") }
      result += character.lowercased()
    } else {
      result.append(character)
    }
  }
  return result
}
