public import Tensors

/// Weighted sums of the last axis, `x W^T + b`.
public final class Linear: Layer {
  /// `[out, in]`.
  public let weight: Parameter
  /// `[out]`.
  public let bias: Parameter?

  /// A layer without values.
  ///
  /// - Parameters:
  ///   - inputs: Length of the last axis of the input.
  ///   - outputs: Length of the last axis of the output.
  ///   - bias: Whether a bias is added.
  ///   - initializer: Rule for the weights; uniform within `1 / sqrt(inputs)` by default.
  ///   - biasInitializer: Rule for the bias; likewise.
  public init(
    _ inputs: Int, _ outputs: Int, bias: Bool = true, initializer: Initializer? = nil,
    biasInitializer: Initializer? = nil
  ) {
    let usual = Initializer.uniform(inputs: inputs)
    weight = Parameter([outputs, inputs], initializer ?? usual)
    self.bias = bias ? Parameter([outputs], biasInitializer ?? usual) : nil
  }

  /// The settings in one line.
  public var settings: String {
    "\(weight.shape[1]) → \(weight.shape[0])" + (bias == nil ? ", no bias" : "")
  }

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor {
    requireInput(
      x.rank >= 1 && x.shape.last == weight.shape[1], x, expected: "[..., \(weight.shape[1])]")
    return x.linear(weight.value, bias: bias?.value)
  }
}
