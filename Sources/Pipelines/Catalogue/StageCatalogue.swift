public import Configuration
import SensorLogs

/// The stages that definitions may name.
public struct StageCatalogue: Sendable {
  /// What is known of a stage without its Swift type.
  public struct Description: Sendable {
    /// The name under `use:`.
    public let name: String
    /// What it does.
    public let documentation: String
    /// The input ports in the order of `from:`.
    public let inputs: [any InputPortDescription]
    /// The kind of payload it yields.
    public let outputType: String
    /// Whether it remembers earlier frames.
    public let isStateful: Bool
    /// The settings under `with:`.
    public let parameters: [ParameterDescription]
  }
  private let types: [String: any Stage.Type]

  /// A set of stages.
  ///
  /// - Parameter stages: Stages with distinct names.
  public init(_ stages: [any Stage.Type]) {
    var types: [String: any Stage.Type] = [:]
    for stage in stages {
      precondition(types[stage.name] == nil, "two stages are called '\(stage.name)'")
      types[stage.name] = stage
    }
    self.types = types
  }

  /// The names, sorted.
  public var names: [String] { types.keys.sorted() }

  /// What is known of a stage.
  ///
  /// - Parameter name: Its name.
  /// - Returns: The description, or nil for an unknown name.
  public func description(of name: String) -> Description? {
    types[name].map { Self.describe($0) }
  }

  /// A stage whose settings have been read.
  struct Bound: Sendable {
    let parameters: JSONValue
    let make: @Sendable (StageSetup) throws -> any StageBody
  }

  /// Reads a stage's settings.
  func bind(_ name: String, settings: YAMLNode) throws -> Bound? {
    guard let type = types[name] else { return nil }
    return try Self.bind(type, settings)
  }

  private static func describe<Kind: Stage>(_ type: Kind.Type) -> Description {
    Description(
      name: Kind.name, documentation: Kind.documentation, inputs: Kind.inputs,
      outputType: Kind.Output.typeName, isStateful: type is any StatefulStage.Type,
      parameters: Kind.Parameters.parameterDescriptions)
  }

  private static func bind<Kind: Stage>(_ type: Kind.Type, _ node: YAMLNode) throws -> Bound {
    let parameters = try Kind.Parameters(settings: node)
    return Bound(parameters: parameters.canonicalJSON) { setup in
      makeBody(try Kind(parameters, setup: setup))
    }
  }

  private static func makeBody(_ stage: any Stage) -> any StageBody {
    if let stateful = stage as? any StatefulStage { return body(stateful: stateful) }
    return body(stateless: stage)
  }

  private static func body<Kind: Stage>(stateless stage: Kind) -> any StageBody {
    StatelessBody(stage: stage)
  }

  private static func body<Kind: StatefulStage>(stateful stage: Kind) -> any StageBody {
    StatefulBody(stage: stage)
  }
}

/// A stage made for a run, with its types forgotten.
protocol StageBody: Sendable {
  /// Whether it must see frames one at a time, in order.
  var isStateful: Bool { get }
  /// Frames to replay before frame N; nil for all of them, 0 for a stateless stage.
  var replayFrames: Int? { get }
  /// Frames between those that take long.
  var burstFrames: Int { get }
  /// The state before the first frame.
  func initialState() -> (any Sendable)?
  /// Processes one frame.
  func process(_ inputs: StageInputs, state: inout (any Sendable)?) throws -> AnyMessage
}

private struct StatelessBody<Kind: Stage>: StageBody {
  let stage: Kind
  var isStateful: Bool { false }
  var replayFrames: Int? { 0 }
  var burstFrames: Int { 1 }

  func initialState() -> (any Sendable)? { nil }

  func process(_ inputs: StageInputs, state: inout (any Sendable)?) throws -> AnyMessage {
    AnyMessage(try stage.process(inputs))
  }
}

private struct StatefulBody<Kind: StatefulStage>: StageBody {
  let stage: Kind
  var isStateful: Bool { true }
  var replayFrames: Int? { stage.replayFrames }
  var burstFrames: Int { stage.burstFrames }

  func initialState() -> (any Sendable)? { stage.initialState() }

  func process(_ inputs: StageInputs, state: inout (any Sendable)?) throws -> AnyMessage {
    // The box gives the state up while the stage holds it, so that growing arrays in it are not copied.
    var own = state as? Kind.State ?? stage.initialState()
    state = nil
    defer { state = own }
    return AnyMessage(try stage.process(inputs, state: &own))
  }
}
