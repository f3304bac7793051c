import Tensors

/// Convolutions, linear layers and pooling in the terms of oneDNN.
extension NetworkGraph {
  func convolution(
    _ call: RecordedCall, window stride: [Int]?, _ padding: [Int]?, _ dilation: [Int]?,
    _ groups: Int?, _ result: [Int]
  ) -> GraphOperation? {
    guard let stride, let padding, let dilation,
      let filter = filter(call, groups: groups, isTransposed: false), let x = call.value(0)
    else { return nil }
    return .convolution(
      filter,
      window(
        values[x].shape, result, kernel: Array(filter.weight.shape.dropFirst(2)), stride: stride,
        padding: padding, dilation: dilation), [])
  }

  func transposedConvolution(_ call: RecordedCall, _ result: [Int]) -> GraphOperation? {
    guard let stride = call.ints(3), let padding = call.ints(4), let dilation = call.ints(7),
      let filter = filter(call, groups: call.int(6), isTransposed: true), let x = call.value(0)
    else { return nil }
    // Seen from the output, the input is what a convolution makes of it.
    return .convolution(
      filter,
      window(
        result, values[x].shape, kernel: Array(filter.weight.shape.dropFirst(2)), stride: stride,
        padding: padding, dilation: dilation, isExact: true), [])
  }

  private func filter(
    _ call: RecordedCall, groups: Int?, isTransposed: Bool
  ) -> GraphOperation.Filter? {
    guard let groups, let x = call.value(0), let weight = call.constant(1),
      weight.rank == values[x].shape.count, call.constant(2) != nil || call.isAbsent(2)
    else { return nil }
    return .init(
      weight: weight, bias: call.constant(2), groups: groups, isTransposed: isTransposed)
  }

  func linear(_ call: RecordedCall) -> GraphOperation? {
    guard let x = call.value(0), values[x].shape.count >= 2, let weight = call.constant(1),
      call.constant(2) != nil || call.isAbsent(2)
    else { return nil }
    return .linear(.init(weight: weight, bias: call.constant(2)), [])
  }

  func pooling(
    _ kind: GraphOperation.PoolingKind, _ call: RecordedCall, dilation: [Int]? = nil,
    _ result: [Int]
  ) -> GraphOperation? {
    guard let x = call.value(0), let kernel = call.ints(1), let stride = call.ints(2),
      let padding = call.ints(3), values[x].shape.count == kernel.count + 2
    else { return nil }
    return .pooling(
      kind,
      window(
        values[x].shape, result, kernel: kernel, stride: stride, padding: padding,
        dilation: dilation ?? kernel.map { _ in 1 }))
  }

  /// Adaptive pooling whose windows do not overlap.
  func evenPooling(_ call: RecordedCall, _ lengths: [Int]) -> GraphOperation? {
    guard let x = call.value(0), values[x].shape.count == lengths.count + 2 else { return nil }
    let given = values[x].shape.dropFirst(2)
    guard zip(given, lengths).allSatisfy({ $0 % $1 == 0 }) else { return nil }
    return .pooling(.average, even(zip(given, lengths).map { $0 / $1 }))
  }

  /// The mean over all spatial axes.
  func spatialMean(_ call: RecordedCall) -> GraphOperation? {
    guard let x = call.value(0), let axes = call.ints(1), call.isAbsent(3) else { return nil }
    let shape = values[x].shape
    let counted = Set(axes.map { $0 < 0 ? $0 + shape.count : $0 })
    guard (3...5).contains(shape.count), counted == Set(2..<shape.count) else { return nil }
    return .pooling(.average, even(Array(shape.dropFirst(2))))
  }

  private func even(_ kernel: [Int]) -> GraphOperation.Window {
    let (ones, zeros) = (kernel.map { _ in 1 }, kernel.map { _ in 0 })
    return .init(
      kernel: kernel, stride: kernel, dilation: ones, paddingBefore: zeros, paddingAfter: zeros)
  }

  /// The padding behind follows from the lengths: operators of libtorch leave out, or add, what
  /// does not fill a step.
  private func window(
    _ from: [Int], _ to: [Int], kernel: [Int], stride: [Int], padding: [Int], dilation: [Int],
    isExact: Bool = false
  ) -> GraphOperation.Window {
    let after = kernel.indices.map { axis in
      let reach = (to[axis + 2] - 1) * stride[axis] + dilation[axis] * (kernel[axis] - 1) + 1
      let needed = reach - from[axis + 2] - padding[axis]
      return isExact ? needed : max(needed, 0)
    }
    return .init(
      kernel: kernel, stride: stride, dilation: dilation, paddingBefore: padding,
      paddingAfter: after)
  }
}
