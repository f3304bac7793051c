import Configuration
import Foundation
import SensorLogs

extension PipelineDefinition {
  /// Reads a definition.
  ///
  /// - Parameters:
  ///   - path: The YAML file.
  ///   - overrides: Changes from the command line, each `stage.parameter=value`; `sync.tolerance=…`, `inputs.NAME.topic=…`,
  ///     `seed=…` and `error_budget=…` work likewise.
  /// - Returns: The definition. What is wrong with its contents is reported by ``check(against:formats:log:)``, together with
  ///   what only the catalogue shows.
  /// - Throws: ``ConfigurationErrors`` when the file cannot be read, is no valid YAML or is no mapping, or an override is wrong.
  public static func load(path: String, overrides: [String] = []) throws -> PipelineDefinition {
    guard let bytes = FileManager.default.contents(atPath: path), !bytes.isEmpty else {
      _ = try YAMLNode(file: path)
      throw ConfigurationErrors(
        ConfigurationError(at: SourcePosition(file: path), "cannot be read", kind: .missing))
    }
    let folder = (path as NSString).deletingLastPathComponent
    return try load(bytes: [UInt8](bytes), file: path, folder: folder, overrides: overrides)
  }

  /// Reads a definition from memory.
  ///
  /// - Parameters:
  ///   - bytes: The YAML text.
  ///   - file: How messages call it.
  ///   - folder: The folder in which relative paths start; empty for the current one.
  ///   - overrides: Changes from the command line.
  /// - Returns: The definition.
  /// - Throws: ``ConfigurationErrors`` as ``load(path:overrides:)`` does.
  public static func load(
    bytes: [UInt8], file: String, folder: String = "", overrides: [String] = []
  ) throws -> PipelineDefinition {
    var document = try YAMLNode(bytes: bytes, file: file)
    _ = try document.requireMapping("a mapping with name, inputs, stages and outputs")
    for text in overrides { try DefinitionOverride(text).apply(to: &document) }
    var definition = PipelineDefinition(
      file: file, folder: folder, sha256: SHA256.hexDigest(bytes), document: document)
    definition.overrides = overrides
    let reader = DefinitionReader(definition)
    reader.read()
    return reader.definition
  }
}

/// Fills a definition from its document and collects what is wrong.
private final class DefinitionReader {
  var definition: PipelineDefinition

  init(_ definition: PipelineDefinition) { self.definition = definition }

  func read() {
    guard let root = definition.document.mapping else { return }
    refuseUnknown(
      root,
      ["name", "description", "seed", "inputs", "sync", "stages", "error_budget", "outputs"],
      what: "key")
    collect { definition.name = try root.required("name", as: String.self) }
    collect { definition.description = try root.optional("description", default: "") }
    readSeed(root)
    readInputs(root)
    readSync(root)
    readStages(root)
    readErrorBudget(root)
    readOutputs(root)
    refuseDuplicates()
  }

  private func collect(_ step: () throws -> Void) {
    do { try step() } catch {
      definition.problems +=
        ConfigurationErrors(collecting: error, at: definition.document.position).errors
    }
  }

  private func report(_ error: ConfigurationError) { definition.problems.append(error) }

  private func refuseUnknown(_ mapping: YAMLMapping, _ keys: [String], what: String) {
    definition.problems += mapping.unknownKeys(besides: keys, what: what)
  }

  private func readSeed(_ root: YAMLMapping) {
    guard let node = root["seed"], !node.isNull else { return }
    collect {
      let seed = try node.value(as: Int.self)
      guard seed >= 0 else { throw node.error("'seed': \(seed) is negative") }
      definition.seed = UInt64(seed)
    }
  }

