/// Convolutions (cross-correlations, as everywhere in the field) over the last 1, 2 or 3 axes.
///
/// Everywhere: the input is `[B, C, spatial...]`, or `[C, spatial...]` for a single example;
/// weights are `[out, C / groups, kernel...]`; numbers per axis are one for all or one for each.
extension Tensor {
  /// A convolution over as many axes as the kernel has.
  ///
  /// - Parameters:
  ///   - weight: `[out, C / groups, kernel...]` with 1 (sequences), 2 (images) or 3 axes (volumes, clips) of the kernel.
  ///   - bias: `[out]`, added to each channel.
  ///   - stride: Steps from one window to the next.
  ///   - padding: Zeros put before and behind each axis.
  ///   - dilation: Steps from one tap of the kernel to the next.
  ///   - groups: Parts into which the channels fall, each seen by its own part of the outputs.
  /// - Returns: `[B, out, L'...]` with `L' = (L + 2 padding - dilation (K - 1) - 1) / stride + 1`,
  ///   rounded down.
  public func convolution(
    _ weight: Tensor, bias: Tensor? = nil, stride: PerAxis = 1, padding: PerAxis = 0,
    dilation: PerAxis = 1, groups: Int = 1
  ) -> Tensor {
    requireKernel("convolution", weight)
    let window = Window(stride, padding, dilation, axes: weight.rank - 2)
    requireConvolution(weight, bias, window, groups)
    return ATen.convolutions[weight.rank - 3](
      .tensor(self), .tensor(weight), .optional(bias), .ints(window.stride), .ints(window.padding),
      .ints(window.dilation), .int(groups))
  }

  private func requireConvolution(
    _ weight: Tensor, _ bias: Tensor?, _ window: Window, _ groups: Int
  ) {
    let (operation, axes) = ("convolution", window.stride.count)
    requireSpatial(operation, axes: axes)
    require(
      weight.rank == axes + 2 && groups >= 1 && weight.shape[0] % groups == 0
        && weight.shape[1] * groups == shape[rank - axes - 1],
      """
      \(operation): a weight of shape \(weight.shape) in \(groups) groups does not fit an input of \
      shape \(shape)
      """)
    requireBias(bias, channels: weight.shape[0], operation)
    window.require(operation, kernel: weight.shape.suffix(axes), input: shape)
  }
}

extension Tensor {
  /// Checks for a kernel with 1, 2 or 3 axes.
  func requireKernel(_ operation: String, _ weight: Tensor) {
    require(
      (3...5).contains(weight.rank),
      "\(operation): a weight of shape \(weight.shape) has no kernel of 1, 2 or 3 axes")
  }

  /// Checks for `[B, C, spatial...]` or `[C, spatial...]`.
  func requireSpatial(_ operation: String, axes: Int) {
    require(
      rank == axes + 2 || rank == axes + 1,
      """
      \(operation): an input of shape \(shape) is neither [batch, channels, spatial…] nor \
      [channels, spatial…] with \(axes) spatial axes
      """)
  }

  func requireBias(_ bias: Tensor?, channels: Int, _ operation: String) {
    if let bias {
      require(
        bias.shape == [channels],
        "\(operation): a bias of shape \(bias.shape) for \(channels) output channels")
    }
  }
}

/// How a kernel moves over the spatial axes.
struct Window {
  let stride, padding, dilation: [Int]

  init(_ stride: PerAxis, _ padding: PerAxis, _ dilation: PerAxis, axes: Int) {
    self.stride = stride.expanded(to: axes)
    self.padding = padding.expanded(to: axes)
    self.dilation = dilation.expanded(to: axes)
  }

  /// Checks that the numbers make sense, and that a kernel fits the padded input at least once.
  func require(_ operation: String, kernel: ArraySlice<Int>, input: [Int]) {
    let axes = stride.count
    for axis in 0..<axes {
      let length = input[input.count - axes + axis]
      let taps = kernel[kernel.startIndex + axis]
      Tensors.require(
        stride[axis] >= 1 && padding[axis] >= 0 && dilation[axis] >= 1 && taps >= 1,
        """
        \(operation): kernel \(Array(kernel)), stride \(stride), padding \(padding) and dilation \
        \(dilation) do not describe windows
        """)
      Tensors.require(
        dilation[axis] * (taps - 1) + 1 <= length + 2 * padding[axis],
        """
        \(operation): a kernel of \(Array(kernel)) with dilation \(dilation) is larger than an \
        input of shape \(input) with padding \(padding)
        """)
    }
  }
}

extension ATen {
  /// Over 1, 2 and 3 axes.
  static let convolutions = (1...3).map { TorchOperator("aten::conv\($0)d") }
}
