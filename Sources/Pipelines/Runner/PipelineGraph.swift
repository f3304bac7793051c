import SensorLogs

/// The nodes of a run: one for decoding each input, one for each stage, one for encoding each output; in topological order.
struct PipelineGraph: Sendable {
  /// What a node does.
  enum Work: Sendable {
    case decode(input: Int, PipelineDefinition.Input)
    case process(any StageBody, [Wire], PipelineDefinition.ErrorPolicy)
    case encode(output: Int, OutputEncoder, source: Int, PipelineDefinition.ErrorPolicy)
  }

  /// A connected port.
  struct Wire: Sendable {
    var port: String
    var node: Int
    var isOptional: Bool
  }

  let nodes: [FrameScheduler.Node]
  let works: [Work]
  /// For each node, how many nodes read it.
  let readers: [Int]
  /// Frames that must be replayed before frame N.
  ///
  /// nil when all before it must; 0 without stateful stages.
  let warmUp: Int?
  /// Nodes that frames of a warm-up do not need.
  let idleInWarmUp: Set<Int>
  /// Frames that edges hold beyond their capacity, so that reading goes on while a stage works through a burst.
  let readAhead: Int
  let inputCount: Int
  let stageCount: Int

  init(_ plan: PipelinePlan, bodies: [any StageBody], encoders: [OutputEncoder]) {
    let inputs = plan.definition.inputs
    inputCount = inputs.count
    stageCount = plan.stages.count
    readAhead = max(0, (bodies.map(\.burstFrames).max() ?? 1) - 1)
    let offset = inputs.count
    func node(_ source: PipelinePlan.Source) -> Int {
      switch source {
      case .input(let index): return index
      case .stage(let index): return offset + index
      }
    }
    var nodes: [FrameScheduler.Node] = []
    var works: [Work] = []
    for (index, input) in inputs.enumerated() {
      nodes.append(FrameScheduler.Node(name: input.name, reads: [], isOrdered: false))
      works.append(.decode(input: index, input))
    }
    for (stage, body) in zip(plan.stages, bodies) {
      let wires = stage.connections.map {
        Wire(port: $0.port, node: node($0.source), isOptional: $0.isOptional)
      }
      nodes.append(
        FrameScheduler.Node(
          name: stage.id, reads: wires.map(\.node), isOrdered: body.isStateful))
      works.append(.process(body, wires, stage.onError))
    }
    for (index, (output, encoder)) in zip(plan.outputs, encoders).enumerated() {
      let source = node(output.source)
      nodes.append(
        FrameScheduler.Node(
          name: "\(output.definition.format) \(output.definition.path.text)", reads: [source],
          isOrdered: false))
      works.append(.encode(output: index, encoder, source: source, output.onError))
    }
    self.nodes = nodes
    self.works = works
    readers = nodes.indices.map { index in nodes.filter { $0.reads.contains(index) }.count }
    warmUp = Self.warmUp(nodes, works)
    idleInWarmUp = Self.idle(nodes)
  }

  /// The longest sum of replays along a path: a stateful stage behind another needs exact inputs for its own replay.
  private static func warmUp(_ nodes: [FrameScheduler.Node], _ works: [Work]) -> Int? {
    var needed = [Int?](repeating: 0, count: nodes.count)
    for index in nodes.indices {
      var own: Int? = 0
      if case .process(let body, _, _) = works[index] { own = body.replayFrames.map { max(0, $0) } }
      let before = nodes[index].reads.map { needed[$0] }
      guard let own, before.allSatisfy({ $0 != nil }) else {
        needed[index] = nil
        continue
      }
      let (sum, overflow) = own.addingReportingOverflow(before.compactMap { $0 }.max() ?? 0)
      needed[index] = overflow ? nil : sum
    }
    return needed.contains { $0 == nil } ? nil : needed.compactMap { $0 }.max() ?? 0
  }

  private static func idle(_ nodes: [FrameScheduler.Node]) -> Set<Int> {
    var isNeeded = nodes.map(\.isOrdered)
    for index in nodes.indices.reversed() where isNeeded[index] {
      for source in nodes[index].reads { isNeeded[source] = true }
    }
    return Set(nodes.indices.filter { !isNeeded[$0] })
  }
}
