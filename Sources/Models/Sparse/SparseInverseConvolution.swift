public import Networks
public import PointClouds
public import Tensors

/// The convolution that leads back to the cells that a strided one came from; called with both.
public final class SparseInverseConvolution: Module {
  /// Weight and bias.
  public let kernel: SparseKernel
  private let step: SparseStep

  /// A layer without values; its geometry is that of the strided layer.
  ///
  /// - Parameters:
  ///   - inputs: Channels of the input.
  ///   - outputs: Channels of the output.
  ///   - kernel: Size of the kernel.
  ///   - stride: As in the strided layer.
  ///   - padding: As in the strided layer.
  ///   - dilation: As in the strided layer.
  ///   - striding: As in the strided layer.
  ///   - axes: 2 or 3.
  ///   - bias: Whether a bias is added.
  ///   - layout: Layout of the weights.
  ///   - initializer: Rule for the weights; uniform within `1 / sqrt(fan in)` by default.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: PerAxis, stride: PerAxis, padding: PerAxis = 0,
    dilation: PerAxis = 1, striding: SparseStriding = .denseWindow, axes: Int = 3,
    bias: Bool = true, layout: SparseWeight.Layout = .dense, initializer: Initializer? = nil
  ) {
    self.kernel = SparseKernel(
      inputs, outputs, size: kernel.expanded(to: axes), bias: bias, layout: layout,
      initializer: initializer)
    step = SparseStep(stride: stride, padding: padding, dilation: dilation, striding: striding)
  }

  /// The parameters with their names in files of weights.
  public var members: [(name: String, part: ModulePart)] { kernel.members }

  /// The settings in one line.
  public var settings: String { kernel.settings }

  /// Computes the output.
  ///
  /// - Parameters:
  ///   - x: Features at the coarser cells.
  ///   - fine: The cells that the strided layer came from.
  /// - Returns: Features at the fine cells.
  public func callAsFunction(_ x: SparseTensor, onto fine: SparseCells) -> SparseTensor {
    onto(fine)(x)
  }

  /// The same layer with its cells.
  func onto(_ fine: SparseCells) -> Ontoed { Ontoed(layer: self, fine: fine) }

  /// A call of the layer; what stands behind it can be taken in.
  final class Ontoed: SparseConvolving {
    let layer: SparseInverseConvolution
    let fine: SparseCells

    init(layer: SparseInverseConvolution, fine: SparseCells) {
      self.layer = layer
      self.fine = fine
    }

    var kernel: SparseKernel { layer.kernel }
    func outputs(of x: SparseTensor) -> SparseOutputs { .back(fine, layer.step) }
    func forward(_ x: SparseTensor) -> SparseTensor { convolved(x) }

    /// Watchers see the layer itself.
    func callAsFunction(_ x: SparseTensor) -> SparseTensor {
      var result = x
      _ = layer.watched([x.features]) {
        result = forward(x)
        return [result.features]
      }
      return result
    }
  }
}