  private func readInputs(_ root: YAMLMapping) {
    collect {
      let node = try root.required("inputs")
      let inputs = try node.requireMapping("a mapping of input names to topics")
      if inputs.entries.isEmpty { throw node.error("'inputs' names no input") }
      for entry in inputs.entries { readInput(entry) }
      let steady = definition.inputs.contains { $0.match == .each && !$0.isOptional }
      if !steady, definition.inputs.count == inputs.entries.count {
        throw node.error(
          "no input forms frames", hint: "one input must have 'match: each' and not be optional")
      }
    }
  }

  private func readInput(_ entry: YAMLMapping.Entry) {
    checkName(entry.key, at: entry.keyPosition, what: "input")
    collect {
      let mapping = try entry.value.requireMapping("a mapping with topic and type")
      refuseUnknown(mapping, ["topic", "type", "match", "optional", "on_error"], what: "key")
      let topic = try mapping.required("topic")
      let type = try mapping.required("type")
      definition.inputs.append(
        PipelineDefinition.Input(
          name: entry.key, topic: try mapping.required("topic", as: String.self),
          type: try mapping.required("type", as: String.self),
          match: try mapping.optional("match", default: .each),
          isOptional: try mapping.optional("optional", default: false),
          onError: try mapping.optional("on_error", default: .skip),
          position: entry.keyPosition, topicPosition: topic.position, typePosition: type.position))
    }
  }

  private func readSync(_ root: YAMLMapping) {
    guard let node = root["sync"], !node.isNull else { return }
    collect {
      let mapping = try node.requireMapping("a mapping with policy and tolerance")
      refuseUnknown(mapping, ["policy", "tolerance"], what: "key")
      var failure: (any Error)?
      do {
        definition.sync.policy = try mapping.required(
          "policy", as: PipelineDefinition.Synchronisation.Policy.self)
      } catch { failure = error }
      let tolerance = try mapping.optional("tolerance", as: Duration.self)
      if let failure { throw failure }
      switch definition.sync.policy {
      case .nearest:
        guard let tolerance else {
          throw node.error(
            "'tolerance' is missing", hint: "policy nearest needs one, such as tolerance: 5ms")
        }
        definition.sync.toleranceNanoseconds = tolerance.nanoseconds
      case .exact:
        if let tolerance, tolerance > .zero, let place = mapping["tolerance"] {
          throw place.error(
            "'tolerance' has no meaning with policy exact", hint: "write policy: nearest")
        }
      }
    }
  }

  private func readStages(_ root: YAMLMapping) {
    collect {
      let node = try root.required("stages")
      guard let items = node.items else {
        throw node.error("'stages': expected a list, found \(node.summary)")
      }
      for item in items { readStage(item) }
    }
  }

  private func readStage(_ node: YAMLNode) {
    collect {
      let mapping = try node.requireMapping("a stage: a mapping with id, use and from")
      refuseUnknown(mapping, ["id", "use", "from", "with", "on_error"], what: "key")
      var errors: [ConfigurationError] = []
      func attempt<Value>(_ step: () throws -> Value) -> Value? {
        do { return try step() } catch {
          errors += ConfigurationErrors(collecting: error, at: node.position).errors
          return nil
        }
      }
      let id = attempt { try mapping.required("id", as: String.self) }
      let use = attempt { try mapping.required("use", as: String.self) }
      let policy = attempt {
        try mapping.optional("on_error", default: PipelineDefinition.ErrorPolicy.fail)
      }
      let from = attempt { try connections(mapping["from"]) }
      if let id { checkName(id, at: mapping["id"]?.position ?? node.position, what: "stage id") }
      // A stage without 'use' stays known by its id, so that its readers are not reported as well.
      if let id {
        definition.stages.append(
          PipelineDefinition.StageUse(
            id: id, use: use ?? "", onError: policy ?? .fail, from: from ?? .positional([]),
            settings: mapping["with"] ?? .emptyMapping(at: node.position),
            position: mapping["id"]?.position ?? node.position,
            usePosition: mapping["use"]?.position ?? node.position))
      }
      if !errors.isEmpty { throw ConfigurationErrors(errors) }
    }
  }

