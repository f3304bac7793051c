public import Tensors

/// Sorts points into voxels with a limit on the points of each and on their number, as the voxelisers of spconv, mmdetection3d and
/// OpenPCDet do.
///
/// A voxel keeps its first points, in the order of the input; voxels come in the order in which their first points come, and once there
/// are `voxelLimit` of them points in others are left out. Every point left out is counted by its reason.
public struct HardVoxelizer: Sendable {
  /// The grid.
  public var lattice: VoxelLattice
  /// Most points of a voxel.
  public var pointLimit: Int
  /// Most voxels of a cloud.
  public var voxelLimit: Int

  /// A voxeliser.
  ///
  /// - Parameters:
  ///   - lattice: The grid.
  ///   - pointLimit: Most points of a voxel, at least 1.
  ///   - voxelLimit: Most voxels of a cloud, at least 1.
  public init(_ lattice: VoxelLattice, pointLimit: Int, voxelLimit: Int) {
    precondition(pointLimit > 0, "a voxel cannot keep \(pointLimit) points")
    precondition(voxelLimit > 0, "\(voxelLimit) voxels cannot be kept")
    self.lattice = lattice
    self.pointLimit = pointLimit
    self.voxelLimit = voxelLimit
  }

  /// Voxels of one cloud.
  ///
  /// - Parameter points: Shape `[N, C]`, Float or Double; x y z first, metres.
  /// - Returns: Its voxels, of batch 0.
  /// - Throws: ``PointCloudError`` for points of another form.
  public func voxelize(_ points: Tensor) throws -> HardVoxels {
    try voxelize(batch: [points], threads: 1)
  }

  /// Voxels of several clouds, one cloud after the other.
  ///
  /// - Parameters:
  ///   - clouds: Each of shape `[N, C]`, of one type, Float or Double; x y z first, metres.
  ///   - threads: Threads to use; the result does not depend on it.
  /// - Returns: Their voxels; the number of a cloud is the batch of its voxels.
  /// - Throws: ``PointCloudError`` for points of another form, and when memory is short.
  public func voxelize(batch clouds: [Tensor], threads: Int = PointBatch.defaultThreads) throws
    -> HardVoxels
  {
    let groupings = try VoxelGrouping.groupings(
      of: clouds, lattice, voxelLimit: voxelLimit, threads: threads, for: "voxelisation")
    let number = groupings.reduce(0) { $0 + $1.count }
    let width = clouds.first?.shape[1] ?? 3
    let shape = [number, pointLimit, width]
    let (rows, tooMany) = number.multipliedReportingOverflow(by: pointLimit)
    guard !tooMany, !rows.multipliedReportingOverflow(by: 8 * width).overflow else {
      throw PointCloudError.unsuitableInput(
        operation: "voxelisation", reason: "voxels of the shape \(shape) exceed the address space")
    }
    return clouds.first?.elementType == .float64
      ? collect(groupings, shape, Double.self) : collect(groupings, shape, Float.self)
  }

  private func collect<Element: TensorElement>(
    _ groupings: [VoxelGrouping], _ shape: [Int], _ type: Element.Type
  ) -> HardVoxels {
    var discarded = DiscardedPoints()
    var (coordinates, counts): (Tensor?, Tensor?)
    let points = Tensor(shape: shape, of: Element.self) { target in
      coordinates = Tensor(shape: [shape[0], 4], of: Int32.self) { coordinates in
        counts = Tensor(shape: [shape[0]], of: Int32.self) { counts in
          var first = 0
          for (batch, grouping) in groupings.enumerated() {
            var part = grouping.discarded
            part.beyondPointLimit = grouping.fill(
              perVoxel: shape[1], batch: batch,
              target.baseAddress.map { $0 + first * shape[1] * shape[2] },
              coordinates.baseAddress.map { $0 + 4 * first },
              counts.baseAddress.map { $0 + first })
            discarded.add(part)
            first += grouping.count
          }
        }
      }
    }
    return HardVoxels(
      lattice: lattice, batches: groupings.count, points: points,
      coordinates: coordinates ?? Tensor([Int32](), shape: [0, 4]),
      counts: counts ?? Tensor([Int32](), shape: [0]), discarded: discarded)
  }
}

extension DiscardedPoints {
  fileprivate mutating func add(_ other: DiscardedPoints) {
    invalid += other.invalid
    outside += other.outside
    beyondPointLimit += other.beyondPointLimit
    beyondVoxelLimit += other.beyondVoxelLimit
  }
}
