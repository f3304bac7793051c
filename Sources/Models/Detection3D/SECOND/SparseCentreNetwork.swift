public import Networks
public import PointClouds
import Tensors

/// SECOND's encoder and bird's-eye network with CenterPoint's head; names as in OpenPCDet.
public final class SparseCentreNetwork: Module {
  let backbone3D: SECONDMiddleEncoder
  let backbone2D: BirdsEyeBackbone
  let denseHead: CentreHead

  /// A network without values.
  ///
  /// - Parameters:
  ///   - inputs: Channels of a voxel.
  ///   - heights: Heights that the encoder leaves.
  ///   - classes: Number of classes.
  ///   - settings: Its sizes.
  init(inputs: Int, heights: Int, classes: Int, _ settings: SparseCentreSettings) {
    backbone3D = SECONDMiddleEncoder(inputs: inputs, settings.encoder)
    backbone2D = BirdsEyeBackbone(inputs: settings.encoder.outputs * heights, settings.backbone)
    denseHead = CentreHead(inputs: backbone2D.outputs, classes: classes, settings.head)
  }

  /// Names that differ from the properties'.
  public static var memberNames: [String: String] {
    ["backbone3D": "backbone_3d", "backbone2D": "backbone_2d"]
  }

  /// What the network says about every cell of the map.
  ///
  /// - Parameters:
  ///   - voxels: Features of voxels, coordinates batch, z, y, x.
  ///   - batches: Number of clouds.
  /// - Returns: Maps.
  /// - Throws: ``PointClouds/PointCloudError`` when the map is too large.
  public func callAsFunction(_ voxels: SparseTensor, batches: Int) throws -> CentreMaps {
    maps(of: try backbone3D.birdsEyeView(voxels, batches: batches))
  }

  /// What the two-dimensional part says.
  ///
  /// - Parameter view: Features of each cell, `[B, C, H, W]`.
  /// - Returns: Maps.
  func maps(of view: Tensor) -> CentreMaps { denseHead(backbone2D(view)) }
}
