/// Pooling to a given size: windows are spread evenly over the input.
extension Tensor {
  /// Means of windows spread evenly.
  ///
  /// - Parameters:
  ///   - axes: Number of spatial axes: 1 (sequences), 2 (images) or 3 (volumes, clips).
  ///   - size: Lengths of the result's spatial axes; 1 takes the mean of each channel.
  /// - Returns: `[B, C, size...]`.
  public func adaptiveAveragePool(axes: Int, _ size: PerAxis) -> Tensor {
    let lengths = adaptive("adaptiveAveragePool", size, axes: axes)
    return ATen.adaptiveAveragePools[axes - 1](.tensor(self), lengths)
  }

  /// Largest elements of windows spread evenly.
  ///
  /// - Parameters:
  ///   - axes: Number of spatial axes: 1 (sequences), 2 (images) or 3 (volumes, clips).
  ///   - size: Lengths of the result's spatial axes.
  /// - Returns: The elements `[B, C, size...]`, and the index of each in its channel, Int64.
  public func adaptiveMaxPool(axes: Int, _ size: PerAxis) -> (values: Tensor, indices: Tensor) {
    let lengths = adaptive("adaptiveMaxPool", size, axes: axes)
    let results = ATen.adaptiveMaxPools[axes - 1].results(.tensor(self), lengths)
    return (results[0], results[1])
  }

  private func adaptive(_ operation: String, _ size: PerAxis, axes: Int) -> TorchArgument {
    requireAxes(operation, axes)
    requireSpatial(operation, axes: axes)
    let lengths = size.expanded(to: axes)
    require(
      lengths.allSatisfy { $0 >= 1 } && shape.suffix(axes).allSatisfy { $0 >= 1 },
      "\(operation): an input of shape \(shape) cannot be pooled to the size \(lengths)")
    return .ints(lengths)
  }
}

extension ATen {
  /// Over 1, 2 and 3 axes.
  static let adaptiveAveragePools = (1...3).map { TorchOperator("aten::adaptive_avg_pool\($0)d") }
  /// Over 1, 2 and 3 axes.
  static let adaptiveMaxPools = (1...3).map { TorchOperator("aten::adaptive_max_pool\($0)d") }
}
