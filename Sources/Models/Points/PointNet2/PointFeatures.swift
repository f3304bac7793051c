public import Tensors

/// Points of several clouds with what a network knows of each.
public struct PointFeatures: Sendable {
  /// Shape `[B, N, 3]`, Float.
  public var positions: Tensor
  /// Shape `[B, N, C]`, Float; nil when positions are all that is known.
  public var features: Tensor?

  /// Points with features.
  ///
  /// - Parameters:
  ///   - positions: Shape `[B, N, 3]`, Float.
  ///   - features: Shape `[B, N, C]`, Float.
  public init(positions: Tensor, features: Tensor? = nil) {
    precondition(
      positions.rank == 3 && positions.shape[2] == 3
        && features.map { $0.rank == 3 && $0.shape[..<2] == positions.shape[..<2] } ?? true,
      "positions \(positions.shape) with features \(features?.shape ?? [])")
    self.positions = positions
    self.features = features
  }

  /// Number of clouds.
  public var clouds: Int { positions.shape[0] }
  /// Points of each cloud.
  public var count: Int { positions.shape[1] }
  /// Features of each point.
  public var channels: Int { features?.shape[2] ?? 0 }

  /// Positions of all clouds, `[B * N, 3]`.
  var positionRows: Tensor { positions.reshaped(clouds * count, 3) }
  /// Features of all clouds, `[B * N, C]`.
  var featureRows: Tensor? { features?.reshaped(clouds * count, channels) }
}
