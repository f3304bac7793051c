import Configuration

extension PipelineChecker {
  // MARK: Order

  /// Indices of the stages, each after those that it reads; the order of the text otherwise.
  mutating func sortedByDependency(
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

  mutating func reportCycle(_ reads: [[Int]], among waiting: [Int]) {
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

  // MARK: Result

  func assemble(
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

  func policy(of name: String) -> PipelineDefinition.ErrorPolicy {
    definition.stages.first { $0.id == name }?.onError
      ?? definition.inputs.first { $0.name == name }?.onError ?? .fail
  }

  func warnings(_ connections: [[(port: any InputPortDescription, source: String)]])
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
