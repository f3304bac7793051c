import Tensors

extension NetworkGraph {
  /// Runs a network once and notes what it does.
  ///
  /// What does not depend on the inputs is a constant from then on, and so is every decision that
  /// the network takes meanwhile.
  ///
  /// - Parameters:
  ///   - examples: The inputs.
  ///   - body: The network.
  /// - Throws: ``PreparationError`` when the network cannot be followed.
  init(
    of examples: [Tensor], _ body: ([Tensor]) -> [Tensor]
  ) throws(PreparationError) {
    let operands = examples.map { $0.asOperand() }
    let (results, trace) = withoutGradients { OperatorTrace.recording { body(operands) } }
    var numbers: [ObjectIdentifier: Int] = [:]
    for operand in operands {
      let value = addValue(like: operand)
      numbers[operand.identity] = value
      inputs.append(value)
    }
    for call in trace.calls { try add(call, &numbers) }
    for tensor in trace.accessed where numbers[tensor.identity] != nil {
      throw .readsElements(shape: tensor.shape)
    }
    outputs = results.map { tensor in
      numbers[tensor.identity].map { .value($0) } ?? .constant(tensor)
    }
    removeUnused()
  }

  private mutating func add(
    _ call: OperatorTrace.Call, _ numbers: inout [ObjectIdentifier: Int]
  ) throws(PreparationError) {
    func operand(_ tensor: Tensor) -> RecordedCall.Operand {
      numbers[tensor.identity].map { .value($0) } ?? .constant(tensor)
    }
    let arguments = call.arguments.map { argument -> RecordedCall.Argument in
      switch argument {
      case .tensor(let tensor): .operand(operand(tensor))
      case .complex(let tensor): .complex(operand(tensor))
      case .tensors(let tensors): .operands(tensors.map(operand))
      case .optionalTensors(let tensors): .optionalOperands(tensors.map { $0.map(operand) })
      default: .fixed(argument)
      }
    }
    let recorded = RecordedCall(operation: call.operation, arguments: arguments)
    let values = recorded.values
    guard !values.isEmpty else { return }
    // Names of operators that change an argument end so.
    let schemaName = call.operation.name.prefix { $0 != "." }
    if schemaName.hasSuffix("_") || call.operation.name.hasSuffix(".out") {
      throw .changesTensor(operation: call.operation.name)
    }
    var results: [Int] = []
    for tensor in call.results {
      let value = addValue(like: tensor)
      numbers[tensor.identity] = value
      results.append(value)
    }
    nodes.append(Node(operation: .recorded(recorded), inputs: values, outputs: results))
  }
}