  private func connections(_ node: YAMLNode?) throws -> PipelineDefinition.Connections {
    guard let node, !node.isNull else { return .positional([]) }
    func reference(_ node: YAMLNode) throws -> PipelineDefinition.Reference {
      guard let scalar = node.scalar, !scalar.isNull else {
        throw node.error("'from': expected the name of an input or stage, found \(node.summary)")
      }
      return PipelineDefinition.Reference(name: scalar.text, position: node.position)
    }
    if let items = node.items { return .positional(try items.map(reference)) }
    guard let mapping = node.mapping else { return .positional([try reference(node)]) }
    return .named(
      try mapping.entries.map { entry in
        let port = PipelineDefinition.Reference(name: entry.key, position: entry.keyPosition)
        return (port, try reference(entry.value))
      })
  }

  private func readErrorBudget(_ root: YAMLMapping) {
    guard let node = root["error_budget"], !node.isNull else { return }
    collect {
      switch node.scalar?.number {
      case .integer(let count) where count >= 0: definition.errorBudget = .count(count)
      case .real(let share) where (0...1).contains(share):
        definition.errorBudget = .fraction(share)
      default:
        throw node.error(
          "'error_budget': expected a share such as 0.1 or a number of frames such as 20, found "
            + node.summary)
      }
    }
  }

  private func readOutputs(_ root: YAMLMapping) {
    collect {
      let node = try root.required("outputs")
      guard let items = node.items else {
        throw node.error("'outputs': expected a list, found \(node.summary)")
      }
      for item in items { readOutput(item) }
    }
  }

  private func readOutput(_ node: YAMLNode) {
    collect {
      let mapping = try node.requireMapping("an output: a mapping with from, to and path")
      refuseUnknown(mapping, ["from", "to", "path", "with"], what: "key")
      let from = try mapping.required("from")
      let format = try mapping.required("to")
      let path = try mapping.required("path")
      let text = try mapping.required("path", as: String.self)
      let template: PathTemplate
      do throws(PathTemplate.Problem) { template = try PathTemplate(text) } catch {
        throw path.error("'path': \(error.text)", hint: error.hint)
      }
      definition.outputs.append(
        PipelineDefinition.Output(
          from: try mapping.required("from", as: String.self),
          format: try mapping.required("to", as: String.self), path: template,
          settings: mapping["with"] ?? .emptyMapping(at: node.position),
          fromPosition: from.position, formatPosition: format.position,
          pathPosition: path.position))
    }
  }

  private func checkName(_ name: String, at position: SourcePosition, what: String) {
    let letters = name.utf8
    let valid = letters.allSatisfy {
      (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95
        || $0 == 45
    }
    if !valid || letters.isEmpty || letters.count > 100 {
      report(
        ConfigurationError(
          at: position, "the \(what) '\(name)' is no valid name",
          hint: "use letters, digits, '_' and '-'"))
    }
  }

  private func refuseDuplicates() {
    var seen: [String: (what: String, line: Int)] = [:]
    for input in definition.inputs { seen[input.name] = ("input", input.position.line) }
    for stage in definition.stages {
      if let first = seen[stage.id] {
        report(
          ConfigurationError(
            at: stage.position,
            "duplicate id '\(stage.id)': the \(first.what) in line \(first.line) already has it"))
      } else {
        seen[stage.id] = ("stage", stage.position.line)
      }
    }
    var paths: [String: Int] = [:]
    for output in definition.outputs {
      // Templates that differ in writing only, such as {frame} and {frame:01}, give the same path for some frame.
      let sample = output.path.path(frame: 123_456_789, timestamp: Timestamp(nanoseconds: 987_654))
      if let line = paths[sample] {
        report(
          ConfigurationError(
            at: output.pathPosition,
            "'path': the output in line \(line) already writes '\(output.path.text)'"))
      }
      paths[sample] = output.pathPosition.line
    }
  }
}
