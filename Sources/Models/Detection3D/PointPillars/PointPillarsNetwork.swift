public import Networks
import PointClouds
import Tensors

/// PointPillars with CenterPoint's head; names as in OpenPCDet.
public final class PointPillarsNetwork: Module {
  let vfe: PillarFeatureNet
  let backbone2D: BirdsEyeBackbone
  let denseHead: CentreHead
  private let rows: Int
  private let columns: Int

  init(inputs: Int, rows: Int, columns: Int, classes: Int, _ settings: PointPillarsSettings) {
    vfe = PillarFeatureNet(
      inputs: inputs, outputs: settings.width,
      padding: settings.padsPillars ? settings.maxPoints : nil,
      momentum: settings.backbone.momentum)
    backbone2D = BirdsEyeBackbone(inputs: settings.width, settings.backbone)
    denseHead = CentreHead(inputs: backbone2D.outputs, classes: classes, settings.head)
    (self.rows, self.columns) = (rows, columns)
  }

  /// Names that differ from the properties'.
  public static var memberNames: [String: String] { ["backbone2D": "backbone_2d"] }

  /// The map of pillars.
  ///
  /// - Parameters:
  ///   - points: Numbers of all points, `[N, C]`.
  ///   - counts: Points of each pillar, `[V]`.
  ///   - coordinates: Batch, row and column of each pillar, `[V, 3]`.
  ///   - batches: Number of clouds.
  /// - Returns: `[B, C, rows, columns]`.
  /// - Throws: ``PointClouds/PointCloudError`` when pillars do not fit.
  func view(_ points: Tensor, counts: Tensor, coordinates: Tensor, batches: Int) throws -> Tensor {
    let features = vfe(points, counts: counts)
    return try SparseTensor(coordinates: coordinates, features: features, shape: [rows, columns])
      .dense(batches: batches)
  }

  /// What the two-dimensional part says.
  func maps(of view: Tensor) -> CentreMaps { denseHead(backbone2D(view)) }
}
