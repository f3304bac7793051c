public import Tensors

/// Sorts all points into voxels, without limits (dynamic voxelisation).
public struct DynamicVoxelizer: Sendable {
  /// The grid.
  public var lattice: VoxelLattice

  /// A voxeliser.
  ///
  /// - Parameter lattice: The grid.
  public init(_ lattice: VoxelLattice) { self.lattice = lattice }

  /// The voxel of each point of one cloud.
  ///
  /// - Parameter points: Shape `[N, C]`, Float or Double; x y z first, metres.
  /// - Returns: Voxels in the order in which their first points come, of batch 0.
  /// - Throws: ``PointCloudError`` for points of another form.
  public func voxelize(_ points: Tensor) throws -> PointVoxels {
    try voxelize(batch: [points], threads: 1)
  }

  /// The voxel of each point of several clouds.
  ///
  /// - Parameters:
  ///   - clouds: Each of shape `[N, C]`, of one type, Float or Double; x y z first, metres.
  ///   - threads: Threads to use; the result does not depend on it.
  /// - Returns: Voxels of one cloud after the other, in the order in which their first points come.
  /// - Throws: ``PointCloudError`` for points of another form, and when memory is short.
  public func voxelize(batch clouds: [Tensor], threads: Int = PointBatch.defaultThreads) throws
    -> PointVoxels
  {
    let groupings = try VoxelGrouping.groupings(
      of: clouds, lattice, voxelLimit: Int(Int32.max), threads: threads, for: "voxelisation")
    let number = groupings.reduce(0) { $0 + $1.count }
    var (coordinates, counts): (Tensor?, Tensor?)
    let owners = Tensor(shape: [clouds.reduce(0) { $0 + $1.shape[0] }], of: Int32.self) { owners in
      coordinates = Tensor(shape: [number, 4], of: Int32.self) { coordinates in
        counts = Tensor(shape: [number], of: Int32.self) { counts in
          var (point, first) = (0, 0)
          for (batch, grouping) in groupings.enumerated() {
            grouping.writeOwners(
              batch: batch, first: first, owners.baseAddress.map { $0 + point },
              coordinates.baseAddress.map { $0 + 4 * first }, counts.baseAddress.map { $0 + first })
            point += clouds[batch].shape[0]
            first += grouping.count
          }
        }
      }
    }
    var discarded = DiscardedPoints()
    for grouping in groupings {
      discarded.invalid += grouping.discarded.invalid
      discarded.outside += grouping.discarded.outside
    }
    return PointVoxels(
      lattice: lattice, batches: clouds.count, owners: owners,
      coordinates: coordinates ?? Tensor([Int32](), shape: [0, 4]),
      counts: counts ?? Tensor([Int32](), shape: [0]), discarded: discarded)
  }
}
