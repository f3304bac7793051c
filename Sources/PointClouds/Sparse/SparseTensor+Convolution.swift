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
    let window = SparseWindow.around(
      axes: cells.axes, size: PerAxis(weight.size), dilation: dilation)
    let product = product(weight, bias, cells.link(window), upwards: false)
    return with(try product(features, weight: weight.tensor, bias: bias))
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
    let window = window(PerAxis(weight.size), stride, padding, dilation, striding)
    let (coarse, link) = try cells.coarser(window, striding)
    let product = product(weight, bias, link, upwards: false)
    return SparseTensor(
      coarse, features: try product(features, weight: weight.tensor, bias: bias))
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
    require(
      fine.axes == cells.axes,
      "inverse sparse convolution: from \(cells.axes) axes to \(fine.axes)")
    let window = window(PerAxis(weight.size), stride, padding, dilation, striding)
    let product = product(weight, bias, fine.link(window, toCoarser: cells), upwards: true)
    return SparseTensor(fine, features: try product(features, weight: weight.tensor, bias: bias))
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
    let window = SparseWindow(
      axes: cells.axes, size: PerAxis(weight.size), stride: stride, dilation: dilation,
      padding: padding)
    let fine = try cells.spread(window)
    let product = product(weight, bias, fine.link(window, toCoarser: cells), upwards: true)
    return SparseTensor(fine, features: try product(features, weight: weight.tensor, bias: bias))
  }

  /// The window of a strided layer.
  func window(
    _ size: PerAxis, _ stride: PerAxis, _ padding: PerAxis, _ dilation: PerAxis,
    _ striding: SparseStriding
  ) -> SparseWindow {
    guard striding == .floorDivision else {
      return SparseWindow(
        axes: cells.axes, size: size, stride: stride, dilation: dilation, padding: padding)
    }
    require(
      padding.numbers.allSatisfy { $0 == 0 },
      "floor division places the kernel itself; padding \(padding.numbers) is none of its settings")
    return .around(axes: cells.axes, size: size, stride: stride, dilation: dilation)
  }

  /// The product along a link.
  func product(
    _ weight: SparseWeight, _ bias: Tensor?, _ link: SparseLink, upwards: Bool
  ) -> SparseProduct {
    require(
      weight.size.count == cells.axes && weight.inputs == channels,
      """
      sparse convolution: a kernel \(weight.size) from \(weight.inputs) to \(weight.outputs) \
      channels does not fit \(channels) channels on \(cells.axes) axes
      """)
    require(
      bias.map { $0.shape.reduce(1, *) == weight.outputs } ?? true,
      "sparse convolution: a bias of shape \(bias?.shape ?? []) for \(weight.outputs) channels")
    let type = features.elementType
    require(
      [weight.tensor, bias].allSatisfy { ($0?.elementType ?? type) == type },
      "sparse convolution: features, weight and bias have different element types")
    return SparseProduct(
      link: link, upwards: upwards, places: weight.places, weightShape: weight.tensor.shape,
      inputs: weight.inputs, outputs: weight.outputs, biasShape: bias?.shape ?? [weight.outputs],
      threads: TorchThreads.count)
  }
}
