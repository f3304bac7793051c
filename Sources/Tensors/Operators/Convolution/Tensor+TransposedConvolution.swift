/// Transposed convolutions: the gradients of convolutions with respect to their inputs.
///
/// Everywhere: the input is `[B, C, spatial...]`, or `[C, spatial...]` for a single example;
/// weights are `[C, out / groups, kernel...]`; numbers per axis are one for all or one for each.
extension Tensor {
  /// A transposed convolution over as many axes as the kernel has.
  ///
  /// - Parameters:
  ///   - weight: `[C, out / groups, kernel...]` with 1, 2 or 3 axes of the kernel.
  ///   - bias: `[out]`, added to each channel.
  ///   - stride: Steps between the windows in the result.
  ///   - padding: Elements cut from both ends of the result.
  ///   - outputPadding: Elements more at the far end of the result; below stride or dilation.
  ///   - groups: Parts into which the channels fall.
  ///   - dilation: Steps from one tap of the kernel to the next.
  /// - Returns: `[B, out, L'...]` with
  ///   `L' = (L - 1) stride - 2 padding + dilation (K - 1) + outputPadding + 1`.
  public func transposedConvolution(
    _ weight: Tensor, bias: Tensor? = nil, stride: PerAxis = 1, padding: PerAxis = 0,
    outputPadding: PerAxis = 0, groups: Int = 1, dilation: PerAxis = 1
  ) -> Tensor {
    let operation = "transposedConvolution"
    requireKernel(operation, weight)
    let axes = weight.rank - 2
    let window = Window(stride, padding, dilation, axes: axes)
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
    return ATen.transposedConvolutions[axes - 1](
      .tensor(self), .tensor(weight), .optional(bias), .ints(window.stride), .ints(window.padding),
      .ints(extra), .int(groups), .ints(window.dilation))
  }
}

extension ATen {
  /// Over 1, 2 and 3 axes.
  static let transposedConvolutions = [
    TorchOperator("aten::conv_transpose1d"), TorchOperator("aten::conv_transpose2d", "input"),
    TorchOperator("aten::conv_transpose3d", "input"),
  ]
}
