import Networks

/// A convolution without bias, batch normalisation, and an activation if wanted: parts 0, 1 and 2.
func convNorm(
  _ inputs: Int, _ outputs: Int, kernel: Int = 3, stride: Int = 1, groups: Int = 1,
  activation: (any Layer)? = ReLU()
) -> Sequential {
  let convolution = Conv2D(
    inputs, outputs, kernel: .init(kernel), stride: .init(stride), padding: .init(kernel / 2),
    groups: groups, bias: false, initializer: .heNormal(.out))
  return Sequential([convolution, BatchNorm2D(outputs)] + (activation.map { [$0] } ?? []))
}
