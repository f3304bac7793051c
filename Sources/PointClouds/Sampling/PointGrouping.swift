public import Tensors

/// Points and features around centres: the grouping of PointNet++'s set abstraction.
public struct PointGrouping: Sendable {
  /// Which points belong to a group.
  public var query: BallQuery
  /// Whether positions relative to a centre are divided by the radius, as VoteNet does and PointNet++ does not.
  public var dividesByRadius: Bool
  /// Whether a group's first three channels are the positions relative to its centre.
  public var includesPositions: Bool

  /// A rule.
  ///
  /// - Parameters:
  ///   - query: Which points belong to a group.
  ///   - dividesByRadius: Whether relative positions are divided by the radius.
  ///   - includesPositions: Whether relative positions come before the features.
  public init(query: BallQuery, dividesByRadius: Bool = false, includesPositions: Bool = true) {
    self.query = query
    self.dividesByRadius = dividesByRadius
    self.includesPositions = includesPositions
  }

  /// The groups around centres.
  ///
  /// Gradients flow to positions, centres and features.
  ///
  /// - Parameters:
  ///   - points: Shape `[B, N, 3]`, Float.
  ///   - centres: Shape `[B, M, 3]`, Float.
  ///   - features: Shape `[B, C, N]`, Float; none when left out: then positions are needed.
  /// - Returns: `[B, 3 + C, M, K]`: relative positions, then features.
  /// - Throws: ``PointCloudError`` when shapes do not fit or a coordinate is not finite.
  public func groups(_ points: Tensor, around centres: Tensor, features: Tensor? = nil) throws
    -> Tensor
  {
    guard points.rank == 3, includesPositions || features != nil else {
      throw PointCloudError.unsuitableInput(
        operation: "grouping",
        reason: "points are [B, N, 3], not \(points.shape), with positions or features to group")
    }
    if let features,
      features.rank != 3 || features.shape[0] != points.shape[0]
        || features.shape[2] != points.shape[1]
    {
      throw PointCloudError.unsuitableInput(
        operation: "grouping", reason: "features \(features.shape) for points \(points.shape)")
    }
    let found = try query.search(points.detached(), around: centres.detached())
    let gathered = features?.gatheringPoints(at: found.indices)
    guard includesPositions else { return gathered ?? points }
    var local =
      points.gatheringPoints(at: found.indices, layout: .pointsFirst)
      - centres.unsqueezed(2)
    if dividesByRadius { local = local / query.radius }
    let positions = local.permuted(0, 3, 1, 2)
    guard let gathered else { return positions }
    return Tensor.concatenated([positions, gathered], axis: 1)
  }
}

extension InverseDistance {
  /// Features at points interpolated from those of the nearest known points, three by three.
  ///
  /// - Parameters:
  ///   - features: At the known points, shape `[B, C, N]` or `[C, N]`, Float; gradients flow to them.
  ///   - known: Positions, shape `[B, N, 3]` or `[N, 3]`, Float.
  ///   - points: Where features are wanted, shape `[B, Q, 3]` or `[Q, 3]`, Float.
  ///   - neighbours: Known points taken for each.
  /// - Returns: `[B, C, Q]` or `[C, Q]`.
  /// - Throws: ``PointCloudError`` when shapes do not fit or a coordinate is not finite.
  public func interpolate(
    _ features: Tensor, from known: Tensor, at points: Tensor, neighbours: Int = 3
  ) throws -> Tensor {
    let positions = known.detached()
    guard features.rank == known.rank, features.elementType == .float32,
      features.shape.last == known.shape.dropLast().last,
      features.rank != 3 || features.shape[0] == known.shape[0]
    else {
      throw PointCloudError.unsuitableInput(
        operation: "interpolation", reason: "features \(features.shape) for points \(known.shape)")
    }
    let found = try NearestNeighbours(count: neighbours)
      .search(positions, queries: points.detached())
    return features.interpolatingPoints(
      at: found.indices, weights: weights(squaredDistances: found.squaredDistances))
  }
}
