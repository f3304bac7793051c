/// Means of windows over the last 1, 2 or 3 axes.
///
/// Everywhere: the input is `[B, C, spatial...]` or `[C, spatial...]`; the stride is the kernel's
/// size when left out.
extension Tensor {
  /// Means of windows over sequences.
  ///
  /// - Parameters:
  ///   - kernel: Size of the windows.
  ///   - stride: Steps from one window to the next.
  ///   - padding: Zeros before and behind the axis, at most half the kernel.
  ///   - ceil: Whether windows that the end cuts count.
  ///   - countingPadding: Whether padding counts in the divisor.
  /// - Returns: `[B, C, L']`.
  public func averagePool1d(
    _ kernel: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0, ceil: Bool = false,
    countingPadding: Bool = true
  ) -> Tensor {
    averagePool(
      ATen.averagePool1d, "averagePool1d", kernel, Window(stride ?? kernel, padding, 1, axes: 1),
      ceil, countingPadding)
  }

  /// Means of windows over images.
  ///
  /// - Parameters:
  ///   - kernel: Size of the windows.
  ///   - stride: Steps from one window to the next.
  ///   - padding: Zeros before and behind each axis, at most half the kernel.
  ///   - ceil: Whether windows that the end cuts count.
  ///   - countingPadding: Whether padding counts in the divisor.
  /// - Returns: `[B, C, H', W']`.
  public func averagePool2d(
    _ kernel: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0, ceil: Bool = false,
    countingPadding: Bool = true
  ) -> Tensor {
    averagePool(
      ATen.averagePool2d, "averagePool2d", kernel, Window(stride ?? kernel, padding, 1, axes: 2),
      ceil, countingPadding)
  }

  /// Means of windows over volumes.
  ///
  /// - Parameters:
  ///   - kernel: Size of the windows.
  ///   - stride: Steps from one window to the next.
  ///   - padding: Zeros before and behind each axis, at most half the kernel.
  ///   - ceil: Whether windows that the end cuts count.
  ///   - countingPadding: Whether padding counts in the divisor.
  /// - Returns: `[B, C, D', H', W']`.
  public func averagePool3d(
    _ kernel: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0, ceil: Bool = false,
    countingPadding: Bool = true
  ) -> Tensor {
    averagePool(
      ATen.averagePool3d, "averagePool3d", kernel, Window(stride ?? kernel, padding, 1, axes: 3),
      ceil, countingPadding)
  }

  private func averagePool(
    _ called: TorchOperator, _ operation: String, _ kernel: PerAxis, _ window: Window,
    _ ceil: Bool, _ countingPadding: Bool
  ) -> Tensor {
    let size = kernel.expanded(to: window.stride.count)
    requireSpatial(operation, axes: size.count)
    window.require(operation, kernel: size[...], input: shape)
    requireHalfPadding(operation, size, window)
    return called(
      .tensor(self), .ints(size), .ints(window.stride), .ints(window.padding), .bool(ceil),
      .bool(countingPadding))
  }
}

extension ATen {
  static let averagePool1d = TorchOperator("aten::avg_pool1d")
  static let averagePool2d = TorchOperator("aten::avg_pool2d")
  static let averagePool3d = TorchOperator("aten::avg_pool3d")
}
