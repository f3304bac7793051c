public import Configuration
public import SensorLogs

/// One processing step of a pipeline.
///
/// A stage is a value that is made once for a run and then called for every frame. A stateless stage is called from several
/// threads at once. A stage that remembers earlier frames conforms to ``StatefulStage`` instead.
public protocol Stage: Sendable {
  /// The settings under `with:`.
  associatedtype Parameters: ParameterSet
  /// What it yields.
  associatedtype Output: Payload

  /// The name under `use:`, family first: `cloud.crop`.
  static var name: String { get }

  /// What it does: first line a sentence; then method, source, units and frames, and what happens on empty input.
  static var documentation: String { get }

  /// The input ports in the order of `from:`.
  static var inputs: [any InputPortDescription] { get }

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: Where the definition lies and what the run fixes for all stages.
  /// - Throws: Any error; it ends the run before the first frame and must name the setting or file at fault.
  init(_ parameters: Parameters, setup: StageSetup) throws

  /// Processes one frame.
  ///
  /// - Parameter inputs: The messages at the input ports.
  /// - Returns: The message for the output port; usually `inputs[port].replacing(result)`.
  /// - Throws: Any error; the stage's error policy decides what follows.
  func process(_ inputs: StageInputs) throws -> Message<Output>
}

/// A stage that remembers earlier frames: it sees frames one at a time, in order.
public protocol StatefulStage: Stage {
  // Repeated so that the compiler finds it from `process(_:state:)`.
  /// What it yields.
  associatedtype Output

  /// How many frames before frame N must be processed again so that the state before N is exactly what it was: for resuming
  /// and for shards. nil when it takes all of them.
  var replayFrames: Int? { get }

  /// How many frames come between those that take long; 1 when all are alike.
  ///
  /// While such a frame is worked on, so many of the next ones are read and decoded.
  var burstFrames: Int { get }

  /// Processes one frame and updates the state.
  ///
  /// - Parameters:
  ///   - inputs: The messages at the input ports.
  ///   - state: The state; empty before the first frame.
  /// - Returns: The message for the output port.
  /// - Throws: Any error; the state is then left as it was.
  func process(_ inputs: StageInputs, state: inout State) throws -> Message<Output>

  /// What it remembers.
  associatedtype State: Sendable

  /// The state before the first frame.
  func initialState() -> State
}

extension StatefulStage {
  /// All frames are alike.
  public var burstFrames: Int { 1 }

  /// Processes a frame as if it were the first.
  ///
  /// - Parameter inputs: The messages at the input ports.
  /// - Returns: The message for the output port.
  /// - Throws: What the stage throws.
  public func process(_ inputs: StageInputs) throws -> Message<Output> {
    var state = initialState()
    return try process(inputs, state: &state)
  }
}

/// What a run fixes for all stages.
public struct StageSetup: Sendable {
  /// Folder of the pipeline definition; relative paths in settings start there.
  public var definitionFolder: String
  /// Seed of the run; a stage that needs chance derives its own stream from it, its id and the frame number.
  public var seed: UInt64
  /// The stage's `id` in the definition.
  public var stageID: String
  /// Whether the definition is only being checked: files named in settings need not exist then.
  public var isValidation: Bool

  /// What a run fixes for all stages.
  ///
  /// - Parameters:
  ///   - definitionFolder: Folder of the pipeline definition.
  ///   - seed: Seed of the run.
  ///   - stageID: The stage's `id` in the definition.
  ///   - isValidation: Whether the definition is only being checked.
  public init(
    definitionFolder: String, seed: UInt64 = 0, stageID: String = "", isValidation: Bool = false
  ) {
    self.definitionFolder = definitionFolder
    self.seed = seed
    self.stageID = stageID
    self.isValidation = isValidation
  }

  /// The path of a file that a setting names.
  ///
  /// - Parameter path: Absolute, or relative to the definition.
  /// - Returns: A path that can be opened.
  public func resolve(_ path: String) -> String {
    path.hasPrefix("/") || definitionFolder.isEmpty ? path : definitionFolder + "/" + path
  }
}

/// What is known of an input port without its Swift type.
public protocol InputPortDescription: Sendable {
  /// The port's name.
  var name: String { get }
  /// The kind of payload it takes (``Payload/typeName``).
  var payloadType: String { get }
  /// Whether a definition may leave it unconnected.
  var isOptional: Bool { get }
  /// What it is for.
  var summary: String { get }
}

/// An input port for payloads of one type.
public struct InputPort<Body: Payload>: InputPortDescription {
  /// The port's name.
  public let name: String
  /// What it is for.
  public let summary: String
  /// Whether a definition may leave it unconnected.
  public let isOptional: Bool
  /// The kind of payload it takes.
  public var payloadType: String { Body.typeName }

  /// A port.
  ///
  /// - Parameters:
  ///   - name: The port's name.
  ///   - summary: What it is for.
  ///   - isOptional: Whether a definition may leave it unconnected.
  public init(_ name: String, _ summary: String, isOptional: Bool = false) {
    self.name = name
    self.summary = summary
    self.isOptional = isOptional
  }
}

/// The messages at a stage's input ports for one frame.
public struct StageInputs: Sendable {
  /// Number of the frame within the log, from 0.
  public let frameIndex: Int
  private let messages: [String: AnyMessage]

  /// Messages by port name.
  ///
  /// - Parameters:
  ///   - frameIndex: Number of the frame within the log, from 0.
  ///   - messages: Messages by port name; the definition's check has matched their types.
  public init(frameIndex: Int, messages: [String: AnyMessage]) {
    self.frameIndex = frameIndex
    self.messages = messages
  }

  /// The message at a port that is always connected.
  ///
  /// - Parameter port: A port of the stage.
  /// - Returns: The message.
  public subscript<Body: Payload>(port: InputPort<Body>) -> Message<Body> {
    guard let message = optional(port) else {
      preconditionFailure("port '\(port.name)' holds no \(Body.typeName)")
    }
    return message
  }

  /// The message at a port that may be unconnected.
  ///
  /// - Parameter port: A port of the stage.
  /// - Returns: The message, or nil.
  public func optional<Body: Payload>(_ port: InputPort<Body>) -> Message<Body>? {
    guard let message = messages[port.name], let payload = message.payload as? Body else {
      return nil
    }
    return Message(header: message.header, payload: payload)
  }
}
