public import Networks
import PointClouds
public import Tensors

/// The part of PointNet that describes clouds: T-Nets, layers that all points share, the largest value of each channel.
///
/// - Note: Source: Qi et al., "PointNet: deep learning on point sets for 3D classification and segmentation", CVPR 2017. Names of the
///   weights as in yanx27/Pointnet_Pointnet2_pytorch, `pointnet_utils`.
public final class PointNetEncoder: Module {
  let stn: TransformNet
  let conv1: Conv1D
  let conv2 = Conv1D(64, 128, kernel: 1)
  let conv3 = Conv1D(128, 1024, kernel: 1)
  let bn1 = BatchNorm1D(64)
  let bn2 = BatchNorm1D(128)
  let bn3 = BatchNorm1D(1024)
  let fstn: TransformNet?

  /// A network without values.
  ///
  /// - Parameters:
  ///   - channels: Channels of the points, their positions first.
  ///   - transformsFeatures: Whether a second T-Net turns the 64 features of each point.
  init(channels: Int, transformsFeatures: Bool) {
    stn = TransformNet(channels: channels, size: 3)
    conv1 = Conv1D(channels, 64, kernel: 1)
    fstn = transformsFeatures ? TransformNet(channels: 64, size: 64) : nil
  }

  /// What the network finds in clouds.
  public struct Findings {
    /// The largest value of each channel, `[B, 1024]`.
    public var global: Tensor
    /// For each of those the point that it comes from, `[B, 1024]` Int32, the number within its cloud.
    public var sources: Tensor
    /// The 64 features of each point, `[B, N, 64]`.
    public var local: Tensor
    /// How positions were turned, `[B, 3, 3]`: rows times matrix.
    public var inputTransform: Tensor
    /// How features were turned, `[B, 64, 64]`; nil without the second T-Net.
    public var featureTransform: Tensor?
  }

  /// What the network finds in clouds.
  ///
  /// - Parameter points: Positions, then other channels, `[B, N, C]`.
  /// - Returns: Features of clouds and points.
  public func callAsFunction(_ points: Tensor) -> Findings {
    let (clouds, count, channels) = (points.shape[0], points.shape[1], points.shape[2])
    precondition(channels == conv1.inputs, "points \(points.shape) for \(conv1.inputs) channels")
    let groups = PointGroups(wholeClouds: clouds, points: count)
    let layers = SharedLayers([conv1, conv2, conv3], [bn1, bn2, bn3]).layers
    let inputTransform = stn(points.reshaped(clouds * count, channels), groups)
    var turned = points.narrowed(axis: 2, to: 0..<3).matmul(inputTransform)
    if channels > 3 {
      turned = .concatenated([turned, points.narrowed(axis: 2, to: 3..<channels)], axis: 2)
    }
    var rows = layers[0].normalised(layers[0].products(turned.reshaped(clouds * count, channels)))
    let featureTransform = fstn.map { $0(rows, groups) }
    if let featureTransform {
      rows = rows.reshaped(clouds, count, 64).matmul(featureTransform)
        .reshaped(clouds * count, 64)
    }
    let local = rows.reshaped(clouds, count, 64)
    let wide = layers[1].normalised(layers[1].products(rows))
    // No ReLU before the maximum.
    let found = layers[2].maxima(layers[2].products(wide), of: groups, rectifies: false)
    let first = Tensor((0..<clouds).map { Int32($0 * count) }).reshaped(clouds, 1)
    return Findings(
      global: watched([points]) { [found.values] }[0], sources: found.rows - first, local: local,
      inputTransform: inputTransform, featureTransform: featureTransform)
  }
}
