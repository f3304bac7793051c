import Configuration

extension PipelineChecker {
  /// A port's source, or nil where the definition is wrong.
  typealias Wire = (port: any InputPortDescription, source: PipelineDefinition.Reference)

  mutating func connect(_ stage: PipelineDefinition.StageUse) -> [(
    port: any InputPortDescription, source: String
  )] {
    let references: [PipelineDefinition.Reference]
    switch stage.from {
    case .positional(let list): references = list
    case .named(let list): references = list.map(\.source)
    }
    for reference in references { checkExists(reference, of: stage.id) }
    guard let ports = catalogue.description(of: stage.use)?.inputs else {
      return references.compactMap { reference in
        sourceNames.contains(reference.name) ? (UnknownPort(), reference.name) : nil
      }
    }
    let wires = wires(of: stage, ports: ports)
    for port in ports
    where !port.isOptional && !wires.contains(where: { $0.port.name == port.name }) {
      if references.count >= ports.count, case .positional = stage.from { continue }
      errors.append(
        ConfigurationError(
          at: stage.position,
          "stage '\(stage.id)': port '\(port.name)' (\(port.payloadType)) of \(stage.use) is not connected",
          hint: "from: needs \(portList(ports))"))
    }
    for wire in wires { checkType(wire, of: stage) }
    return wires.compactMap {
      sourceNames.contains($0.source.name) ? ($0.port, $0.source.name) : nil
    }
  }

  mutating func wires(
    of stage: PipelineDefinition.StageUse, ports: [any InputPortDescription]
  ) -> [Wire] {
    switch stage.from {
    case .positional(let references):
      if references.count > ports.count {
        errors.append(
          ConfigurationError(
            at: references[ports.count].position,
            "stage '\(stage.id)': \(stage.use) takes \(ports.count) input(s), not \(references.count)",
            hint: "from: needs \(portList(ports))"))
      }
      return zip(ports, references).map { ($0, $1) }
    case .named(let list):
      return list.compactMap { entry in
        guard let port = ports.first(where: { $0.name == entry.port.name }) else {
          errors.append(
            ConfigurationError(
              at: entry.port.position, "\(stage.use) has no port '\(entry.port.name)'",
              hint: NearestName.hint(
                for: entry.port.name, among: ports.map(\.name), listing: "ports")))
          return nil
        }
        return (port, entry.source)
      }
    }
  }

  func portList(_ ports: [any InputPortDescription]) -> String {
    ports.map { "\($0.name) (\($0.payloadType)\($0.isOptional ? ", optional" : ""))" }
      .joined(separator: ", ")
  }

  mutating func checkExists(_ reference: PipelineDefinition.Reference, of user: String) {
    guard !sourceNames.contains(reference.name) else { return }
    errors.append(
      ConfigurationError(
        at: reference.position, "'\(user)' reads '\(reference.name)', which is no input or stage",
        hint: NearestName.hint(
          for: reference.name, among: sourceNames.filter { $0 != user }, listing: "there are")))
  }

  mutating func checkType(_ wire: Wire, of stage: PipelineDefinition.StageUse) {
    guard let found = payloadType(of: wire.source.name), found != wire.port.payloadType else {
      return
    }
    errors.append(
      ConfigurationError(
        at: wire.source.position,
        "type mismatch: '\(wire.source.name)' yields \(found), but port '\(wire.port.name)' of "
          + "'\(stage.id)' (\(stage.use)) takes \(wire.port.payloadType)"))
  }

  func payloadType(of name: String) -> String? {
    if let input = definition.inputs.first(where: { $0.name == name }) { return input.type }
    return definition.stages.first { $0.id == name }
      .flatMap { catalogue.description(of: $0.use)?.outputType }
  }
}

/// Stands for the ports of a stage that the catalogue does not know, so that cycles through it are still found.
private struct UnknownPort: InputPortDescription {
  var name: String { "" }
  var payloadType: String { "" }
  var isOptional: Bool { true }
  var summary: String { "" }
}
