/// Means of windows over the last 1, 2 or 3 axes.
///
/// Everywhere: the input is `[B, C, spatial...]` or `[C, spatial...]`; the stride is the kernel's
/// size when left out.
extension Tensor {
  /// Means of windows.
  ///
  /// - Parameters:
  ///   - axes: Number of spatial axes: 1 (sequences), 2 (images) or 3 (volumes, clips).
  ///   - kernel: Size of the windows.
  ///   - stride: Steps from one window to the next.
  ///   - padding: Zeros before and behind each axis, at most half the kernel.
  ///   - ceil: Whether windows that the end cuts count.
  ///   - countingPadding: Whether padding counts in the divisor.
  /// - Returns: `[B, C, L'...]`.
  public func averagePool(
    axes: Int, _ kernel: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0, ceil: Bool = false,
    countingPadding: Bool = true
  ) -> Tensor {
    let operation = "averagePool"
    requireAxes(operation, axes)
    let window = Window(stride ?? kernel, padding, 1, axes: axes)
    let size = kernel.expanded(to: axes)
    requireSpatial(operation, axes: axes)
    window.require(operation, kernel: size[...], input: shape)
    requireHalfPadding(operation, size, window)
    return ATen.averagePools[axes - 1](
      .tensor(self), .ints(size), .ints(window.stride), .ints(window.padding), .bool(ceil),
      .bool(countingPadding))
  }

  /// Checks for 1, 2 or 3 spatial axes.
  func requireAxes(_ operation: String, _ axes: Int) {
    require((1...3).contains(axes), "\(operation): \(axes) spatial axes; there are 1, 2 or 3")
  }
}

extension ATen {
  /// Over 1, 2 and 3 axes.
  static let averagePools = (1...3).map { TorchOperator("aten::avg_pool\($0)d") }
}
