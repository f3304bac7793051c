public import Networks
public import Tensors

/// PointNet that tells what each point of a scene belongs to.
///
/// - Note: Source: Qi et al., "PointNet", CVPR 2017. Names of the weights as in yanx27/Pointnet_Pointnet2_pytorch,
///   `pointnet_sem_seg`.
public final class PointNetSegmenter: Module {
  /// The part that describes clouds.
  public let feat: PointNetEncoder
  let conv1 = Conv1D(1088, 512, kernel: 1)
  let conv2 = Conv1D(512, 256, kernel: 1)
  let conv3 = Conv1D(256, 128, kernel: 1)
  let conv4: Conv1D
  let bn1 = BatchNorm1D(512)
  let bn2 = BatchNorm1D(256)
  let bn3 = BatchNorm1D(128)

  /// A network without values.
  ///
  /// - Parameters:
  ///   - classes: Number of classes.
  ///   - channels: Channels of the points, their positions first: 9 for S3DIS.
  public init(classes: Int = 13, channels: Int = 9) {
    feat = PointNetEncoder(channels: channels, transformsFeatures: true)
    conv4 = Conv1D(128, classes, kernel: 1)
  }

  /// Scores of the classes with what the encoder found.
  ///
  /// - Parameter points: Positions, then other channels, `[B, N, C]`.
  /// - Returns: `[B, N, classes]`, no softmax, and the encoder's findings.
  public func findings(_ points: Tensor) -> (scores: Tensor, encoder: PointNetEncoder.Findings) {
    let found = feat(points)
    let (clouds, count) = (points.shape[0], points.shape[1])
    let layers = SharedLayers([conv1, conv2, conv3], [bn1, bn2, bn3])
    // The first convolution sees features of the cloud, then those of the point: the cloud's part is computed once.
    let first = layers.layers[0]
    let whole = found.global.linear(first.matrix.narrowed(axis: 1, to: 0..<1024))
    let own = found.local.linear(
      first.matrix.narrowed(axis: 1, to: 1024..<1088), bias: first.summand)
    let rows = layers.finished((own + whole.unsqueezed(1)).reshaped(clouds * count, 512))
    let scores = rows.linear(
      conv4.weight.value.reshaped(conv4.outputs, conv4.inputs), bias: conv4.bias?.value)
    return (scores.reshaped(clouds, count, conv4.outputs), found)
  }

  /// Scores of the classes.
  ///
  /// - Parameter points: Positions, then other channels, `[B, N, C]`.
  /// - Returns: `[B, N, classes]`, no softmax.
  public func callAsFunction(_ points: Tensor) -> Tensor {
    let scores = findings(points).scores
    return watched([points]) { [scores] }[0]
  }
}
