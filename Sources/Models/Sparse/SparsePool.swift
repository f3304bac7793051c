import Networks
public import PointClouds
public import Tensors

/// Features joined under a window.
public final class SparsePool: SparseLayer {
  private let pooling: SparseTensor.Pooling
  private let kernel: PerAxis
  private let step: SparseStep

  /// A layer.
  ///
  /// - Parameters:
  ///   - pooling: How features are joined.
  ///   - kernel: Places of the window.
  ///   - stride: Cells from one output to the next; the kernel's size when left out.
  ///   - padding: Cells around the grid.
  ///   - striding: Which cells are put out.
  public init(
    _ pooling: SparseTensor.Pooling, kernel: PerAxis, stride: PerAxis? = nil,
    padding: PerAxis = 0, striding: SparseStriding = .denseWindow
  ) {
    self.pooling = pooling
    self.kernel = kernel
    step = SparseStep(stride: stride ?? kernel, padding: padding, striding: striding)
  }

  /// Computes the output.
  public func forward(_ x: SparseTensor) -> SparseTensor {
    demanded(self) { () throws(PointCloudError) in
      try x.pooled(
        pooling, kernel: kernel, stride: step.stride, padding: step.padding,
        striding: step.striding)
    }
  }
}
