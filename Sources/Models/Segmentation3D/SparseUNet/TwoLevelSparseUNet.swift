public import Networks
public import PointClouds
public import Tensors

/// A small U-Net of two levels: one halving, one residual block below, the way back, scores.
public final class TwoLevelSparseUNet: Module {
  let entry: SubmanifoldConvolution
  let entryNorm: BatchNorm1D
  let down: SparseConvolution
  let downNorm: BatchNorm1D
  let inner: SubmanifoldConvolution
  let innerNorm: BatchNorm1D
  let up: SparseInverseConvolution
  let upNorm: BatchNorm1D
  let head: Linear

  /// What the network puts out.
  public struct Output: Sendable {
    /// Features of the first level.
    public let entry: SparseTensor
    /// Features of the second level.
    public let inner: SparseTensor
    /// Scores of the classes, no softmax.
    public let logits: SparseTensor
  }

  /// A network without values.
  ///
  /// - Parameters:
  ///   - inputs: Channels of the input.
  ///   - widths: Channels of the two levels.
  ///   - classes: Number of classes.
  ///   - kernel: Size of the kernel between the levels.
  ///   - stride: Cells from one cell of the second level to the next.
  ///   - padding: Cells around the grid.
  ///   - epsilon: Added to variances.
  public init(
    inputs: Int = 4, widths: (Int, Int) = (8, 12), classes: Int = 6, kernel: PerAxis = 2,
    stride: PerAxis = 2, padding: PerAxis = 0, epsilon: Double = 1e-3
  ) {
    entry = SubmanifoldConvolution(inputs, widths.0, bias: false)
    entryNorm = BatchNorm1D(widths.0, epsilon: epsilon)
    down = SparseConvolution(
      widths.0, widths.1, kernel: kernel, stride: stride, padding: padding, bias: false)
    downNorm = BatchNorm1D(widths.1, epsilon: epsilon)
    inner = SubmanifoldConvolution(widths.1, widths.1, bias: false)
    innerNorm = BatchNorm1D(widths.1, epsilon: epsilon)
    up = SparseInverseConvolution(
      widths.1, widths.0, kernel: kernel, stride: stride, padding: padding, bias: false)
    upNorm = BatchNorm1D(widths.0, epsilon: epsilon)
    head = Linear(2 * widths.0, classes)
  }

  /// Computes the output.
  ///
  /// - Parameter x: Features of cells of a grid with bounds.
  /// - Returns: Features and scores.
  public func callAsFunction(_ x: SparseTensor) -> Output {
    let first = normalised(x, entry, entryNorm)
    let second = normalised(first, down, downNorm)
    let deep = second + normalised(second, inner, innerNorm)
    let back = normalised(deep, up.onto(x.cells), upNorm)
    return Output(entry: first, inner: deep, logits: head(first.joined(with: back)))
  }
}
