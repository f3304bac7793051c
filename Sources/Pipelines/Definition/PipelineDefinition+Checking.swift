import Configuration
public import SensorLogs

extension PipelineDefinition {
  /// Checks everything that can be known before running.
  ///
  /// - Parameters:
  ///   - catalogue: The stages that may be named.
  ///   - formats: The output formats that may be named.
  ///   - log: The topics of the log; nil to check the definition alone.
  /// - Returns: The plan of the run, with warnings.
  /// - Throws: ``ConfigurationErrors`` with every mistake found. A topic that the log lacks is a mistake of kind
  ///   ``ConfigurationError/Kind/missing``.
  public func check(
    against catalogue: StageCatalogue, formats: OutputFormats, log: [LogStream]? = nil
  ) throws -> PipelinePlan {
    var checker = PipelineChecker(self, catalogue: catalogue, formats: formats)
    return try checker.plan(log: log)
  }
}

/// Resolves the names of a definition and collects what is wrong.
private struct PipelineChecker {
  private let definition: PipelineDefinition
  private let catalogue: StageCatalogue
  private let formats: OutputFormats
  private var errors: [ConfigurationError]
  private var boundStages: [StageCatalogue.Bound?] = []

  init(_ definition: PipelineDefinition, catalogue: StageCatalogue, formats: OutputFormats) {
    self.definition = definition
    self.catalogue = catalogue
    self.formats = formats
    errors = definition.problems
  }

  private var sourceNames: [String] {
    definition.inputs.map(\.name) + definition.stages.map(\.id)
  }

  mutating func plan(log: [LogStream]?) throws -> PipelinePlan {
    checkInputTypes()
    if let log { checkTopics(log) }
    boundStages = definition.stages.map { bind($0) }
    let connections = definition.stages.map { connect($0) }
    let order = sortedByDependency(connections)
    let outputs = definition.outputs.map { bind($0) }
    guard errors.isEmpty else { throw ConfigurationErrors(errors) }
    return assemble(order: order, connections: connections, outputs: outputs)
  }

  // MARK: Inputs

  private mutating func checkInputTypes() {
    let known = payloadTypes
    for input in definition.inputs where !known.contains(input.type) {
      errors.append(
        ConfigurationError(
          at: input.typePosition, "unknown type '\(input.type)' of input '\(input.name)'",
          hint: NearestName.hint(for: input.type, among: known, listing: "types")))
    }
  }

  private var payloadTypes: [String] {
    let stages = catalogue.names.compactMap { catalogue.description(of: $0) }
    return Set(
      PayloadNames.ofLogs + stages.flatMap { $0.inputs.map(\.payloadType) + [$0.outputType] }
    )
    .sorted()
  }

  private mutating func checkTopics(_ log: [LogStream]) {
    for input in definition.inputs {
      guard let stream = log.first(where: { $0.topic == input.topic }) else {
        if !input.isOptional { reportMissing(input, log) }
        continue
      }
      if stream.payloadType != input.type {
        errors.append(
          ConfigurationError(
            at: input.typePosition,
            "input '\(input.name)' is declared as \(input.type), but topic '\(input.topic)' of the "
              + "log carries \(stream.payloadType) (\(stream.type))"))
      }
    }
  }

  private mutating func reportMissing(_ input: PipelineDefinition.Input, _ log: [LogStream]) {
    let near = NearestName.find(input.topic, among: log.map(\.topic))
    let suggestion = near.map { "did you mean '\($0)'? " } ?? ""
    let topics = log.map { "\($0.topic) (\($0.payloadType))" }.joined(separator: ", ")
    errors.append(
      ConfigurationError(
        at: input.topicPosition,
        "the log has no topic '\(input.topic)' for input '\(input.name)'",
        hint: suggestion + (log.isEmpty ? "the log is empty" : "the log's topics: \(topics)"),
        kind: .missing))
  }

  // MARK: Stages

  private mutating func bind(_ stage: PipelineDefinition.StageUse) -> StageCatalogue.Bound? {
    guard !stage.use.isEmpty else { return nil }
    do {
      guard let bound = try catalogue.bind(stage.use, settings: stage.settings) else {
        errors.append(
          ConfigurationError(
            at: stage.usePosition, "unknown stage '\(stage.use)'",
            hint: NearestName.hint(for: stage.use, among: catalogue.names, listing: "stages")))
        return nil
      }
      let setup = StageSetup(
        definitionFolder: definition.folder, seed: definition.seed, stageID: stage.id,
        isValidation: true)
      do { _ = try bound.make(setup) } catch {
        errors += ConfigurationErrors(collecting: error, at: stage.settings.position).errors.map {
          var named = $0
          named.problem = "stage '\(stage.id)': \($0.problem)"
          return named
        }
      }
      return bound
    } catch {
      errors += ConfigurationErrors(collecting: error, at: stage.settings.position).errors
      return nil
    }
  }

