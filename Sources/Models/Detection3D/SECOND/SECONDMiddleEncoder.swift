import Networks
public import PointClouds
public import Tensors

/// SECOND's middle encoder: sparse convolutions from voxels of a LiDAR scan to a bird's-eye map, with
/// OpenPCDet's names (`VoxelBackBone8x`) and spconv's layout of weights.
///
/// Coordinates are batch, z, y, x. With the published settings a grid of 41 x 1600 x 1408 becomes one of
/// 2 x 200 x 176 with 128 channels, and a map of 256 channels.
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
  /// - Parameters:
  ///   - inputs: Channels of a voxel.
  ///   - settings: Its sizes; as published for KITTI when left out.
  public init(inputs: Int = 4, _ settings: SECONDEncoderSettings = .kitti) {
    require(settings.mistake == nil, "SECONDMiddleEncoder: \(settings.mistake ?? "")")
    let widths = settings.widths
    func finished(_ convolution: any Module, _ channels: Int) -> [any Module] {
      [convolution, BatchNorm1D(channels, epsilon: 1e-3, momentum: settings.momentum), ReLU()]
    }
    func same(_ from: Int, _ to: Int) -> [any Module] {
      finished(
        SubmanifoldConvolution(from, to, bias: false, layout: .channelsLast), to)
    }
    func stage(_ place: Int) -> SparseSequential {
      let (from, to) = (widths[place - 1], widths[place])
      let width = place < 2 ? 1 : settings.mapStride >> (place - 1) > 0 ? 2 : 1
      let first = finished(
        SparseConvolution(
          from, to, kernel: 3, stride: [2, width, width], padding: place == 4 ? [0, 1, 1] : 1,
          bias: false, layout: .channelsLast), to)
      let others = (0..<settings.repetitions[place - 1]).map { _ in same(to, to) }
      return SparseSequential(([first] + others).map { SparseSequential($0) })
    }
    convInput = SparseSequential(same(inputs, widths[0]))
    conv1 = SparseSequential(
      (0..<settings.repetitions[0]).map { layer in
        SparseSequential(same(layer == 0 ? widths[0] : widths[1], widths[1]))
      })
    conv2 = stage(2)
    conv3 = stage(3)
    conv4 = stage(4)
    convOut = SparseSequential(
      finished(
        SparseConvolution(
          widths[4], settings.outputs, kernel: [3, 1, 1], stride: [2, 1, 1], bias: false,
          layout: .channelsLast), settings.outputs))
  }

  /// Features of the last, coarsest cells.
  ///
  /// - Parameter x: Features of voxels, coordinates batch, z, y, x.
  /// - Returns: With the published settings 128 channels at an eighth of the width and depth.
  public func forward(_ x: SparseTensor) -> SparseTensor {
    convOut(conv4(conv3(conv2(conv1(convInput(x))))))
  }

  /// The map that a two-dimensional network goes on with.
  ///
  /// - Parameters:
  ///   - x: Features of voxels, coordinates batch, z, y, x.
  ///   - batches: Number of batches; one more than the largest when left out.
  /// - Returns: `[B, outputs * heights, Y, X]`, channels of a height beside each other as in OpenPCDet.
  /// - Throws: ``PointClouds/PointCloudError`` when the grid has no bounds or is too large.
  public func birdsEyeView(
    _ x: SparseTensor, batches: Int? = nil
  ) throws(PointCloudError) -> Tensor {
    try self(x).birdsEyeView(along: 0, batches: batches ?? x.cells.batchCount)
  }
}
