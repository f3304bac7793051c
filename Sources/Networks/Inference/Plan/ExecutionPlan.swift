internal import CDNN
import Tensors

/// A network as a list of steps over memory that is planned and weights that are packed once.
///
/// Used by one thread at a time.
final class ExecutionPlan {
  private enum Step {
    case primitives(Range<Int>)
    /// Copies a value to where oneDNN wants it.
    case stage(value: Int, target: Tensor)
    case recorded(RecordedCall, results: [Int], forgotten: [Int])
  }

  private let program: DNNProgram
  private let memory: PlannedMemory
  private let graph: NetworkGraph
  /// The buffers that libtorch reads, by value.
  private var views: [Int: Tensor] = [:]
  private var steps: [Step] = []
  /// Bytes of the memory that values share.
  let memoryByteCount: Int

  /// - Parameters:
  ///   - graph: The network, lowered and fused.
  ///   - elementType: What oneDNN computes in.
  ///   - threads: Threads that every step uses.
  /// - Throws: ``PreparationError`` when oneDNN cannot do a step.
  init(
    _ graph: NetworkGraph, elementType: ElementType, threads: Int
  ) throws(PreparationError) {
    let list = InstructionList(graph, elementType: elementType)
    var buffers = list.buffers
    memoryByteCount = buffers.place()
    memory = PlannedMemory(byteCount: memoryByteCount)
    program = try DNNProgram(threads: threads)
    self.graph = graph
    for (place, instruction) in list.instructions.enumerated() {
      switch instruction {
      case .stage(let value, let buffer):
        steps.append(.stage(value: value, target: view(buffers[buffer])))
      case .node(let node, let sources, let result):
        let before = program.stepCount
        try add(graph.nodes[node].operation, sources.map { buffers[$0] }, buffers[result])
        append(before..<program.stepCount)
      case .recorded(let node, let call):
        let forgotten = graph.nodes[node].inputs.filter { list.lastUse[$0] == place }
        steps.append(
          .recorded(call, results: graph.nodes[node].outputs, forgotten: forgotten))
      }
    }
    for (value, buffer) in list.bufferOf where list.lastUse[value] >= 0 {
      views[value] = view(buffers[buffer])
    }
  }

  /// Bytes of packed weights and working memory.
  var packedByteCount: Int { program.byteCount }

  /// One line for each step.
  var descriptions: [String] {
    steps.flatMap { step -> [String] in
      switch step {
      case .primitives(let range): range.map { "oneDNN \(program.description(of: $0))" }
      case .stage(_, let target): ["copy \(target.shape)"]
      case .recorded(let call, _, _): ["libtorch \(call.operation.name)"]
      }
    }
  }

  /// Computes the outputs, in memory of their own.
  func run(_ inputs: [Tensor]) -> [Tensor] {
    var values = [Tensor?](repeating: nil, count: graph.values.count)
    for (value, tensor) in zip(graph.inputs, inputs) { values[value] = tensor.detached() }
    for step in steps {
      switch step {
      case .primitives(let range): program.run(range)
      case .stage(let value, let target):
        if let source = values[value] ?? views[value] { target.overwrite(with: source) }
      case .recorded(let call, let results, let forgotten):
        let outputs = call.replay { tensor(of: $0, values) }
        for (value, output) in zip(results, outputs) { values[value] = output }
        for value in forgotten { values[value] = nil }
      }
    }
    return graph.outputs.map { output in
      switch output {
      case .value(let value): tensor(of: value, values).copied()
      case .constant(let constant): constant.copied()
      }
    }
  }

  /// A value as libtorch computed it.
  private func tensor(of value: Int, _ values: [Tensor?]) -> Tensor {
    if let known = values[value] { return known }
    guard let view = views[value] else { stop("value \(value) of a network was not computed") }
    return view.converted(to: graph.values[value].elementType)
  }

  private func append(_ range: Range<Int>) {
    if case .primitives(let last)? = steps.last {
      steps[steps.count - 1] = .primitives(last.lowerBound..<range.upperBound)
    } else {
      steps.append(.primitives(range))
    }
  }

  private func view(_ buffer: PlannedBuffer) -> Tensor {
    Tensor(
      lending: memory.base + buffer.offset, shape: buffer.shape, strides: buffer.strides,
      elementType: buffer.elementType, owner: memory)
  }

  private func add(
    _ operation: GraphOperation, _ sources: [PlannedBuffer], _ result: PlannedBuffer
  ) throws(PreparationError) {
    func described(_ buffer: PlannedBuffer, _ sizes: [Int]) -> cdnn_tensor {
      func size(_ axis: Int) -> Int64 { axis < sizes.count ? Int64(sizes[axis]) : 0 }
      return cdnn_tensor(
        data: memory.base + buffer.offset,
        element_type: Int32(
          buffer.elementType == .bfloat16 ? cdnn_bfloat16 : cdnn_float32),
        rank: Int32(sizes.count), sizes: (size(0), size(1), size(2), size(3), size(4)))
    }
    func shape(_ buffer: PlannedBuffer) -> [Int] {
      let shape = buffer.shape
      switch operation {
      case .linear: return [shape.dropLast().reduce(1, *), shape.last ?? 1]
      case .addition, .activation: return [shape.reduce(1, *)]
      // A mean leaves the spatial axes out.
      case .pooling:
        return shape + [Int](repeating: 1, count: sources[0].shape.count - shape.count)
      default: return shape
      }
    }
    try program.add(
      operation, sources.map { described($0, shape($0)) }, described(result, shape(result)))
  }
}

extension RecordedCall {
  /// Calls the operator again.
  fileprivate func replay(_ tensor: (Int) -> Tensor) -> [Tensor] {
    do { return try operation.replay(arguments(tensor)) } catch {
      stop("prepared network: \(error.description)")
    }
  }
}
