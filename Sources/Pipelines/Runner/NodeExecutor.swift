import SensorLogs

/// Runs one node on one frame.
struct NodeExecutor: Sendable {
  let graph: PipelineGraph
  let plan: PipelinePlan
  let outputFolder: String
  let synchronizesFiles: Bool
  let folders: FolderMaker

  /// What came of it.
  struct Outcome: Sendable {
    var result: NodeResult
    var failure: NodeFailure?
  }

  /// Runs a node.
  ///
  /// - Parameters:
  ///   - node: The node.
  ///   - frame: The frame's messages.
  ///   - inputs: Results of the nodes that it reads, in the order of its `reads`.
  ///   - state: State of a stateful stage.
  /// - Returns: The result, or the failure with the policy that it follows.
  /// - Throws: ``PipelineError`` when a result cannot be written: no policy applies to that.
  func run(
    _ node: Int, _ frame: FrameMessages, inputs: [NodeResult], state: inout (any Sendable)?
  ) throws -> Outcome {
    switch graph.works[node] {
    case .decode(let index, let input):
      guard let message = frame.messages[index] else { return Outcome(result: .empty) }
      return outcome(node, policy: input.onError) { try decode(message, as: input) }
    case .process(let body, let wires, let policy):
      if inputs.contains(where: { if case .dropped = $0 { true } else { false } }) {
        return Outcome(result: .dropped)
      }
      guard let messages = gather(wires, inputs) else { return Outcome(result: .empty) }
      let stageInputs = StageInputs(frameIndex: frame.index, messages: messages)
      return outcome(node, policy: policy) {
        .message(try body.process(stageInputs, state: &state))
      }
    case .encode(let output, let encoder, _, let policy):
      return try encode(node, frame, inputs[0], output, encoder, policy)
    }
  }

  private func outcome(
    _ node: Int, policy: PipelineDefinition.ErrorPolicy, _ work: () throws -> NodeResult
  ) -> Outcome {
    do { return Outcome(result: try work()) } catch {
      let failure = NodeFailure(node: node, policy: policy, reason: String(describing: error))
      return Outcome(result: policy == .empty ? .empty : .dropped, failure: failure)
    }
  }

  private func decode(_ message: SharedMessage, as input: PipelineDefinition.Input) throws
    -> NodeResult
  {
    let decoded = try message.decoded()
    let found = type(of: decoded.payload).typeName
    guard found == input.type else {
      throw PipelineError(
        .failed, "a message of topic '\(input.topic)' holds \(found), not \(input.type)")
    }
    return .message(decoded)
  }

  /// The messages by port; nil when a port that must be connected has nothing.
  private func gather(_ wires: [PipelineGraph.Wire], _ inputs: [NodeResult]) -> [String:
    AnyMessage]?
  {
    var messages: [String: AnyMessage] = [:]
    for (wire, input) in zip(wires, inputs) {
      if case .message(let message) = input {
        messages[wire.port] = message
      } else if !wire.isOptional {
        return nil
      }
    }
    return messages
  }

  private func encode(
    _ node: Int, _ frame: FrameMessages, _ input: NodeResult, _ output: Int,
    _ encoder: OutputEncoder, _ policy: PipelineDefinition.ErrorPolicy
  ) throws -> Outcome {
    var message: AnyMessage?
    switch input {
    case .message(let found): message = found
    case .empty: message = nil
    case .dropped, .none, .prepared: return Outcome(result: .dropped)
    }
    let encoded: (any Sendable)?
    do { encoded = try encoder.encode(message, frame.index, frame.timestamp) } catch {
      // A result that cannot be written is no result; empty is what the format makes of that.
      let failure = NodeFailure(node: node, policy: policy, reason: String(describing: error))
      guard policy == .empty else { return Outcome(result: .dropped, failure: failure) }
      let nothing = try? encoder.encode(nil, frame.index, frame.timestamp)
      return Outcome(
        result: .prepared(try prepare(nothing ?? nil, frame, output, encoder)), failure: failure)
    }
    return Outcome(result: .prepared(try prepare(encoded, frame, output, encoder)))
  }

  private func prepare(
    _ encoded: (any Sendable)?, _ frame: FrameMessages, _ output: Int, _ encoder: OutputEncoder
  ) throws -> PreparedOutput? {
    guard let encoded else { return nil }
    guard encoder.makeWriter == nil, let bytes = encoded as? [UInt8] else {
      return .encoded(encoded)
    }
    let template = plan.outputs[output].definition.path
    let path = outputFolder + "/" + template.path(frame: frame.index, timestamp: frame.timestamp)
    try folders.make(AtomicFile.split(path).folder)
    let temporary = try AtomicFile.writeAside(
      bytes, for: path, mark: "\(frame.index)-", synchronize: synchronizesFiles)
    return .file(temporary: temporary, path: path, byteCount: bytes.count)
  }
}
