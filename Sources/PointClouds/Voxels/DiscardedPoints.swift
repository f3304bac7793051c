/// Points that a voxeliser left out, by reason.
public struct DiscardedPoints: Sendable, Equatable {
  /// A coordinate is not a finite number.
  public var invalid = 0
  /// Outside the grid.
  public var outside = 0
  /// Their voxel was full.
  public var beyondPointLimit = 0
  /// Their voxel came after the last that was allowed.
  public var beyondVoxelLimit = 0

  /// No points.
  public init() {}

  /// All of them.
  public var count: Int { invalid + outside + beyondPointLimit + beyondVoxelLimit }
}
