import Foundation

/// A lenient view of parsed JSON: a missing key or another type is nil, never an error.
struct JSONNode {
  private let value: Any?

  init(_ value: Any?) { self.value = value is NSNull ? nil : value }

  /// Parses one JSON value.
  ///
  /// - Throws: The parser's error, which says where the text goes wrong.
  init(parsing bytes: Data) throws {
    self.init(try JSONSerialization.jsonObject(with: bytes, options: [.fragmentsAllowed]))
  }

  subscript(key: String) -> JSONNode { JSONNode((value as? [String: Any])?[key]) }

  /// The first of several keys that is there.
  func first(_ keys: String...) -> JSONNode {
    keys.lazy.map { self[$0] }.first { $0.exists } ?? JSONNode(nil)
  }

  var exists: Bool { value != nil }
  var list: [JSONNode]? { (value as? [Any])?.map { JSONNode($0) } }
  /// The members of an object, sorted by name.
  var members: [(name: String, value: JSONNode)]? {
    (value as? [String: Any])?.sorted { $0.key < $1.key }.map { ($0.key, JSONNode($0.value)) }
  }

  var text: String? { value as? String }

  var number: Double? {
    guard let number = value as? NSNumber, !isBoolean else { return nil }
    return number.doubleValue
  }

  var integer: Int? {
    guard let number else { return nil }
    if let exact = value as? Int { return exact }
    return Int(exactly: number.rounded())
  }

  /// A plain value as text, for tables; nil for lists and objects.
  var plainText: String? {
    if let text { return text }
    if isBoolean { return (value as? Bool) == true ? "yes" : "no" }
    if let exact = value as? Int { return String(exact) }
    return number.map { String($0) }
  }

  private var isBoolean: Bool {
    guard let number = value as? NSNumber else { return value is Bool }
    return String(cString: number.objCType) == "c"
  }
}
