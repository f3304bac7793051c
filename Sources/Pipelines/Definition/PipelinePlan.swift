public import Configuration

/// A definition that has been checked: every name resolved, every setting read, every port matched.
public struct PipelinePlan: Sendable {
  /// Where a message comes from.
  enum Source: Sendable, Hashable {
    /// An input, by its index.
    case input(Int)
    /// A stage, by its index in ``stages``.
    case stage(Int)
  }

  /// A connected port of a stage.
  struct Connection: Sendable {
    var port: String
    var source: Source
    var isOptional: Bool
  }

  /// A stage in the order of the work.
  struct PlannedStage: Sendable {
    var id: String
    var use: String
    var onError: PipelineDefinition.ErrorPolicy
    var connections: [Connection]
    var outputType: String
    var bound: StageCatalogue.Bound
    var position: SourcePosition
  }

  /// An output with its format.
  struct PlannedOutput: Sendable {
    var definition: PipelineDefinition.Output
    var source: Source
    var payloadType: String
    var isFramewise: Bool
    var bound: OutputFormats.Bound
    /// What follows when a result cannot be encoded: the policy of what made it.
    var onError: PipelineDefinition.ErrorPolicy
  }

  /// The definition.
  public let definition: PipelineDefinition
  /// The stages, each after those that it reads.
  let stages: [PlannedStage]
  /// The outputs in the order of the text.
  let outputs: [PlannedOutput]
  /// What is suspicious but no mistake: results that nobody uses.
  public let warnings: [ConfigurationError]

  /// The settings of all stages with their defaults filled in, for `run.json`.
  var resolved: JSONValue {
    .object([
      .init("name", .text(definition.name)),
      .init("definition", definition.document.json),
      .init(
        "stages",
        .list(
          stages.map {
            .object([
              .init("id", .text($0.id)), .init("use", .text($0.use)),
              .init("with", $0.bound.parameters),
            ])
          })),
      .init(
        "outputs",
        .list(
          outputs.map {
            .object([
              .init("from", .text($0.definition.from)), .init("to", .text($0.definition.format)),
              .init("path", .text($0.definition.path.text)), .init("with", $0.bound.parameters),
            ])
          })),
    ])
  }
}
