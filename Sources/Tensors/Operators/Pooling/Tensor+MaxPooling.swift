/// Largest elements of windows over the last 1, 2 or 3 axes.
///
/// Everywhere: the input is `[B, C, spatial...]` or `[C, spatial...]`; the stride is the kernel's
/// size when left out; padding is at most half the kernel and never chosen; `ceil` also takes
/// windows that the end cuts.
extension Tensor {
  /// Largest elements of windows.
  ///
  /// - Parameters:
  ///   - axes: Number of spatial axes: 1 (sequences), 2 (images) or 3 (volumes, clips).
  ///   - kernel: Size of the windows.
  ///   - stride: Steps from one window to the next.
  ///   - padding: Places before and behind each axis.
  ///   - dilation: Steps inside a window.
  ///   - ceil: Whether windows that the end cuts count.
  /// - Returns: `[B, C, L'...]`.
  public func maxPool(
    axes: Int, _ kernel: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0,
    dilation: PerAxis = 1, ceil: Bool = false
  ) -> Tensor {
    requireAxes("maxPool", axes)
    return maxPool(
      "maxPool", kernel, Window(stride ?? kernel, padding, dilation, axes: axes), ceil)[0]
  }

  /// Largest elements of windows over 1, 2 or 3 spatial axes, and where they were found.
  ///
  /// - Parameters:
  ///   - axes: Number of spatial axes.
  ///   - kernel: Size of the windows.
  ///   - stride: Steps from one window to the next.
  ///   - padding: Places before and behind each axis.
  ///   - dilation: Steps inside a window.
  ///   - ceil: Whether windows that the end cuts count.
  /// - Returns: The elements, and the index of each in its channel, row-major, Int64.
  public func maxPoolWithIndices(
    axes: Int, _ kernel: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0,
    dilation: PerAxis = 1, ceil: Bool = false
  ) -> (values: Tensor, indices: Tensor) {
    require((1...3).contains(axes), "maxPoolWithIndices: \(axes) spatial axes, not 1, 2 or 3")
    let results = maxPool(
      "maxPoolWithIndices", kernel, Window(stride ?? kernel, padding, dilation, axes: axes), ceil)
    return (results[0], results[1])
  }

  /// Puts pooled elements back where they came from, with zeros elsewhere.
  ///
  /// - Parameters:
  ///   - indices: From ``maxPoolWithIndices(axes:_:stride:padding:dilation:ceil:)``; of this shape.
  ///   - size: Lengths of the spatial axes before pooling, 1, 2 or 3 of them.
  /// - Returns: `[B, C, size...]`.
  public func maxUnpooled(_ indices: Tensor, to size: [Int]) -> Tensor {
    let axes = size.count
    require(
      (1...3).contains(axes) && (rank == axes + 1 || rank == axes + 2)
        && indices.shape == shape && size.allSatisfy { $0 >= 1 },
      """
      maxUnpooled: an input of shape \(shape), indices of shape \(indices.shape) and the size \
      \(size) do not fit together
      """)
    // A scatter: exact for any number of axes, and differentiable twice.
    let lead = Array(shape.dropLast(axes))
    let places = size.reduce(1, *)
    let pooled = shape.suffix(axes).reduce(1, *)
    let flat = reshaped(lead + [pooled])
    let target = ATen.newZeros(.tensor(self), .ints(lead + [places]))
    let filled = ATen.scatter(
      .tensor(target), .int(-1), .tensor(indices.reshaped(lead + [pooled])), .tensor(flat))
    return filled.reshaped(lead + size)
  }

  private func maxPool(
    _ operation: String, _ kernel: PerAxis, _ window: Window, _ ceil: Bool
  ) -> [Tensor] {
    let axes = window.stride.count
    let size = kernel.expanded(to: axes)
    requireSpatial(operation, axes: axes)
    window.require(operation, kernel: size[...], input: shape)
    requireHalfPadding(operation, size, window)
    if axes == 1 {
      let results = ATen.maxPool2d.results(
        .tensor(unsqueezed(-2)), .ints([1] + size), .ints([1] + window.stride),
        .ints([0] + window.padding), .ints([1] + window.dilation), .bool(ceil))
      return results.map { $0.squeezed(-2) }
    }
    return (axes == 2 ? ATen.maxPool2d : ATen.maxPool3d).results(
      .tensor(self), .ints(size), .ints(window.stride), .ints(window.padding),
      .ints(window.dilation), .bool(ceil))
  }

  func requireHalfPadding(_ operation: String, _ kernel: [Int], _ window: Window) {
    require(
      zip(window.padding, kernel).allSatisfy { $0 * 2 <= $1 },
      "\(operation): the padding \(window.padding) is more than half the kernel \(kernel)")
  }
}

extension ATen {
  static let maxPool2d = TorchOperator("aten::max_pool2d_with_indices")
  static let maxPool3d = TorchOperator("aten::max_pool3d_with_indices")
  static let newZeros = TorchOperator("aten::new_zeros")
  static let scatter = TorchOperator("aten::scatter", "src")
}
