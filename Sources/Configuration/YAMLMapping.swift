/// A YAML mapping with readers that name the place of what is wrong.
///
/// ```swift
/// let camera = try YAMLNode(file: path).requireMapping()
/// let fx = try camera.required("fx", as: Double.self)
/// try camera.refuseUnknownKeys(besides: ["fx", "fy"])
/// ```
public struct YAMLMapping: Sendable {
  /// A key with its value.
  public struct Entry: Sendable {
    /// The key.
    public var key: String
    /// Where the key is written.
    public var keyPosition: SourcePosition
    /// The value.
    public var value: YAMLNode

    /// A key with its value.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - keyPosition: Where the key is written.
    ///   - value: The value.
    public init(key: String, keyPosition: SourcePosition, value: YAMLNode) {
      self.key = key
      self.keyPosition = keyPosition
      self.value = value
    }
  }
  /// The entries in the order of the text; no key appears twice.
  public private(set) var entries: [Entry]
  /// Where the mapping starts.
  public let position: SourcePosition
  private var indexOfKey: [String: Int]

  init(entries: [Entry], position: SourcePosition) {
    self.entries = entries
    self.position = position
    indexOfKey = Dictionary(
      entries.enumerated().map { ($0.element.key, $0.offset) },
      uniquingKeysWith: { first, _ in first })
  }

  /// The keys in the order of the text.
  public var keys: [String] { entries.map(\.key) }

  /// The value of a key.
  ///
  /// - Parameter key: The key.
  /// - Returns: Its value, or nil when the key is absent.
  public subscript(key: String) -> YAMLNode? { entry(key)?.value }

  /// A key with its value.
  ///
  /// - Parameter key: The key.
  /// - Returns: The entry, or nil when the key is absent.
  public func entry(_ key: String) -> Entry? { indexOfKey[key].map { entries[$0] } }

  /// Sets a key's value.
  ///
  /// - Parameters:
  ///   - key: The key; appended when absent.
  ///   - value: The value.
  public mutating func set(_ key: String, to value: YAMLNode) {
    if let index = indexOfKey[key] {
      entries[index].value = value
    } else {
      indexOfKey[key] = entries.count
      entries.append(Entry(key: key, keyPosition: value.position, value: value))
    }
  }

  /// The same mapping without a key.
  ///
  /// - Parameter key: The key; it may be absent.
  /// - Returns: The other entries.
  public func without(_ key: String) -> YAMLMapping {
    YAMLMapping(entries: entries.filter { $0.key != key }, position: position)
  }

  /// The same mapping with changed values, as if written at another place.
  ///
  /// - Parameters:
  ///   - position: The place.
  ///   - transform: Changes a value.
  /// - Returns: The changed mapping.
  public func moved(to position: SourcePosition, _ transform: (YAMLNode) -> YAMLNode) -> YAMLMapping
  {
    YAMLMapping(
      entries: entries.map {
        Entry(key: $0.key, keyPosition: position, value: transform($0.value))
      }, position: position)
  }

  /// The value of a key that must be present.
  ///
  /// - Parameter key: The key.
  /// - Returns: Its node.
  /// - Throws: ``ConfigurationErrors`` when the key is absent.
  public func required(_ key: String) throws -> YAMLNode {
    guard let node = self[key] else {
      let near = NearestName.find(key, among: keys)
      throw ConfigurationErrors(
        ConfigurationError(
          at: position, "'\(key)' is missing",
          hint: near.map { "is '\($0)' a misspelling of it?" } ?? ""))
    }
    return node
  }

  /// The value of a key that must be present, as a type.
  ///
  /// - Parameters:
  ///   - key: The key.
  ///   - type: The type.
  /// - Returns: The value.
  /// - Throws: ``ConfigurationErrors`` when the key is absent or its value has another type.
  public func required<Value: ParameterValue>(_ key: String, as type: Value.Type) throws -> Value {
    try Self.naming(key) { try required(key).value(as: type) }
  }

  /// The value of a key that may be absent or null.
  ///
  /// - Parameters:
  ///   - key: The key.
  ///   - type: The type.
  /// - Returns: The value, or nil.
  /// - Throws: ``ConfigurationErrors`` when the value has another type.
  public func optional<Value: ParameterValue>(_ key: String, as type: Value.Type) throws -> Value? {
    guard let node = self[key], !node.isNull else { return nil }
    return try Self.naming(key) { try node.value(as: type) }
  }

  /// The value of a key that may be absent.
  ///
  /// - Parameters:
  ///   - key: The key.
  ///   - fallback: The value when the key is absent or null.
  /// - Returns: The value.
  /// - Throws: ``ConfigurationErrors`` when the value has another type.
  public func optional<Value: ParameterValue>(_ key: String, default fallback: Value) throws
    -> Value
  {
    try optional(key, as: Value.self) ?? fallback
  }

  /// Refuses keys that nobody reads.
  ///
  /// - Parameter known: The valid keys.
  /// - Throws: ``ConfigurationErrors`` with one mistake for each unknown key.
  public func refuseUnknownKeys(besides known: [String]) throws {
    let errors = unknownKeys(besides: known)
    if !errors.isEmpty { throw ConfigurationErrors(errors) }
  }

  /// Keys that nobody reads.
  ///
  /// - Parameters:
  ///   - known: The valid keys.
  ///   - what: What the keys are called in messages.
  /// - Returns: One mistake for each unknown key.
  public func unknownKeys(besides known: [String], what: String = "key") -> [ConfigurationError] {
    entries.filter { !known.contains($0.key) }.map { entry in
      ConfigurationError(
        at: entry.keyPosition, "unknown \(what) '\(entry.key)'",
        hint: NearestName.hint(for: entry.key, among: known, listing: "valid \(what)s"))
    }
  }

  private static func naming<Value>(_ key: String, _ read: () throws -> Value) throws -> Value {
    do { return try read() } catch let failure as ConfigurationErrors {
      throw ConfigurationErrors(failure.errors.map { $0.naming(key) })
    }
  }
}

extension ConfigurationError {
  /// The same mistake with the setting's name in front, unless it already names it.
  func naming(_ key: String) -> ConfigurationError {
    var named = self
    if !problem.contains("'\(key)'") { named.problem = "'\(key)': \(problem)" }
    return named
  }
}
