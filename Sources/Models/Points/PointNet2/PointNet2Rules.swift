public import PointClouds

/// Where implementations of PointNet++ differ; the defaults are those of yanx27/Pointnet_Pointnet2_pytorch.
public struct PointNet2Rules: Sendable, Equatable {
  /// Whether farthest point sampling never picks a point within 0.03 of the origin, as kernels of the TensorFlow original and of
  /// VoteNet do.
  public var ignoresPointsNearOrigin = false
  /// Whether positions relative to a centre are divided by the radius, as in VoteNet.
  public var dividesByRadius = false
  /// How a neighbour's weight falls with its distance: squared here, ``PointClouds/InverseDistance/squaredClamped`` in the TensorFlow
  /// original, ``PointClouds/InverseDistance/plain`` in VoteNet.
  public var interpolation = InverseDistance.squared

  /// The defaults.
  public init() {}
}
