package import Tensors

/// How the outputs of a layer lie to its inputs.
package struct SparseStep: Sendable {
  /// Fine cells from one coarse cell to the next.
  package var stride: PerAxis = 1
  /// Cells around the grid.
  package var padding: PerAxis = 0
  /// Fine cells from one place of the kernel to the next.
  package var dilation: PerAxis = 1
  /// Which coarse cells there are.
  package var striding = SparseStriding.denseWindow

  /// A step.
  package init(
    stride: PerAxis = 1, padding: PerAxis = 0, dilation: PerAxis = 1,
    striding: SparseStriding = .denseWindow
  ) {
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.striding = striding
  }

  /// The window of a kernel.
  func window(axes: Int, size: PerAxis) -> SparseWindow {
    guard striding == .floorDivision else {
      return SparseWindow(
        axes: axes, size: size, stride: stride, dilation: dilation, padding: padding)
    }
    require(
      padding.numbers.allSatisfy { $0 == 0 },
      "floor division places the kernel itself; padding \(padding.numbers) is none of its settings")
    return .around(axes: axes, size: size, stride: stride, dilation: dilation)
  }
}

/// Where the outputs of a sparse convolution are.
package enum SparseOutputs: Sendable {
  /// At the cells of the input.
  case same(dilation: PerAxis)
  /// At the coarser cells of a strided layer.
  case coarser(SparseStep)
  /// At the cells that a strided layer came from.
  case back(SparseCells, SparseStep)
  /// At all finer cells that the kernels reach.
  case finer(SparseStep)
}

/// What is done to the results of a convolution on their way to memory: `relu(scale * sum + bias + residual)`.
package struct SparseFusion: Sendable {
  /// `[out]`.
  package var scale: Tensor?
  /// `[out]`.
  package var bias: Tensor?
  /// One row for each output.
  package var residual: Tensor?
  /// Whether negative results become 0.
  package var isRectified = false

  /// Nothing is done.
  package init() {}
}

extension SparseTensor {
  /// A convolution with gradients.
  package func convolved(
    _ weight: SparseWeight, _ bias: Tensor?, to outputs: SparseOutputs
  ) throws(PointCloudError) -> SparseTensor {
    let (target, product) = try product(weight, bias, to: outputs)
    return SparseTensor(
      target, features: try product(features, weight: weight.tensor, bias: bias))
  }

  /// A convolution of float32 without gradients.
  package func convolved(
    _ weight: SparseWeight, _ fusion: SparseFusion, to outputs: SparseOutputs
  ) throws(PointCloudError) -> SparseTensor {
    let (target, product) = try product(weight, fusion.bias, to: outputs)
    let shape = [target.count, weight.outputs]
    require(
      features.elementType == .float32
        && [fusion.scale, fusion.bias].allSatisfy { $0.map { $0.count == weight.outputs } ?? true }
        && fusion.residual.map { $0.shape == shape } ?? true,
      "sparse convolution: what is fused does not fit outputs of shape \(shape)")
    return SparseTensor(
      target, features: try product(features, weight: weight.tensor, fusion: fusion))
  }

  private func product(
    _ weight: SparseWeight, _ bias: Tensor?, to outputs: SparseOutputs
  ) throws(PointCloudError) -> (SparseCells, SparseProduct) {
    let size = PerAxis(weight.size)
    requireFit(weight, bias)
    switch outputs {
    case .same(let dilation):
      let window = SparseWindow.around(axes: cells.axes, size: size, dilation: dilation)
      return (cells, product(weight, bias, cells.link(window), upwards: false))
    case .coarser(let step):
      let window = step.window(axes: cells.axes, size: size)
      let (coarse, link) = try cells.coarser(window, step.striding)
      return (coarse, product(weight, bias, link, upwards: false))
    case .back(let fine, let step):
      require(
        fine.axes == cells.axes,
        "inverse sparse convolution: from \(cells.axes) axes to \(fine.axes)")
      let link = fine.link(step.window(axes: cells.axes, size: size), toCoarser: cells)
      return (fine, product(weight, bias, link, upwards: true))
    case .finer(let step):
      let window = step.window(axes: cells.axes, size: size)
      let (fine, link) = try cells.finer(window)
      return (fine, product(weight, bias, link, upwards: true))
    }
  }

  private func product(
    _ weight: SparseWeight, _ bias: Tensor?, _ link: SparseLink, upwards: Bool
  ) -> SparseProduct {
    SparseProduct(
      link: link, upwards: upwards, places: weight.places, weightShape: weight.tensor.shape,
      inputs: weight.inputs, outputs: weight.outputs, biasShape: bias?.shape ?? [weight.outputs],
      threads: TorchThreads.count)
  }

  private func requireFit(_ weight: SparseWeight, _ bias: Tensor?) {
    require(
      weight.size.count == cells.axes && weight.inputs == channels,
      """
      sparse convolution: a kernel \(weight.size) from \(weight.inputs) to \(weight.outputs) \
      channels does not fit \(channels) channels on \(cells.axes) axes
      """)
    require(
      bias.map { $0.count == weight.outputs } ?? true,
      "sparse convolution: a bias of shape \(bias?.shape ?? []) for \(weight.outputs) channels")
    let type = features.elementType
    require(
      [weight.tensor, bias].allSatisfy { ($0?.elementType ?? type) == type },
      "sparse convolution: features, weight and bias have different element types")
  }
}
