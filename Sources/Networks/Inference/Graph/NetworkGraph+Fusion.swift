import Tensors

/// Operations that are done by the one before them.
extension NetworkGraph {
  /// Merges normalisations, activations and additions into the operations before them.
  mutating func fuse() {
    for place in nodes.indices {
      switch nodes[place].operation {
      case .normalisation(let norm, isRectified: false): fold(norm, at: place)
      case .activation(let activation): append(activation, at: place)
      case .addition(let post) where post.isEmpty: append(additionAt: place)
      default: break
      }
    }
    nodes.removeAll { $0.outputs.isEmpty }
  }

  /// The node that computes a value, if nobody but the node at `place` uses it and it can as well
  /// be done there: no sum in between may overwrite what it reads.
  private func source(of value: Int, for place: Int) -> Int? {
    guard users[value] == [place],
      let source = nodes[..<place].firstIndex(where: { $0.outputs == [value] }),
      !nodes[(source + 1)..<place].contains(where: { between in
        between.summand.map(nodes[source].inputs.contains) ?? false
      })
    else { return nil }
    return source
  }

  /// Lets the node at `source` do the work of the one at `place` too, and stand there.
  private mutating func merge(_ source: Int, into place: Int, _ operation: GraphOperation) {
    nodes[place] = Node(
      operation: operation, inputs: nodes[source].inputs, outputs: nodes[place].outputs)
    nodes[source].inputs = []
    nodes[source].outputs = []
  }

  /// `(W x + b) s + t = (s W) x + (s b + t)`.
  private mutating func fold(_ norm: GraphOperation.ChannelNorm, at place: Int) {
    guard let source = source(of: nodes[place].inputs[0], for: place) else { return }
    let operation: GraphOperation
    switch nodes[source].operation {
    case .convolution(let filter, let window, let post) where post.isEmpty:
      operation = .convolution(filter.scaled(by: norm), window, [])
    case .linear(let filter, let post)
    where post.isEmpty && values[nodes[place].inputs[0]].shape.count == 2:
      operation = .linear(filter.scaled(by: norm), [])
    default: return
    }
    merge(source, into: place, operation)
  }

  private mutating func append(_ activation: GraphOperation.PostOperation, at place: Int) {
    guard let source = source(of: nodes[place].inputs[0], for: place) else { return }
    var operation = nodes[source].operation
    if case .normalisation(let norm, isRectified: false) = operation, activation.isReLU {
      operation = .normalisation(norm, isRectified: true)
    } else if let post = operation.postOperations {
      operation.postOperations = post + [activation]
    } else {
      return
    }
    merge(source, into: place, operation)
  }

  /// Adds onto the other operand's memory, if nobody needs it afterwards.
  private mutating func append(additionAt place: Int) {
    let operands = nodes[place].inputs
    for (mine, other) in [(operands[0], operands[1]), (operands[1], operands[0])] {
      guard let source = source(of: mine, for: place), !nodes[source].inputs.contains(other),
        isForgotten(other, after: place)
      else { continue }
      var operation = nodes[source].operation
      switch operation {
      case .convolution, .linear: break
      default: continue
      }
      guard let post = operation.postOperations, !post.contains(where: \.isSum) else { continue }
      operation.postOperations = post + [.sum]
      merge(source, into: place, operation)
      nodes[place].inputs.append(other)
      return
    }
  }

  /// Whether a value is used last at `place`, and by no operator of libtorch, whose result might
  /// be a view of it.
  private func isForgotten(_ value: Int, after place: Int) -> Bool {
    users[value].allSatisfy { user in
      user <= place && !nodes[user].operation.isRecorded
    }
  }
}

extension NetworkGraph.Node {
  /// The input whose memory becomes the result's.
  var summand: Int? {
    operation.postOperations?.contains(where: \.isSum) == true ? inputs.last : nil
  }
}

extension GraphOperation.PostOperation {
  var isSum: Bool {
    if case .sum = self { return true }
    return false
  }
}

extension GraphOperation.Filter {
  /// Also does the work of a normalisation behind it.
  func scaled(by norm: GraphOperation.ChannelNorm) -> Self {
    var (factors, shifts) = ([Double](), [Double]())
    for channel in norm.mean.indices {
      let factor =
        Double(norm.scale[channel]) / (Double(norm.variance[channel]) + norm.epsilon).squareRoot()
      factors.append(factor)
      shifts.append(Double(norm.shift[channel]) - factor * Double(norm.mean[channel]))
    }
    let shape = weight.shape
    // The axis of the output's channels: the first, or the second of each group.
    let outputs = isTransposed ? shape[1] : shape[0]
    let places = shape.dropFirst(2).reduce(1, *)
    let inner = (isTransposed ? 1 : shape.count > 1 ? shape[1] : 1) * places
    let rowsPerGroup = isTransposed ? shape[0] / groups : outputs
    var result = self
    result.weight = Tensor(shape: shape, of: Float.self) { target in
      weight.withUnsafeElements(of: Float.self) { source in
        for i in 0..<source.count {
          let row = i / inner
          let channel =
            isTransposed ? row / outputs / rowsPerGroup * outputs + row % outputs : row
          target.initializeElement(at: i, to: Float(Double(source[i]) * factors[channel]))
        }
      }
    }
    let old = bias?.array(of: Float.self)
    result.bias = Tensor(
      factors.indices.map { Float(Double(old?[$0] ?? 0) * factors[$0] + shifts[$0]) })
    return result
  }
}
