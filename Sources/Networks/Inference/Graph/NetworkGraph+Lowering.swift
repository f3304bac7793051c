import Tensors

/// From operators of libtorch to operations of oneDNN.
extension NetworkGraph {
  /// Replaces the operators that oneDNN can do.
  ///
  /// Element-wise work on results of libtorch stays there: moving the elements would cost more.
  mutating func lower() {
    let users = users
    var done = Set<Int>()
    for place in nodes.indices {
      let node = nodes[place]
      guard case .recorded(let call) = node.operation, let result = node.outputs.first,
        node.outputs.dropFirst().allSatisfy({ users[$0].isEmpty }),
        (node.inputs + [result]).allSatisfy(isPlain),
        let lowered = operation(for: call, result: values[result].shape),
        lowered.isWorthMoving || node.inputs.allSatisfy(done.contains)
      else { continue }
      nodes[place].operation = lowered
      nodes[place].outputs = [result]
      done.insert(result)
    }
  }

  private func isPlain(_ value: Int) -> Bool {
    values[value].elementType == .float32 && !values[value].shape.contains(0)
  }

  private func operation(for call: RecordedCall, result: [Int]) -> GraphOperation? {
    let name = call.operation.name.dropFirst("aten::".count)
    switch name.prefix(while: { $0 != "." }) {
    case "conv1d", "conv2d", "conv3d":
      return convolution(
        call, window: call.ints(3), call.ints(4), call.ints(5), call.int(6), result)
    case "conv_transpose1d", "conv_transpose2d", "conv_transpose3d":
      return transposedConvolution(call, result)
    case "linear": return linear(call)
    case "batch_norm": return normalisation(call)
    case "max_pool2d_with_indices", "max_pool3d_with_indices":
      return pooling(.maximum, call, dilation: call.ints(4), result)
    case "avg_pool2d", "avg_pool3d":
      guard call.bool(4) == false else { return nil }
      return pooling(call.bool(5) == false ? .average : .averageWithPadding, call, result)
    case "adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_avg_pool3d":
      return evenPooling(call, Array(result.dropFirst(2)))
    case "mean": return spatialMean(call)
    case "add": return addition(call)
    case "cat": return concatenation(call)
    default: return activation(call, String(name)).map { .activation($0) }
    }
  }

  private func activation(_ call: RecordedCall, _ name: String) -> GraphOperation.PostOperation? {
    switch name {
    case "relu": .leakyReLU(slope: 0)
    case "leaky_relu": call.double(1).map { .leakyReLU(slope: $0) }
    case "hardtanh", "clamp": limits(call)
    case "sigmoid": .sigmoid
    case "tanh": .tanh
    case "silu": .silu
    case "gelu": call.string(1) == "tanh" ? .geluTanh : .gelu
    case "elu": call.double(1).map { .elu(alpha: $0) }
    default: nil
    }
  }

  private func limits(_ call: RecordedCall) -> GraphOperation.PostOperation? {
    guard let least = call.double(1), let most = call.double(2) else { return nil }
    return .clip(least, most)
  }

  private func addition(_ call: RecordedCall) -> GraphOperation? {
    guard let left = call.value(0), let right = call.value(1), left != right,
      values[left].shape == values[right].shape, call.double(2) ?? 1 == 1
    else { return nil }
    return .addition([])
  }

  private func concatenation(_ call: RecordedCall) -> GraphOperation? {
    guard case .operands(let operands)? = call.arguments.first, call.int(1) == 1,
      operands.count == call.values.count, operands.count > 1,
      call.values.allSatisfy({ (3...5).contains(values[$0].shape.count) })
    else { return nil }
    return .concatenation
  }

  private func normalisation(_ call: RecordedCall) -> GraphOperation? {
    guard let x = call.value(0), (2...5).contains(values[x].shape.count), call.bool(5) == false,
      let mean = call.constant(3), let variance = call.constant(4), let epsilon = call.double(7)
    else { return nil }
    let channels = values[x].shape[1]
    func vector(_ place: Int, _ otherwise: Float) -> [Float]? {
      if let known = call.constant(place) { return known.array() }
      return call.isAbsent(place) ? [Float](repeating: otherwise, count: channels) : nil
    }
    guard let scale = vector(1, 1), let shift = vector(2, 0) else { return nil }
    return .normalisation(
      .init(
        mean: mean.array(), variance: variance.array(), scale: scale, shift: shift,
        epsilon: epsilon), isRectified: false)
  }
}

extension GraphOperation {
  /// Whether the work is large compared with moving the elements to where oneDNN wants them.
  var isWorthMoving: Bool {
    switch self {
    case .convolution, .linear, .pooling: true
    case .recorded, .normalisation, .addition, .activation, .concatenation: false
    }
  }
}
