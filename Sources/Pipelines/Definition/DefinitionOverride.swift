import Configuration

/// A change of a definition given on the command line: `stage.parameter=value`.
struct DefinitionOverride {
  private static let topLevel = ["name", "description", "seed", "inputs", "sync", "error_budget"]
  let text: String
  private let path: [String]
  private let value: YAMLNode

  /// Reads `stage.parameter=value`.
  init(_ text: String) throws {
    self.text = text
    let position = SourcePosition(file: "--set \(text)")
    guard let equals = text.firstIndex(of: "=") else {
      throw ConfigurationErrors(
        ConfigurationError(at: position, "has no '='", hint: "write stage.parameter=value"))
    }
    path = text[..<equals].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard !path.contains(""), path.count >= 2 || Self.topLevel.contains(path[0]) else {
      throw ConfigurationErrors(
        ConfigurationError(
          at: position, "'\(text[..<equals])' names no setting", hint: "write stage.parameter=value"
        ))
    }
    let written = String(text[text.index(after: equals)...])
    do {
      let node = try YAMLNode(text: written.isEmpty ? "''" : written, file: position.file)
      value = node.moved(to: position)
    } catch let errors as ConfigurationErrors {
      throw ConfigurationErrors(
        errors.errors.map {
          ConfigurationError(at: position, "the value is no valid YAML: \($0.problem)")
        })
    }
  }

  /// Applies the change.
  func apply(to document: inout YAMLNode) throws {
    guard var root = document.mapping else { return }
    let head = path[0]
    if let changed = try changedStages(root) {
      root.set("stages", to: changed)
    } else if Self.topLevel.contains(head) {
      let node = root[head] ?? .emptyMapping(at: value.position)
      root.set(head, to: try changed(node, path.dropFirst()))
    } else {
      let ids = (root["stages"]?.items ?? []).compactMap { $0.mapping?["id"]?.scalar?.text }
      throw ConfigurationErrors(
        value.error(
          "the definition has no stage '\(head)'",
          hint: NearestName.hint(for: head, among: ids + Self.topLevel, listing: "stages")))
    }
    document.content = .mapping(root)
  }

  private func changedStages(_ root: YAMLMapping) throws -> YAMLNode? {
    guard let list = root["stages"], var items = list.items,
      let index = items.firstIndex(where: { $0.mapping?["id"]?.scalar?.text == path[0] }),
      var stage = items[index].mapping
    else { return nil }
    let settings = stage["with"].flatMap { $0.isNull ? nil : $0 }
    stage.set(
      "with", to: try changed(settings ?? .emptyMapping(at: value.position), path.dropFirst()))
    items[index].content = .mapping(stage)
    var changed = list
    changed.content = .sequence(items)
    return changed
  }

  private func changed(_ node: YAMLNode, _ rest: ArraySlice<String>) throws -> YAMLNode {
    guard let key = rest.first else { return value }
    guard var mapping = node.mapping else {
      throw ConfigurationErrors(
        value.error("'\(key)' cannot be set inside \(node.summary)", hint: "in '\(text)'"))
    }
    let inner = mapping[key] ?? .emptyMapping(at: value.position)
    mapping.set(key, to: try changed(inner, rest.dropFirst()))
    var changed = node
    changed.content = .mapping(mapping)
    return changed
  }
}

extension YAMLNode {
  /// The same node as if written at another place.
  func moved(to position: SourcePosition) -> YAMLNode {
    var moved = self
    moved.position = position
    if let items { moved.content = .sequence(items.map { $0.moved(to: position) }) }
    if let mapping {
      moved.content = .mapping(mapping.moved(to: position) { $0.moved(to: position) })
    }
    return moved
  }
}
