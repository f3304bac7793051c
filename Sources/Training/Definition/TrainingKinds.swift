import Configuration

/// The kinds of one part of a training definition, each with a name and settings of its own.
///
/// A definition names a kind alone, `optimiser: adam`, or with settings, `optimiser: { use: adam, learning_rate: 0.01 }`.
struct TrainingKinds<Product: Sendable>: Sendable {
  /// One kind.
  struct Kind: Sendable {
    let name: String
    let summary: String
    let settings: [ParameterDescription]
    let make: @Sendable (YAMLNode) throws -> (product: Product, settings: JSONValue)

    /// A kind whose settings are a set of parameters.
    init<Settings: ParameterSet>(
      _ name: String, _ summary: String, _ type: Settings.Type,
      make: @escaping @Sendable (Settings) throws -> Product
    ) {
      self.name = name
      self.summary = summary
      settings = Settings.parameterDescriptions
      self.make = { node in
        let settings = try Settings(settings: node)
        return (try make(settings), settings.canonicalJSON)
      }
    }
  }

  /// What the part is called: `optimiser`.
  let part: String
  let kinds: [Kind]

  /// A product with what chose it.
  struct Choice: Sendable {
    let name: String
    let product: Product
    /// Name and all settings, defaults included.
    let json: JSONValue
    let position: SourcePosition
  }

  /// Reads a name, or a mapping with `use` and settings.
  func read(_ node: YAMLNode) throws -> Choice {
    var rest = YAMLNode.emptyMapping(at: node.position)
    var nameNode = node
    if let mapping = node.mapping {
      nameNode = try mapping.required("use")
      rest.content = .mapping(mapping.without("use"))
    }
    guard let name = nameNode.scalar?.text, !nameNode.isNull else {
      throw ConfigurationErrors(
        nameNode.error("expected the name of a \(part), found \(nameNode.summary)"))
    }
    guard let kind = kinds.first(where: { $0.name == name }) else {
      throw ConfigurationErrors(
        nameNode.error(
          "unknown \(part) '\(name)'",
          hint: NearestName.hint(for: name, among: kinds.map(\.name), listing: "\(part)s")))
    }
    let made: (product: Product, settings: JSONValue)
    do { made = try kind.make(rest) } catch {
      throw ConfigurationErrors(collecting: error, at: node.position)
    }
    var members = [JSONValue.Member("use", .text(name))]
    if case .object(let settings) = made.settings { members += settings }
    return Choice(
      name: name, product: made.product, json: .object(members), position: node.position)
  }
}
