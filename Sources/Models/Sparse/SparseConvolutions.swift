public import Networks
public import PointClouds
public import Tensors

/// A convolution whose outputs are the cells of its input.
public final class SubmanifoldConvolution: SparseLayer, SparseConvolving {
  /// Weight and bias.
  public let kernel: SparseKernel
  private let dilation: PerAxis

  /// A layer without values.
  ///
  /// - Parameters:
  ///   - inputs: Channels of the input.
  ///   - outputs: Channels of the output.
  ///   - kernel: Size of the kernel.
  ///   - dilation: Cells from one place of the kernel to the next.
  ///   - axes: 2 or 3.
  ///   - bias: Whether a bias is added.
  ///   - layout: Layout of the weights.
  ///   - initializer: Rule for the weights; uniform within `1 / sqrt(fan in)` by default.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: PerAxis = 3, dilation: PerAxis = 1, axes: Int = 3,
    bias: Bool = true, layout: SparseWeight.Layout = .dense, initializer: Initializer? = nil
  ) {
    self.kernel = SparseKernel(
      inputs, outputs, size: kernel.expanded(to: axes), bias: bias, layout: layout,
      initializer: initializer)
    self.dilation = dilation
  }

  /// The settings in one line.
  public var settings: String { kernel.settings }

  /// The parameters with their names in files of weights.
  public var members: [(name: String, part: ModulePart)] { kernel.members }

  /// Computes the output.
  public func forward(_ x: SparseTensor) -> SparseTensor { convolved(x) }

  func outputs(of x: SparseTensor) -> SparseOutputs { .same(dilation: dilation) }
}

/// A strided convolution.
public final class SparseConvolution: SparseLayer, SparseConvolving {
  /// Weight and bias.
  public let kernel: SparseKernel
  private let step: SparseStep

  /// A layer without values.
  ///
  /// - Parameters:
  ///   - inputs: Channels of the input.
  ///   - outputs: Channels of the output.
  ///   - kernel: Size of the kernel.
  ///   - stride: Cells from one output to the next.
  ///   - padding: Cells around the grid.
  ///   - dilation: Cells from one place of the kernel to the next.
  ///   - striding: Which cells are put out.
  ///   - axes: 2 or 3.
  ///   - bias: Whether a bias is added.
  ///   - layout: Layout of the weights.
  ///   - initializer: Rule for the weights; uniform within `1 / sqrt(fan in)` by default.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: PerAxis, stride: PerAxis = 1, padding: PerAxis = 0,
    dilation: PerAxis = 1, striding: SparseStriding = .denseWindow, axes: Int = 3,
    bias: Bool = true, layout: SparseWeight.Layout = .dense, initializer: Initializer? = nil
  ) {
    self.kernel = SparseKernel(
      inputs, outputs, size: kernel.expanded(to: axes), bias: bias, layout: layout,
      initializer: initializer)
    step = SparseStep(stride: stride, padding: padding, dilation: dilation, striding: striding)
  }

  /// The settings in one line.
  public var settings: String {
    let text = step.stride.expanded(to: kernel.size.count).map(String.init)
    return kernel.settings + ", stride \(text.joined(separator: "x"))"
  }

  /// The parameters with their names in files of weights.
  public var members: [(name: String, part: ModulePart)] { kernel.members }

  /// Computes the output.
  public func forward(_ x: SparseTensor) -> SparseTensor { convolved(x) }

  func outputs(of x: SparseTensor) -> SparseOutputs { .coarser(step) }
}
