public import Tensors

/// A transposed convolution over sequences, `[B, C, L]`.
public typealias ConvTranspose1D = TransposedConvolution<Line>
/// A transposed convolution over images, `[B, C, H, W]`.
public typealias ConvTranspose2D = TransposedConvolution<Plane>
/// A transposed convolution over volumes, `[B, C, D, H, W]`.
public typealias ConvTranspose3D = TransposedConvolution<Volume>

/// A transposed convolution: the gradient of a convolution, used to enlarge.
///
/// The output's length is `(L - 1) stride - 2 padding + dilation (kernel - 1) + outputPadding + 1`.
public final class TransposedConvolution<Axes: SpatialAxes>: Layer {
  /// `[in, out / groups, kernel...]`.
  public let weight: Parameter
  /// `[out]`.
  public let bias: Parameter?
  private let outputs: Int
  private let stride: PerAxis
  private let padding: PerAxis
  private let outputPadding: PerAxis
  private let dilation: PerAxis
  private let groups: Int

  /// A layer without values.
  ///
  /// - Parameters:
  ///   - inputs: Channels of the input.
  ///   - outputs: Channels of the output.
  ///   - kernel: Size of the kernel.
  ///   - stride: Steps in the output for one step in the input.
  ///   - padding: What is cut off at each end.
  ///   - outputPadding: What is added at the far end; smaller than the stride or the dilation.
  ///   - dilation: Steps inside the kernel.
  ///   - groups: Groups of channels that do not see each other.
  ///   - bias: Whether a bias is added.
  ///   - initializer: Rule for the weights; uniform within `1 / sqrt(fan in)` by default.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: PerAxis, stride: PerAxis = 1, padding: PerAxis = 0,
    outputPadding: PerAxis = 0, dilation: PerAxis = 1, groups: Int = 1, bias: Bool = true,
    initializer: Initializer? = nil
  ) {
    require(
      groups >= 1 && inputs % groups == 0 && outputs % groups == 0,
      "\(Self.kind): \(inputs) and \(outputs) channels do not fall into \(groups) groups")
    let size = kernel.expanded(to: Axes.count)
    let usual = Initializer.uniform(inputs: outputs / groups * size.reduce(1, *))
    weight = Parameter([inputs, outputs / groups] + size, initializer ?? usual)
    self.bias = bias ? Parameter([outputs], usual) : nil
    self.outputs = outputs
    self.stride = stride
    self.padding = padding
    self.outputPadding = outputPadding
    self.dilation = dilation
    self.groups = groups
  }

  /// The kind of module in the printed tree.
  public static var kind: String { "ConvTranspose\(Axes.count)D" }

  /// The settings in one line.
  public var settings: String {
    "\(weight.shape[0]) → \(outputs), kernel \(sizeText(Array(weight.shape[2...])))"
      + ", stride \(sizeText(stride.expanded(to: Axes.count)))"
  }

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor {
    requireInput(
      x.rank == Axes.count + 2 && x.shape[1] == weight.shape[0], x,
      expected: Axes.pattern(channels: "\(weight.shape[0])"))
    return x.transposedConvolution(
      weight.value, bias: bias?.value, stride: stride, padding: padding,
      outputPadding: outputPadding, groups: groups, dilation: dilation)
  }
}
