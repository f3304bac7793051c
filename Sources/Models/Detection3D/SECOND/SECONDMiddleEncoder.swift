import Networks
public import PointClouds
public import Tensors

/// SECOND's middle encoder: sparse convolutions from voxels of a LiDAR scan to a bird's-eye map, with
/// OpenPCDet's names (`VoxelBackBone8x`) and spconv's layout of weights.
///
/// Coordinates are batch, z, y, x. A grid of 41 x 1600 x 1408 becomes one of 2 x 200 x 176 with 128
/// channels, and a map of 256 channels.
///
/// - Note: Source: Yan, Mao and Li, "SECOND: sparsely embedded convolutional detection", Sensors 2018.
public final class SECONDMiddleEncoder: SparseLayer {
  let convInput: SparseSequential
  let conv1: SparseSequential
  let conv2: SparseSequential
  let conv3: SparseSequential
  let conv4: SparseSequential
  let convOut: SparseSequential

  /// Cells along z, y and x for KITTI: 0.1 m by 0.05 m by 0.05 m.
  public static let kittiShape = [41, 1600, 1408]

  /// An encoder without values.
  ///
  /// - Parameter inputs: Channels of a voxel.
  public init(inputs: Int = 4) {
    func finished(_ convolution: any Module, _ channels: Int) -> [any Module] {
      [convolution, BatchNorm1D(channels, epsilon: 1e-3, momentum: 0.01), ReLU()]
    }
    func same(_ from: Int, _ to: Int) -> [any Module] {
      finished(
        SubmanifoldConvolution(from, to, bias: false, layout: .channelsLast), to)
    }
    func halved(_ from: Int, _ to: Int, padding: PerAxis) -> [any Module] {
      finished(
        SparseConvolution(
          from, to, kernel: 3, stride: 2, padding: padding, bias: false, layout: .channelsLast), to)
    }
    func stage(_ blocks: [any Module]...) -> SparseSequential {
      SparseSequential(blocks.map { SparseSequential($0) })
    }
    convInput = SparseSequential(same(inputs, 16))
    conv1 = stage(same(16, 16))
    conv2 = stage(halved(16, 32, padding: 1), same(32, 32), same(32, 32))
    conv3 = stage(halved(32, 64, padding: 1), same(64, 64), same(64, 64))
    conv4 = stage(halved(64, 64, padding: [0, 1, 1]), same(64, 64), same(64, 64))
    convOut = SparseSequential(
      finished(
        SparseConvolution(
          64, 128, kernel: [3, 1, 1], stride: [2, 1, 1], bias: false, layout: .channelsLast), 128))
  }

  /// Features of the last, coarsest cells.
  ///
  /// - Parameter x: Mean features of voxels, coordinates batch, z, y, x.
  /// - Returns: 128 channels at an eighth of the width and depth.
  public func forward(_ x: SparseTensor) -> SparseTensor {
    convOut(conv4(conv3(conv2(conv1(convInput(x))))))
  }

  /// The map that a two-dimensional network goes on with.
  ///
  /// - Parameters:
  ///   - x: Mean features of voxels, coordinates batch, z, y, x.
  ///   - batches: Number of batches; one more than the largest when left out.
  /// - Returns: `[B, 128 * heights, Y, X]`, channels of a height beside each other as in OpenPCDet.
  /// - Throws: ``PointClouds/PointCloudError`` when the grid has no bounds or is too large.
  public func birdsEyeView(
    _ x: SparseTensor, batches: Int? = nil
  ) throws(PointCloudError) -> Tensor {
    try self(x).birdsEyeView(along: 0, batches: batches ?? x.cells.batchCount)
  }
}
