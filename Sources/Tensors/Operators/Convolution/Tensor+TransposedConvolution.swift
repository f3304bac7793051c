/// Transposed convolutions: the gradients of convolutions with respect to their inputs.
///
/// Everywhere: the input is `[B, C, spatial...]`, or `[C, spatial...]` for a single example;
/// weights are `[C, out / groups, kernel...]`; numbers per axis are one for all or one for each.
extension Tensor {
  /// A transposed convolution over sequences.
  ///
  /// - Parameters:
  ///   - weight: `[C, out / groups, K]`.
  ///   - bias: `[out]`, added to each channel.
  ///   - stride: Steps between the windows in the result.
  ///   - padding: Elements cut from both ends of the result.
  ///   - outputPadding: Elements more at the far end of the result; below stride or dilation.
  ///   - groups: Parts into which the channels fall.
  ///   - dilation: Steps from one tap of the kernel to the next.
  /// - Returns: `[B, out, L']` with
  ///   `L' = (L - 1) stride - 2 padding + dilation (K - 1) + outputPadding + 1`.
  public func transposedConvolution1d(
    _ weight: Tensor, bias: Tensor? = nil, stride: PerAxis = 1, padding: PerAxis = 0,
    outputPadding: PerAxis = 0, groups: Int = 1, dilation: PerAxis = 1
  ) -> Tensor {
    transposedConvolution(
      ATen.transposedConvolution1d, "transposedConvolution1d", weight, bias,
      Window(stride, padding, dilation, axes: 1), outputPadding, groups)
  }

  /// A transposed convolution over images.
  ///
  /// - Parameters:
  ///   - weight: `[C, out / groups, kernel height, kernel width]`.
  ///   - bias: `[out]`, added to each channel.
  ///   - stride: Steps between the windows in the result.
  ///   - padding: Elements cut from both ends of the result.
  ///   - outputPadding: Elements more at the far end of the result; below stride or dilation.
  ///   - groups: Parts into which the channels fall.
  ///   - dilation: Steps from one tap of the kernel to the next.
  /// - Returns: `[B, out, H', W']`.
  public func transposedConvolution2d(
    _ weight: Tensor, bias: Tensor? = nil, stride: PerAxis = 1, padding: PerAxis = 0,
    outputPadding: PerAxis = 0, groups: Int = 1, dilation: PerAxis = 1
  ) -> Tensor {
    transposedConvolution(
      ATen.transposedConvolution2d, "transposedConvolution2d", weight, bias,
      Window(stride, padding, dilation, axes: 2), outputPadding, groups)
  }

  /// A transposed convolution over volumes.
  ///
  /// - Parameters:
  ///   - weight: `[C, out / groups, kernel depth, kernel height, kernel width]`.
  ///   - bias: `[out]`, added to each channel.
  ///   - stride: Steps between the windows in the result.
  ///   - padding: Elements cut from both ends of the result.
  ///   - outputPadding: Elements more at the far end of the result; below stride or dilation.
  ///   - groups: Parts into which the channels fall.
  ///   - dilation: Steps from one tap of the kernel to the next.
  /// - Returns: `[B, out, D', H', W']`.
  public func transposedConvolution3d(
    _ weight: Tensor, bias: Tensor? = nil, stride: PerAxis = 1, padding: PerAxis = 0,
    outputPadding: PerAxis = 0, groups: Int = 1, dilation: PerAxis = 1
  ) -> Tensor {
    transposedConvolution(
      ATen.transposedConvolution3d, "transposedConvolution3d", weight, bias,
      Window(stride, padding, dilation, axes: 3), outputPadding, groups)
  }

  private func transposedConvolution(
    _ called: TorchOperator, _ operation: String, _ weight: Tensor, _ bias: Tensor?,
    _ window: Window, _ outputPadding: PerAxis, _ groups: Int
  ) -> Tensor {
    let axes = window.stride.count
    let extra = outputPadding.expanded(to: axes)
    requireSpatial(operation, axes: axes)
    require(
      weight.rank == axes + 2 && groups >= 1 && weight.shape[0] % groups == 0
        && weight.shape[0] == shape[rank - axes - 1],
      """
      \(operation): a weight of shape \(weight.shape) in \(groups) groups does not fit an input of \
      shape \(shape)
      """)
    requireBias(bias, channels: weight.shape[1] * groups, operation)
    for axis in 0..<axes {
      let (stride, padding, dilation) =
        (window.stride[axis], window.padding[axis], window.dilation[axis])
      let kernel = weight.shape[2 + axis]
      let length =
        (shape[rank - axes + axis] - 1) * stride - 2 * padding + dilation * (kernel - 1)
        + extra[axis] + 1
      require(
        stride >= 1 && padding >= 0 && dilation >= 1 && extra[axis] >= 0
          && extra[axis] < Swift.max(stride, dilation) && length >= 1,
        """
        \(operation): stride \(window.stride), padding \(window.padding), dilation \
        \(window.dilation) and output padding \(extra) do not fit an input of shape \(shape) and a \
        weight of shape \(weight.shape)
        """)
    }
    return called(
      .tensor(self), .tensor(weight), .optional(bias), .ints(window.stride), .ints(window.padding),
      .ints(extra), .int(groups), .ints(window.dilation))
  }
}

extension ATen {
  static let transposedConvolution1d = TorchOperator("aten::conv_transpose1d")
  static let transposedConvolution2d = TorchOperator("aten::conv_transpose2d", "input")
  static let transposedConvolution3d = TorchOperator("aten::conv_transpose3d", "input")
}
