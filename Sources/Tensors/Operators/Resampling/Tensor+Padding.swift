/// What is put around a tensor.
public enum Padding: String, Sendable, CaseIterable {
  /// A number.
  case constant
  /// The elements mirrored at the outermost one, which is not repeated.
  case reflect
  /// The outermost element repeated.
  case replicate
  /// The elements from the other end.
  case circular
}

/// Elements put around a tensor.
extension Tensor {
  /// The tensor with elements put before and behind its last axes.
  ///
  /// - Parameters:
  ///   - amounts: Before and behind the last axis, then before and behind the one before it, and so
  ///     on (PyTorch's order): `[left, right, top, bottom]`. Negative numbers cut (constant mode).
  ///   - mode: What is put there. `reflect` and `replicate` pad 1, 2 or 3 axes of
  ///     `[B, C, spatial...]` or `[C, spatial...]`; `reflect` takes less than an axis is long,
  ///     `circular` at most that.
  ///   - value: The number of the constant mode.
  /// - Returns: A tensor of a larger shape.
  public func padded(
    _ amounts: [Int], mode: Padding = .constant, value: some TensorScalar = 0
  ) -> Tensor {
    let axes = amounts.count / 2
    require(
      amounts.count % 2 == 0 && axes <= rank,
      "padded: the amounts \(amounts) are not two for each of some axes of the shape \(shape)")
    if axes == 0 { return self }
    requireAmounts(amounts, mode, axes)
    switch (mode, axes) {
    case (.constant, _):
      return ATen.constantPad(.tensor(self), .ints(amounts), value.scalar.argument)
    case (.reflect, 1): return ATen.reflectionPad1d(.tensor(self), .ints(amounts))
    case (.reflect, 2): return ATen.reflectionPad2d(.tensor(self), .ints(amounts))
    case (.reflect, _): return ATen.reflectionPad3d(.tensor(self), .ints(amounts))
    case (.replicate, 1): return ATen.replicationPad1d(.tensor(self), .ints(amounts))
    case (.replicate, 2): return ATen.replicationPad2d(.tensor(self), .ints(amounts))
    case (.replicate, _): return ATen.replicationPad3d(.tensor(self), .ints(amounts))
    case (.circular, _): return circularlyPadded(amounts)
    }
  }

  private func circularlyPadded(_ amounts: [Int]) -> Tensor {
    var result = self
    for back in 0..<amounts.count / 2 {
      let axis = rank - 1 - back
      let length = shape[axis]
      let (before, behind) = (amounts[2 * back], amounts[2 * back + 1])
      result = .concatenated(
        [
          result.narrowed(axis: axis, to: length - before..<length), result,
          result.narrowed(axis: axis, to: 0..<behind),
        ], axis: axis)
    }
    return result
  }

  private func requireAmounts(_ amounts: [Int], _ mode: Padding, _ axes: Int) {
    func check(_ fits: Bool) {
      require(fits, "padded: \(mode) padding of \(amounts) does not fit the shape \(shape)")
    }
    for (i, amount) in amounts.enumerated() {
      let length = shape[rank - 1 - i / 2]
      switch mode {
      case .constant: check(length + Swift.min(amounts[i / 2 * 2] + amounts[i / 2 * 2 + 1], 0) >= 0)
      case .reflect: check(amount >= 0 && amount < length)
      case .replicate: check(amount >= 0 && length > 0)
      case .circular: check(amount >= 0 && amount <= length)
      }
    }
    if mode == .reflect || mode == .replicate {
      check(axes <= 3 && (rank == axes + 1 || rank == axes + 2))
    }
  }
}

extension ATen {
  static let constantPad = TorchOperator("aten::constant_pad_nd")
  static let reflectionPad1d = TorchOperator("aten::reflection_pad1d")
  static let reflectionPad2d = TorchOperator("aten::reflection_pad2d")
  static let reflectionPad3d = TorchOperator("aten::reflection_pad3d")
  static let replicationPad1d = TorchOperator("aten::replication_pad1d")
  static let replicationPad2d = TorchOperator("aten::replication_pad2d")
  static let replicationPad3d = TorchOperator("aten::replication_pad3d")
}
