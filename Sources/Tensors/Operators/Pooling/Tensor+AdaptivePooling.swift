/// Pooling to a given size: windows are spread evenly over the input.
extension Tensor {
  /// Means of windows spread evenly over sequences.
  ///
  /// - Parameter size: Length of the result.
  /// - Returns: `[B, C, size]` for `[B, C, L]`.
  public func adaptiveAveragePool1d(_ size: PerAxis) -> Tensor {
    ATen.adaptiveAveragePool1d(
      .tensor(self), adaptive("adaptiveAveragePool1d", size, axes: 1))
  }

  /// Means of windows spread evenly over images.
  ///
  /// - Parameter size: Height and width of the result; 1 takes the mean of each channel.
  /// - Returns: `[B, C, size...]` for `[B, C, H, W]`.
  public func adaptiveAveragePool2d(_ size: PerAxis) -> Tensor {
    ATen.adaptiveAveragePool2d(
      .tensor(self), adaptive("adaptiveAveragePool2d", size, axes: 2))
  }

  /// Means of windows spread evenly over volumes.
  ///
  /// - Parameter size: Depth, height and width of the result.
  /// - Returns: `[B, C, size...]` for `[B, C, D, H, W]`.
  public func adaptiveAveragePool3d(_ size: PerAxis) -> Tensor {
    ATen.adaptiveAveragePool3d(
      .tensor(self), adaptive("adaptiveAveragePool3d", size, axes: 3))
  }

  /// Largest elements of windows spread evenly over sequences.
  ///
  /// - Parameter size: Length of the result.
  /// - Returns: The elements `[B, C, size]`, and the index of each in its channel, Int64.
  public func adaptiveMaxPool1d(_ size: PerAxis) -> (values: Tensor, indices: Tensor) {
    let results = ATen.adaptiveMaxPool1d.results(
      .tensor(self), adaptive("adaptiveMaxPool1d", size, axes: 1))
    return (results[0], results[1])
  }

  /// Largest elements of windows spread evenly over images.
  ///
  /// - Parameter size: Height and width of the result.
  /// - Returns: The elements `[B, C, size...]`, and the index of each in its channel, Int64.
  public func adaptiveMaxPool2d(_ size: PerAxis) -> (values: Tensor, indices: Tensor) {
    let results = ATen.adaptiveMaxPool2d.results(
      .tensor(self), adaptive("adaptiveMaxPool2d", size, axes: 2))
    return (results[0], results[1])
  }

  /// Largest elements of windows spread evenly over volumes.
  ///
  /// - Parameter size: Depth, height and width of the result.
  /// - Returns: The elements `[B, C, size...]`, and the index of each in its channel, Int64.
  public func adaptiveMaxPool3d(_ size: PerAxis) -> (values: Tensor, indices: Tensor) {
    let results = ATen.adaptiveMaxPool3d.results(
      .tensor(self), adaptive("adaptiveMaxPool3d", size, axes: 3))
    return (results[0], results[1])
  }

  private func adaptive(_ operation: String, _ size: PerAxis, axes: Int) -> TorchArgument {
    requireSpatial(operation, axes: axes)
    let lengths = size.expanded(to: axes)
    require(
      lengths.allSatisfy { $0 >= 1 } && shape.suffix(axes).allSatisfy { $0 >= 1 },
      "\(operation): an input of shape \(shape) cannot be pooled to the size \(lengths)")
    return .ints(lengths)
  }
}

extension ATen {
  static let adaptiveAveragePool1d = TorchOperator("aten::adaptive_avg_pool1d")
  static let adaptiveAveragePool2d = TorchOperator("aten::adaptive_avg_pool2d")
  static let adaptiveAveragePool3d = TorchOperator("aten::adaptive_avg_pool3d")
  static let adaptiveMaxPool1d = TorchOperator("aten::adaptive_max_pool1d")
  static let adaptiveMaxPool2d = TorchOperator("aten::adaptive_max_pool2d")
  static let adaptiveMaxPool3d = TorchOperator("aten::adaptive_max_pool3d")
}
