public import Configuration
public import Networks
public import Tensors

/// The two networks of the paper's code.
public enum FrustumVersion: String, Sendable, CaseIterable, ParameterValue {
  /// PointNets.
  case v1
  /// PointNet++, which also sees neighbourhoods.
  case v2
}

/// Finds an object's points in its frustum, and from them the box around all of the object, hidden parts included.
///
/// - Note: Source: Qi et al., "Frustum PointNets for 3D object detection from RGB-D data", CVPR 2018, section 4, with the sizes of the
///   authors' code. Names of weights are those of the PyTorch port (`simon3dv/frustum_pointnets_pytorch`), whose point features, unlike
///   here and in the original, are those of the second layer. Differs: points of a mask are chosen evenly instead of at random, so that
///   the result is a function of the input; features that a frustum's points share are multiplied once.
public final class FrustumPointNet: Module {
  let insSeg: any FrustumSegmentation
  let stn: FrustumCenterNet
  let est: any FrustumRegression
  /// How boxes are described.
  public let coder: FrustumBoxCoder
  /// Points that stand for the object.
  public let objectPoints: Int
  /// Numbers of each point.
  public let channels: Int
  /// Number of classes.
  public let classes: Int

  /// Names that differ from the properties'.
  public static var memberNames: [String: String] { ["insSeg": "InsSeg", "stn": "STN"] }

  /// A network without values.
  ///
  /// - Parameters:
  ///   - version: Which of the two.
  ///   - channels: Numbers of each point: x, y, z, and more for the segmentation.
  ///   - classes: Number of classes.
  ///   - objectPoints: Points that stand for the object.
  ///   - coder: How boxes are described.
  public init(
    _ version: FrustumVersion = .v1, channels: Int = 4, classes: Int = 3, objectPoints: Int = 512,
    coder: FrustumBoxCoder = FrustumBoxCoder()
  ) {
    precondition(
      channels >= 3 && classes >= 1 && objectPoints >= 1,
      "\(channels) channels, \(classes) classes, \(objectPoints) points")
    self.coder = coder
    self.objectPoints = objectPoints
    self.channels = channels
    self.classes = classes
    stn = FrustumCenterNet(classes: classes)
    switch version {
    case .v1:
      insSeg = FrustumSegmentationV1(channels: channels, classes: classes)
      est = FrustumBoxNetV1(classes: classes, outputs: coder.outputCount)
    case .v2:
      insSeg = FrustumSegmentationV2(channels: channels, classes: classes)
      est = FrustumBoxNetV2(classes: classes, outputs: coder.outputCount)
    }
  }

  /// The object's points and its box.
  ///
  /// - Parameters:
  ///   - points: Points of frustums in their frames, `[B, C, N]`; x, y, z first.
  ///   - classes: Classes of the objects, one-hot, `[B, K]`, Float.
  /// - Returns: What the network says.
  /// - Throws: An error of the point operations (v2 only).
  public func callAsFunction(_ points: Tensor, classes: Tensor) throws -> FrustumOutputs {
    requireInput(
      points.rank == 3 && points.shape[2] > 0 && points.shape[0] == classes.shape.first, points,
      expected: "[B, C, N] beside classes \(classes.shape)")
    let logits = try insSeg(points, classes: classes)
    let object = FrustumMasking(logits, of: points, count: objectPoints)
    let shift = stn(object.points, classes: classes)  // [B, 3]
    let row = try est(object.points - shift.unsqueezed(2), classes: classes)
    return FrustumOutputs(
      maskLogits: logits, firstCenter: shift + object.mean, row: row, coder: coder)
  }
}

/// What the network says of a batch of frustums, in their frames.
public struct FrustumOutputs {
  /// Scores of clutter and object, `[B, 2, N]`.
  public let maskLogits: Tensor
  /// The T-Net's centre, `[B, 3]`; metres.
  public let firstCenter: Tensor
  /// The box's centre, `[B, 3]`; metres.
  public let center: Tensor
  /// Scores of the bins, `[B, bins]`.
  public let headingScores: Tensor
  /// Residuals of the bins, `[B, bins]`; 1 is half a bin.
  public let headingResiduals: Tensor
  /// Scores of the templates, `[B, templates]`.
  public let sizeScores: Tensor
  /// Residuals of the templates, `[B, templates, 3]`; 1 is the template's own size.
  public let sizeResiduals: Tensor

  /// What the networks' numbers mean.
  ///
  /// - Parameters:
  ///   - maskLogits: Scores of clutter and object, `[B, 2, N]`.
  ///   - firstCenter: The T-Net's centre, `[B, 3]`; metres.
  ///   - row: Numbers of the box net, `[B, coder.outputCount]`: the centre less the T-Net's, scores and residuals of the bins, scores
  ///     and residuals of the templates.
  ///   - coder: How boxes are described.
  public init(maskLogits: Tensor, firstCenter: Tensor, row: Tensor, coder: FrustumBoxCoder) {
    let (bins, templates) = (coder.headingBins, coder.templates.count)
    let parts = row.split([3, bins, bins, templates, 3 * templates], axis: 1)
    self.maskLogits = maskLogits
    self.firstCenter = firstCenter
    center = firstCenter + parts[0]
    headingScores = parts[1]
    headingResiduals = parts[2]
    sizeScores = parts[3]
    sizeResiduals = parts[4].reshaped(row.shape[0], templates, 3)
  }
}
