internal import CKernels
internal import Tensors

/// Cells that follow from others.
extension SparseCells {
  /// The coarser cells of a window.
  func makeCoarser(
    _ window: SparseWindow, _ striding: SparseStriding
  ) throws(PointCloudError) -> SparseCells {
    let operation = "strided sparse convolution"
    var native = window.native
    switch striding {
    case .floorDivision:
      let sites = try SparseSites.made(operation) { made, _ in
        withUnsafePointer(to: native.stride) {
          $0.withMemoryRebound(to: Int32.self, capacity: 3) {
            ckernels_sites_floored(self.sites.pointer, $0, made)
          }
        }
      }
      let coarseShape = shape.map { shape in
        shape.indices.map { (shape[$0] - 1) / window.stride[$0] + 1 }
      }
      return derived(sites, shape: coarseShape, stride: zip(stride, window.stride).map(*))
    case .denseWindow:
      guard let shape else {
        throw .unsuitableInput(
          operation: operation, reason: "the dense window needs the shape of the grid")
      }
      let coarseShape = window.coarseShape(shape)
      guard coarseShape.allSatisfy({ $0 >= 1 }) else {
        throw .unsuitableInput(
          operation: operation,
          reason: "a kernel of size \(window.size) does not fit the grid \(shape)")
      }
      let limit = coarseShape.map { Int32(clamping: $0) } + (axes == 2 ? [1] : [])
      let sites = try SparseSites.made(operation) { made, _ in
        ckernels_sites_reached(self.sites.pointer, &native, limit, made)
      }
      return derived(sites, shape: coarseShape, stride: zip(stride, window.stride).map(*))
    }
  }

  /// All fine cells that the windows of these hold.
  func spread(_ window: SparseWindow) throws(PointCloudError) -> SparseCells {
    let operation = "transposed sparse convolution"
    guard zip(stride, window.stride).allSatisfy({ $0 % $1 == 0 || $0 == 1 }) else {
      throw .unsuitableInput(
        operation: operation,
        reason: "cells of stride \(stride) cannot be split by \(window.stride)")
    }
    let fineShape = shape.map { window.fineShape($0) }
    if let fineShape, fineShape.contains(where: { $0 < 1 || $0 > 1 << 30 }) {
      throw .unsuitableInput(
        operation: operation, reason: "the grid would have the shape \(fineShape)")
    }
    var native = window.native
    let limit = fineShape.map { $0.map { Int32(clamping: $0) } + (axes == 2 ? [1] : []) }
    let sites = try SparseSites.made(operation) { made, _ in
      guard let limit else {
        return ckernels_sites_spread(self.sites.pointer, &native, nil, made)
      }
      return ckernels_sites_spread(self.sites.pointer, &native, limit, made)
    }
    // From the finest grid on, cells become smaller than its voxels.
    let finer = zip(stride, window.stride).map { max($0 / $1, 1) }
    let edges =
      axes == 0
      ? []
      : (0..<axes).map {
        stride[$0] % window.stride[$0] == 0
          ? voxelSize[$0] : voxelSize[$0] / Double(window.stride[$0])
      }
    return derived(sites, shape: fineShape, stride: finer, voxelSize: edges)
  }

  private func derived(
    _ sites: SparseSites, shape: [Int]?, stride: [Int], voxelSize: [Double]? = nil
  ) -> SparseCells {
    let four = sites.coordinates()
    let width = axes + 1
    let coordinates = Tensor(shape: [sites.count, width], of: Int32.self) { target in
      for row in 0..<sites.count {
        for axis in 0..<width { target[row * width + axis] = four[4 * row + axis] }
      }
    }
    return SparseCells(
      sites, coordinates: coordinates, shape: shape, stride: stride,
      voxelSize: voxelSize ?? self.voxelSize, origin: origin)
  }
}
