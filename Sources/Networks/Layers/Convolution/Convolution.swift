public import Tensors

/// A convolution over sequences, `[B, C, L]`.
public typealias Conv1D = Convolution<Line>
/// A convolution over images, `[B, C, H, W]`.
public typealias Conv2D = Convolution<Plane>
/// A convolution over volumes or clips, `[B, C, D, H, W]`.
public typealias Conv3D = Convolution<Volume>

/// A convolution, used as ``Conv1D``, ``Conv2D`` or ``Conv3D``.
///
/// As in all networks it is a correlation: the kernel is not mirrored. Outside the input are zeros.
public final class Convolution<Axes: SpatialAxes>: Layer {
  /// `[out, in / groups, kernel...]`.
  public let weight: Parameter
  /// `[out]`.
  public let bias: Parameter?
  /// Channels of the input.
  public let inputs: Int
  /// Steps from one place of the kernel to the next.
  public let stride: [Int]
  /// Zeros before and behind each axis.
  public let padding: [Int]
  /// Steps inside the kernel.
  public let dilation: [Int]
  /// Groups of channels that do not see each other.
  public let groups: Int
  /// Whether the first axis is time and the kernel sees nothing behind its own place there.
  public let isCausal: Bool

  /// A layer without values.
  ///
  /// - Parameters:
  ///   - inputs: Channels of the input.
  ///   - outputs: Channels of the output.
  ///   - kernel: Size of the kernel.
  ///   - stride: Steps from one place of the kernel to the next.
  ///   - padding: Zeros before and behind each axis.
  ///   - dilation: Steps inside the kernel.
  ///   - groups: Groups of channels that do not see each other; divides both numbers of channels.
  ///   - bias: Whether a bias is added.
  ///   - causal: Whether all zeros of the first axis stand in front of it, as many as the kernel
  ///     reaches back, in place of `padding`: an output then depends on its own place and earlier ones.
  ///   - initializer: Rule for the weights; uniform within `1 / sqrt(fan in)` by default.
  ///   - biasInitializer: Rule for the bias; likewise.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: PerAxis, stride: PerAxis = 1, padding: PerAxis = 0,
    dilation: PerAxis = 1, groups: Int = 1, bias: Bool = true, causal: Bool = false,
    initializer: Initializer? = nil, biasInitializer: Initializer? = nil
  ) {
    require(
      groups >= 1 && inputs % groups == 0 && outputs % groups == 0,
      "\(Self.kind): \(inputs) and \(outputs) channels do not fall into \(groups) groups")
    let size = kernel.expanded(to: Axes.count)
    let usual = Initializer.uniform(inputs: inputs / groups * size.reduce(1, *))
    weight = Parameter([outputs, inputs / groups] + size, initializer ?? usual)
    self.bias = bias ? Parameter([outputs], biasInitializer ?? usual) : nil
    self.inputs = inputs
    self.stride = stride.expanded(to: Axes.count)
    let around = padding.expanded(to: Axes.count)
    self.padding = causal ? [0] + around.dropFirst() : around
    self.dilation = dilation.expanded(to: Axes.count)
    self.groups = groups
    isCausal = causal
  }

  /// Channels of the output.
  public var outputs: Int { weight.shape[0] }

  /// Size of the kernel.
  public var kernel: [Int] { Array(weight.shape[2...]) }

  /// The kind of module in the printed tree.
  public static var kind: String { "Conv\(Axes.count)D" }

  /// The settings in one line.
  public var settings: String {
    var text = "\(inputs) → \(outputs), kernel \(sizeText(kernel))"
    if stride.contains(where: { $0 != 1 }) { text += ", stride \(sizeText(stride))" }
    if padding.contains(where: { $0 != 0 }) { text += ", padding \(sizeText(padding))" }
    if isCausal { text += ", causal" }
    if dilation.contains(where: { $0 != 1 }) { text += ", dilation \(sizeText(dilation))" }
    if groups != 1 { text += ", groups \(groups)" }
    return text + (bias == nil ? ", no bias" : "")
  }

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor {
    requireInput(
      x.rank == Axes.count + 2 && x.shape[1] == inputs, x,
      expected: Axes.pattern(channels: "\(inputs)"))
    return withPast(x).convolution(
      weight.value, bias: bias?.value, stride: PerAxis(stride), padding: PerAxis(padding),
      dilation: PerAxis(dilation), groups: groups)
  }

  /// Places before an output's own that a causal kernel sees.
  public var reach: Int { dilation[0] * (kernel[0] - 1) }

  /// The input of a causal layer with the zeros in front of it.
  private func withPast(_ x: Tensor) -> Tensor {
    guard isCausal, reach > 0 else { return x }
    return x.padded([Int](repeating: 0, count: 2 * Axes.count - 2) + [reach, 0])
  }
}
