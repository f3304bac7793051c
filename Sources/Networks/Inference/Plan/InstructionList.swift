import Tensors

/// The order of a prepared network's work, with the memory that it needs.
struct InstructionList {
  enum Instruction {
    /// Copies a value into a buffer, in the buffer's layout and type.
    case stage(value: Int, buffer: Int)
    /// A node that oneDNN does.
    case node(Int, sources: [Int], result: Int)
    /// A node that libtorch does.
    case recorded(Int, RecordedCall)
  }

  private(set) var instructions: [Instruction] = []
  private(set) var buffers: [PlannedBuffer] = []
  /// The buffer of every value that oneDNN computes.
  private(set) var bufferOf: [Int: Int] = [:]
  /// For every value, the last instruction that uses it; the number of instructions for outputs.
  private(set) var lastUse: [Int]

  private let graph: NetworkGraph
  private let elementType: ElementType
  private var staged: [Int: [Int]] = [:]

  /// - Parameters:
  ///   - graph: The network.
  ///   - elementType: What oneDNN computes in.
  init(_ graph: NetworkGraph, elementType: ElementType) {
    self.graph = graph
    self.elementType = elementType
    lastUse = [Int](repeating: -1, count: graph.values.count)
    for place in graph.nodes.indices { add(place) }
    findLifetimes()
  }

  private mutating func add(_ place: Int) {
    let node = graph.nodes[place]
    if case .recorded(let call) = node.operation {
      instructions.append(.recorded(place, call))
      return
    }
    let layout = layout(for: node)
    let summand = node.summand
    let sources = (summand == nil ? node.inputs : node.inputs.dropLast()).map {
      buffer(of: $0, layout)
    }
    let result =
      summand.map { buffer(of: $0, layout) }
      ?? addBuffer(graph.values[node.outputs[0]].shape, layout)
    bufferOf[node.outputs[0]] = result
    instructions.append(.node(place, sources: sources, result: result))
  }

  private func layout(for node: NetworkGraph.Node) -> PlannedBuffer.Layout {
    switch node.operation {
    case .linear, .recorded: .rows
    case .convolution, .pooling, .normalisation, .concatenation: .channelsLast
    case .addition, .activation: bufferOf[node.inputs[0]].map { buffers[$0].layout } ?? .rows
    }
  }

  private mutating func addBuffer(_ shape: [Int], _ layout: PlannedBuffer.Layout) -> Int {
    buffers.append(
      PlannedBuffer(
        shape: shape, elementType: elementType, layout: layout, first: instructions.count))
    return buffers.count - 1
  }

  /// Where a value lies in a layout; copies it there if it does not yet.
  private mutating func buffer(of value: Int, _ layout: PlannedBuffer.Layout) -> Int {
    if let own = bufferOf[value], buffers[own].lies(in: layout) { return own }
    if let copy = staged[value]?.first(where: { buffers[$0].lies(in: layout) }) { return copy }
    let copy = addBuffer(graph.values[value].shape, layout)
    staged[value, default: []].append(copy)
    instructions.append(.stage(value: value, buffer: copy))
    return copy
  }

  private mutating func findLifetimes() {
    for (place, instruction) in instructions.enumerated() {
      switch instruction {
      case .stage(let value, _): lastUse[value] = place
      case .node(_, let sources, let result):
        for buffer in sources + [result] { buffers[buffer].last = place }
      case .recorded(let node, _):
        for value in graph.nodes[node].inputs { lastUse[value] = place }
      }
    }
    for case .value(let value) in graph.outputs { lastUse[value] = instructions.count }
    // A result of libtorch may be a view of an argument, and a view of that, and so on.
    var needed = lastUse
    for case .recorded(let node, _) in instructions.reversed() {
      let end = graph.nodes[node].outputs.map { needed[$0] }.max() ?? -1
      for value in graph.nodes[node].inputs { needed[value] = max(needed[value], end) }
    }
    for (value, buffer) in bufferOf {
      buffers[buffer].last = max(buffers[buffer].last, needed[value])
    }
  }
}
