import Tensors

/// What a network computes: operations that pass values on, each after those whose results it uses.
struct NetworkGraph {
  /// A tensor that depends on the network's inputs.
  struct Value {
    let shape: [Int]
    let elementType: ElementType
  }

  /// An operation with its values, by their numbers.
  struct Node {
    var operation: GraphOperation
    var inputs: [Int]
    var outputs: [Int]
  }

  /// What the network puts out.
  enum Output {
    case value(Int)
    /// Does not depend on the inputs.
    case constant(Tensor)
  }

  var values: [Value] = []
  var inputs: [Int] = []
  var outputs: [Output] = []
  var nodes: [Node] = []

  mutating func addValue(like tensor: Tensor) -> Int {
    values.append(Value(shape: tensor.shape, elementType: tensor.elementType))
    return values.count - 1
  }

  /// Numbers of the nodes that use each value; an output of the network counts as one behind all.
  var users: [[Int]] {
    var users = [[Int]](repeating: [], count: values.count)
    for (place, node) in nodes.enumerated() {
      for value in node.inputs { users[value].append(place) }
    }
    for case .value(let value) in outputs { users[value].append(nodes.count) }
    return users
  }

  /// Removes operations whose results nobody uses.
  mutating func removeUnused() {
    var isUsed = [Bool](repeating: false, count: values.count)
    for case .value(let value) in outputs { isUsed[value] = true }
    var kept: [Node] = []
    for node in nodes.reversed() where node.outputs.contains(where: { isUsed[$0] }) {
      for value in node.inputs { isUsed[value] = true }
      kept.append(node)
    }
    nodes = kept.reversed()
  }
}
