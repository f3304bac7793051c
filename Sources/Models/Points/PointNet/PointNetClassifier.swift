public import Networks
public import Tensors

/// PointNet that tells what a cloud as a whole shows.
///
/// - Note: Source: Qi et al., "PointNet", CVPR 2017. Names of the weights as in yanx27/Pointnet_Pointnet2_pytorch, `pointnet_cls`,
///   whose dropout comes before the second normalisation.
public final class PointNetClassifier: Module {
  /// The part that describes clouds.
  public let feat: PointNetEncoder
  let fc1 = Linear(1024, 512)
  let fc2 = Linear(512, 256)
  let fc3: Linear
  let bn1 = BatchNorm1D(512)
  let bn2 = BatchNorm1D(256)
  private let dropout: Dropout

  /// A network without values.
  ///
  /// - Parameters:
  ///   - classes: Number of classes.
  ///   - channels: Channels of the points, their positions first: 6 with normals.
  ///   - transformsFeatures: Whether a second T-Net turns the 64 features of each point.
  ///   - dropout: Share of hidden values that are left out in training.
  public init(
    classes: Int = 40, channels: Int = 3, transformsFeatures: Bool = true, dropout: Double = 0.4
  ) {
    feat = PointNetEncoder(channels: channels, transformsFeatures: transformsFeatures)
    fc3 = Linear(256, classes)
    self.dropout = Dropout(dropout)
  }

  /// Scores of the classes from the features of whole clouds.
  ///
  /// - Parameter global: Shape `[B, 1024]`.
  /// - Returns: `[B, classes]`, no softmax.
  public func scores(_ global: Tensor) -> Tensor {
    fc3(bn2(dropout(fc2(bn1(fc1(global)).relu()))).relu())
  }

  /// Scores of the classes.
  ///
  /// - Parameter points: Positions, then other channels, `[B, N, C]`.
  /// - Returns: `[B, classes]`, no softmax.
  public func callAsFunction(_ points: Tensor) -> Tensor {
    let scores = scores(feat(points).global)
    return watched([points]) { [scores] }[0]
  }
}
