import Configuration
import SensorLogs

/// Resolves the names of a definition and collects what is wrong.
struct PipelineChecker {
  let definition: PipelineDefinition
  let catalogue: StageCatalogue
  let formats: OutputFormats
  var errors: [ConfigurationError]
  var boundStages: [StageCatalogue.Bound?] = []

  init(_ definition: PipelineDefinition, catalogue: StageCatalogue, formats: OutputFormats) {
    self.definition = definition
    self.catalogue = catalogue
    self.formats = formats
    errors = definition.problems
  }

  var sourceNames: [String] {
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

  mutating func checkInputTypes() {
    let known = payloadTypes
    for input in definition.inputs where !known.contains(input.type) {
      errors.append(
        ConfigurationError(
          at: input.typePosition, "unknown type '\(input.type)' of input '\(input.name)'",
          hint: NearestName.hint(for: input.type, among: known, listing: "types")))
    }
  }

  var payloadTypes: [String] {
    let stages = catalogue.names.compactMap { catalogue.description(of: $0) }
    return Set(
      PayloadNames.ofLogs + stages.flatMap { $0.inputs.map(\.payloadType) + [$0.outputType] }
    )
    .sorted()
  }

  mutating func checkTopics(_ log: [LogStream]) {
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

  mutating func reportMissing(_ input: PipelineDefinition.Input, _ log: [LogStream]) {
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

  mutating func bind(_ stage: PipelineDefinition.StageUse) -> StageCatalogue.Bound? {
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

  // MARK: Outputs

  mutating func bind(_ output: PipelineDefinition.Output) -> OutputFormats.Bound? {
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

  mutating func checkPayload(
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

  mutating func checkPath(
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
}

/// The kinds of payload that logs hold or stages exchange without a stage of the catalogue naming them.
enum PayloadNames {
  static let ofLogs = [
    "boxes", "camera", "cloud", "depth", "disparity", "image", "record", "transforms",
  ]
}
