import Tensors

/// Zeros in front of an axis, such as those of causal convolutions.
extension NetworkGraph {
  /// Lets convolutions put zeros before their input themselves, where an operation of its own does.
  mutating func absorbPadding() {
    let users = users
    for place in nodes.indices {
      guard case .convolution(let filter, var window, let post) = nodes[place].operation,
        !filter.isTransposed, let padded = nodes[place].inputs.first, users[padded] == [place],
        let source = nodes[..<place].firstIndex(where: { $0.outputs == [padded] }),
        case .recorded(let call) = nodes[source].operation,
        call.operation.name == "aten::constant_pad_nd", call.double(2) ?? 0 == 0,
        let value = call.value(0), values[value].elementType == .float32,
        let amounts = call.ints(1)
      else { continue }
      // Before and behind, the last axis first; only zeros in front are absorbed.
      let axes = window.kernel.count
      let before = stride(from: 0, to: amounts.count, by: 2).map { amounts[$0] }
      let behind = stride(from: 1, to: amounts.count, by: 2).map { amounts[$0] }
      guard before.count <= axes, before.allSatisfy({ $0 >= 0 }), behind.allSatisfy({ $0 == 0 })
      else { continue }
      for (back, amount) in before.enumerated() { window.paddingBefore[axes - 1 - back] += amount }
      nodes[place].operation = .convolution(filter, window, post)
      nodes[place].inputs[0] = value
      nodes[source].inputs = []
      nodes[source].outputs = []
    }
    nodes.removeAll { $0.outputs.isEmpty }
  }
}
