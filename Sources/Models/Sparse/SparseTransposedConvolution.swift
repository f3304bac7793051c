public import Networks
public import PointClouds
public import Tensors

/// A transposed convolution that makes every cell that its kernels reach.
public final class SparseTransposedConvolution: SparseLayer, SparseConvolving {
  /// Weight and bias.
  public let kernel: SparseKernel
  private let step: SparseStep

  /// A layer without values.
  ///
  /// - Parameters:
  ///   - inputs: Channels of the input.
  ///   - outputs: Channels of the output.
  ///   - kernel: Size of the kernel.
  ///   - stride: Fine cells from one cell to the next.
  ///   - padding: Fine cells that are cut off around the grid.
  ///   - dilation: Fine cells from one place of the kernel to the next.
  ///   - axes: 2 or 3.
  ///   - bias: Whether a bias is added.
  ///   - layout: Layout of the weights.
  ///   - initializer: Rule for the weights; uniform within `1 / sqrt(fan in)` by default.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: PerAxis, stride: PerAxis = 1, padding: PerAxis = 0,
    dilation: PerAxis = 1, axes: Int = 3, bias: Bool = true, layout: SparseWeight.Layout = .dense,
    initializer: Initializer? = nil
  ) {
    self.kernel = SparseKernel(
      inputs, outputs, size: kernel.expanded(to: axes), bias: bias, layout: layout,
      initializer: initializer)
    step = SparseStep(stride: stride, padding: padding, dilation: dilation)
  }

  /// The settings in one line.
  public var settings: String { kernel.settings }

  /// The parameters with their names in files of weights.
  public var members: [(name: String, part: ModulePart)] { kernel.members }

  /// Computes the output.
  public func forward(_ x: SparseTensor) -> SparseTensor { convolved(x) }

  func outputs(of x: SparseTensor) -> SparseOutputs { .finer(step) }
}