  /// A port's source, or nil where the definition is wrong.
  private typealias Wire = (port: any InputPortDescription, source: PipelineDefinition.Reference)

  private mutating func connect(_ stage: PipelineDefinition.StageUse) -> [(
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

  private mutating func wires(
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

  private func portList(_ ports: [any InputPortDescription]) -> String {
    ports.map { "\($0.name) (\($0.payloadType)\($0.isOptional ? ", optional" : ""))" }
      .joined(separator: ", ")
  }

  private mutating func checkExists(_ reference: PipelineDefinition.Reference, of user: String) {
    guard !sourceNames.contains(reference.name) else { return }
    errors.append(
      ConfigurationError(
        at: reference.position, "'\(user)' reads '\(reference.name)', which is no input or stage",
        hint: NearestName.hint(
          for: reference.name, among: sourceNames.filter { $0 != user }, listing: "there are")))
  }

  private mutating func checkType(_ wire: Wire, of stage: PipelineDefinition.StageUse) {
    guard let found = payloadType(of: wire.source.name), found != wire.port.payloadType else {
      return
    }
    errors.append(
      ConfigurationError(
        at: wire.source.position,
        "type mismatch: '\(wire.source.name)' yields \(found), but port '\(wire.port.name)' of "
          + "'\(stage.id)' (\(stage.use)) takes \(wire.port.payloadType)"))
  }

  private func payloadType(of name: String) -> String? {
    if let input = definition.inputs.first(where: { $0.name == name }) { return input.type }
    return definition.stages.first { $0.id == name }
      .flatMap { catalogue.description(of: $0.use)?.outputType }
  }

  // MARK: Order

  /// Indices of the stages, each after those that it reads; the order of the text otherwise.
  private mutating func sortedByDependency(
    _ connections: [[(port: any InputPortDescription, source: String)]]
  ) -> [Int] {
    let indexOfID = Dictionary(
      definition.stages.enumerated().map { ($0.element.id, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    let reads = connections.map { $0.compactMap { indexOfID[$0.source] } }
    var order: [Int] = []
    var waiting = Array(definition.stages.indices)
    while !waiting.isEmpty {
      let done = Set(order)
      guard let ready = waiting.firstIndex(where: { reads[$0].allSatisfy(done.contains) }) else {
        reportCycle(reads, among: waiting)
        return order
      }
      order.append(waiting.remove(at: ready))
    }
    return order
  }

  private mutating func reportCycle(_ reads: [[Int]], among waiting: [Int]) {
    // Every waiting stage reads a waiting stage, so following them must come back.
    var trail = [waiting[0]]
    while let next = reads[trail[trail.count - 1]].first(where: waiting.contains) {
      if let start = trail.firstIndex(of: next) {
        trail = Array(trail[start...])
        break
      }
      trail.append(next)
    }
    let first = trail.min() ?? 0
    let turn = trail.firstIndex(of: first) ?? 0
    let cycle = Array(trail[turn...] + trail[..<turn]).map { definition.stages[$0].id }
    let position = definition.stages[first].position
    if cycle.count == 1 {
      errors.append(
        ConfigurationError(at: position, "cycle: stage '\(cycle[0])' reads from itself"))
    } else {
      let path = (cycle + [cycle[0]]).joined(separator: " <- ")
      errors.append(
        ConfigurationError(at: position, "cycle: the stages wait for each other: \(path)"))
    }
  }

  // MARK: Outputs

  private mutating func bind(_ output: PipelineDefinition.Output) -> OutputFormats.Bound? {
    let reference = PipelineDefinition.Reference(name: output.from, position: output.fromPosition)
    if !sourceNames.contains(output.from) {
      errors.append(
        ConfigurationError(
          at: reference.position, "the output reads '\(output.from)', which is no input or stage",
          hint: NearestName.hint(for: output.from, among: sourceNames, listing: "there are")))
    }
    guard let format = formats.description(of: output.format) else {
      errors.append(
        ConfigurationError(
          at: output.formatPosition, "unknown output format '\(output.format)'",
          hint: NearestName.hint(for: output.format, among: formats.names, listing: "formats")))
      return nil
    }
    checkPayload(output, format)
    checkPath(output, format)
    do {
      let bound = try formats.bind(output.format, settings: output.settings)
      let setup = StageSetup(
        definitionFolder: definition.folder, seed: definition.seed, stageID: output.from,
        isValidation: true)
      _ = try bound?.make(setup)
      return bound
    } catch {
      errors += ConfigurationErrors(collecting: error, at: output.settings.position).errors
      return nil
    }
  }

  private mutating func checkPayload(
    _ output: PipelineDefinition.Output, _ format: OutputFormats.Description
  ) {
    guard let found = payloadType(of: output.from), !format.payloadTypes.isEmpty,
      !format.payloadTypes.contains(found)
    else { return }
    errors.append(
      ConfigurationError(
        at: output.formatPosition,
        "type mismatch: '\(output.from)' yields \(found), but format \(format.name) takes "
          + format.payloadTypes.joined(separator: ", ")))
  }

  private mutating func checkPath(
    _ output: PipelineDefinition.Output, _ format: OutputFormats.Description
  ) {
    if format.isFramewise, !output.path.varies {
      errors.append(
        ConfigurationError(
          at: output.pathPosition,
          "'path': every frame would write '\(output.path.text)'",
          hint: "\(format.name) writes a file for each frame: put {frame:06} into the path"))
    }
    if !format.isFramewise, output.path.varies {
      errors.append(
        ConfigurationError(
          at: output.pathPosition,
          "'path': \(format.name) writes one file for the whole run",
          hint: "remove the placeholders from '\(output.path.text)'"))
    }
  }

  // MARK: Result

  private func assemble(
    order: [Int], connections: [[(port: any InputPortDescription, source: String)]],
    outputs: [OutputFormats.Bound?]
  ) -> PipelinePlan {
    var sources: [String: PipelinePlan.Source] = [:]
    for (index, input) in definition.inputs.enumerated() { sources[input.name] = .input(index) }
    for (place, index) in order.enumerated() {
      sources[definition.stages[index].id] = .stage(place)
    }
    let stages = order.compactMap { index -> PipelinePlan.PlannedStage? in
      let stage = definition.stages[index]
      guard let bound = boundStages[index] else { return nil }
      return PipelinePlan.PlannedStage(
        id: stage.id, use: stage.use, onError: stage.onError,
        connections: connections[index].compactMap { wire in
          sources[wire.source].map {
            PipelinePlan.Connection(
              port: wire.port.name, source: $0, isOptional: wire.port.isOptional)
          }
        },
        outputType: payloadType(of: stage.id) ?? "", bound: bound, position: stage.position)
    }
    let planned = zip(definition.outputs, outputs).compactMap {
      output, bound -> PipelinePlan.PlannedOutput? in
      guard let bound, let source = sources[output.from] else { return nil }
      return PipelinePlan.PlannedOutput(
        definition: output, source: source, payloadType: payloadType(of: output.from) ?? "",
        isFramewise: formats.description(of: output.format)?.isFramewise ?? true, bound: bound,
        onError: policy(of: output.from))
    }
    return PipelinePlan(
      definition: definition, stages: stages, outputs: planned,
      warnings: warnings(connections))
  }

  private func policy(of name: String) -> PipelineDefinition.ErrorPolicy {
    definition.stages.first { $0.id == name }?.onError
      ?? definition.inputs.first { $0.name == name }?.onError ?? .fail
  }

  private func warnings(_ connections: [[(port: any InputPortDescription, source: String)]])
    -> [ConfigurationError]
  {
    let used = Set(connections.flatMap { $0.map(\.source) } + definition.outputs.map(\.from))
    let inputs = definition.inputs.filter { !used.contains($0.name) }.map {
      ConfigurationError(at: $0.position, "nothing uses the input '\($0.name)'")
    }
    let stages = definition.stages.filter { !used.contains($0.id) }.map {
      ConfigurationError(at: $0.position, "nothing uses the result of stage '\($0.id)'")
    }
    return ConfigurationErrors(inputs + stages).errors
  }
}

/// Stands for the ports of a stage that the catalogue does not know, so that cycles through it are still found.
private struct UnknownPort: InputPortDescription {
  var name: String { "" }
  var payloadType: String { "" }
  var isOptional: Bool { true }
  var summary: String { "" }
}

/// The kinds of payload that logs hold or stages exchange without a stage of the catalogue naming them.
enum PayloadNames {
  static let ofLogs = [
    "boxes", "camera", "cloud", "depth", "disparity", "image", "record", "transforms",
  ]
}
