public import Tensors

/// Sparse convolutions; all are correlations, the kernel is not mirrored, and what is not there counts
/// as zero.
///
/// They use as many threads as tensor operations (``Tensors/TorchThreads``); the result does not
/// depend on it.
extension SparseTensor {
  /// A convolution whose outputs are the cells themselves.
  ///
  /// An odd kernel is centred; an even one begins at the cell itself.
  ///
  /// - Parameters:
  ///   - weight: Kernel.
  ///   - bias: `[out]`.
  ///   - dilation: Cells from one place of the kernel to the next.
  /// - Returns: Features at the same cells.
  /// - Throws: ``PointCloudError/libraryFailed(operation:reason:)`` when memory is short.
  /// - Note: Source: Graham, Engelcke and van der Maaten, "3D semantic segmentation with submanifold
  ///   sparse convolutional networks", CVPR 2018.
  public func submanifoldConvolution(
    _ weight: SparseWeight, bias: Tensor? = nil, dilation: PerAxis = 1
  ) throws(PointCloudError) -> SparseTensor {
    try convolved(weight, bias, to: .same(dilation: dilation))
  }

  /// A strided convolution.
  ///
  /// - Parameters:
  ///   - weight: Kernel.
  ///   - bias: `[out]`.
  ///   - stride: Cells from one output to the next.
  ///   - padding: Cells around the grid; with floor division the kernel lies as it must and padding
  ///     is 0.
  ///   - dilation: Cells from one place of the kernel to the next.
  ///   - striding: Which cells are put out.
  /// - Returns: Features at the coarser cells, which ascend.
  /// - Throws: ``PointCloudError`` when the window does not fit the grid.
  public func convolution(
    _ weight: SparseWeight, bias: Tensor? = nil, stride: PerAxis = 1, padding: PerAxis = 0,
    dilation: PerAxis = 1, striding: SparseStriding = .denseWindow
  ) throws(PointCloudError) -> SparseTensor {
    let step = SparseStep(
      stride: stride, padding: padding, dilation: dilation, striding: striding)
    return try convolved(weight, bias, to: .coarser(step))
  }

  /// The convolution that leads back from the cells that a strided layer made to those it came from.
  ///
  /// - Parameters:
  ///   - weight: Kernel of the strided layer's size: `y[fine] += weight[place]^T x[coarse]` for
  ///     `fine = coarse * stride + place * dilation - padding`.
  ///   - bias: `[out]`.
  ///   - fine: The cells that the strided layer came from.
  ///   - stride: As in the strided layer.
  ///   - padding: As in the strided layer.
  ///   - dilation: As in the strided layer.
  ///   - striding: As in the strided layer.
  /// - Returns: Features at the fine cells.
  /// - Throws: ``PointCloudError/libraryFailed(operation:reason:)`` when memory is short.
  public func inverseConvolution(
    _ weight: SparseWeight, bias: Tensor? = nil, onto fine: SparseCells, stride: PerAxis = 1,
    padding: PerAxis = 0, dilation: PerAxis = 1, striding: SparseStriding = .denseWindow
  ) throws(PointCloudError) -> SparseTensor {
    let step = SparseStep(
      stride: stride, padding: padding, dilation: dilation, striding: striding)
    return try convolved(weight, bias, to: .back(fine, step))
  }

  /// A transposed convolution that makes every cell its kernels reach.
  ///
  /// - Parameters:
  ///   - weight: Kernel: `y[fine] += weight[place]^T x[coarse]` for
  ///     `fine = coarse * stride + place * dilation - padding`.
  ///   - bias: `[out]`.
  ///   - stride: Fine cells from one cell to the next.
  ///   - padding: Fine cells that are cut off around the grid.
  ///   - dilation: Fine cells from one place of the kernel to the next.
  /// - Returns: Features at the finer cells, which ascend.
  /// - Throws: ``PointCloudError`` when the grid would have no cells or too many.
  public func transposedConvolution(
    _ weight: SparseWeight, bias: Tensor? = nil, stride: PerAxis = 1, padding: PerAxis = 0,
    dilation: PerAxis = 1
  ) throws(PointCloudError) -> SparseTensor {
    let step = SparseStep(stride: stride, padding: padding, dilation: dilation)
    return try convolved(weight, bias, to: .finer(step))
  }
}
