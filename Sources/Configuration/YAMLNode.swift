/// A node of a YAML document, with the place where it was written.
public struct YAMLNode: Sendable {
  /// What the node is.
  public enum Content: Sendable {
    case scalar(YAMLScalar)
    case sequence([YAMLNode])
    case mapping(YAMLMapping)
  }
  /// What the node is.
  public var content: Content
  /// Where it starts.
  public var position: SourcePosition
  /// Number of nodes in it with all aliases expanded, itself included.
  let size: Int

  init(_ content: Content, at position: SourcePosition, size: Int = 1) {
    self.content = content
    self.position = position
    self.size = size
  }

  /// An empty mapping, for settings that were left out.
  ///
  /// - Parameter position: Where they would be.
  /// - Returns: The mapping's node.
  public static func emptyMapping(at position: SourcePosition) -> YAMLNode {
    YAMLNode(.mapping(YAMLMapping(entries: [], position: position)), at: position)
  }

  /// Whether the node is `null`, `~` or nothing.
  public var isNull: Bool {
    if case .scalar(let scalar) = content { return scalar.isNull }
    return false
  }

  /// The scalar, if it is one.
  public var scalar: YAMLScalar? {
    if case .scalar(let scalar) = content { return scalar }
    return nil
  }

  /// The items, if it is a list.
  public var items: [YAMLNode]? {
    if case .sequence(let items) = content { return items }
    return nil
  }

  /// The mapping, if it is one.
  public var mapping: YAMLMapping? {
    if case .mapping(let mapping) = content { return mapping }
    return nil
  }

  /// What it is, for error messages: `the text 'abc'`, `a list`, `nothing`.
  public var summary: String {
    switch content {
    case .scalar(let scalar): return scalar.summary
    case .sequence: return "a list"
    case .mapping: return "a mapping"
    }
  }

  /// A mistake at this node.
  ///
  /// - Parameters:
  ///   - problem: What is wrong.
  ///   - hint: What to do about it.
  ///   - kind: What kind of mistake.
  /// - Returns: The error, to be thrown or collected.
  public func error(
    _ problem: String, hint: String = "", kind: ConfigurationError.Kind = .invalid
  ) -> ConfigurationError {
    ConfigurationError(at: position, problem, hint: hint, kind: kind)
  }

  /// Reads the node as a value of a known type.
  ///
  /// - Parameter type: The type.
  /// - Returns: The value.
  /// - Throws: ``ConfigurationErrors`` at the node's place.
  public func value<Value: ParameterValue>(as type: Value.Type) throws -> Value {
    do { return try Value(parameter: self) } catch {
      throw ConfigurationErrors(collecting: error, at: position)
    }
  }

  /// The mapping.
  ///
  /// - Parameter what: What is expected, for the message.
  /// - Returns: The mapping.
  /// - Throws: ``ConfigurationErrors`` when the node is something else.
  public func requireMapping(_ what: String = "a mapping") throws -> YAMLMapping {
    guard let mapping else {
      throw ConfigurationErrors(error("expected \(what), found \(summary)"))
    }
    return mapping
  }

  /// The items of the list.
  ///
  /// - Parameter what: What is expected, for the message.
  /// - Returns: The items.
  /// - Throws: ``ConfigurationErrors`` when the node is something else.
  public func requireItems(_ what: String = "a list") throws -> [YAMLNode] {
    guard let items else { throw ConfigurationErrors(error("expected \(what), found \(summary)")) }
    return items
  }

  /// The node as JSON, by the rules of YAML 1.2's core schema.
  public var json: JSONValue {
    switch content {
    case .scalar(let scalar): return scalar.json
    case .sequence(let items): return .list(items.map(\.json))
    case .mapping(let mapping):
      return .object(mapping.entries.map { JSONValue.Member($0.key, $0.value.json) })
    }
  }
}
