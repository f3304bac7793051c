import CKernels
import Tensors

/// The points of one cloud, sorted into voxels by the kernel.
final class VoxelGrouping: @unchecked Sendable {
  let numbers: ckernels_voxel_numbers
  private let points: Tensor
  private let handle: OpaquePointer

  var count: Int { Int(numbers.voxels) }
  var discarded: DiscardedPoints {
    var found = DiscardedPoints()
    found.invalid = Int(numbers.invalid)
    found.outside = Int(numbers.outside)
    found.beyondVoxelLimit = Int(numbers.beyond_voxels)
    return found
  }

  /// Points `[N, C]` of float32 or float64, as ``requireForm(of:for:)`` checks.
  init(_ points: Tensor, _ lattice: VoxelLattice, voxelLimit: Int, for operation: String) throws {
    var numbers = ckernels_voxel_numbers()
    let (low, size) = (lattice.low, lattice.voxelSize)
    let handle = points.withUnsafeBytes {
      ckernels_voxels_create(
        $0.baseAddress, Int32(points.elementType.byteCount), Int64(points.shape[0]),
        Int64(points.shape[1]), [low.x, low.y, low.z], [size.x, size.y, size.z],
        lattice.cells.map(Int64.init), Int64(voxelLimit), &numbers)
    }
    guard let handle else {
      throw PointCloudError.libraryFailed(operation: operation, reason: "memory is short")
    }
    self.points = points
    self.handle = handle
    self.numbers = numbers
  }

  deinit { ckernels_voxels_release(handle) }

  /// Writes voxels, coordinates and counts; returns the number of points whose voxel was full.
  func fill(
    perVoxel: Int, batch: Int, _ target: UnsafeMutableRawPointer?,
    _ coordinates: UnsafeMutablePointer<Int32>?, _ counts: UnsafeMutablePointer<Int32>?
  ) -> Int {
    points.withUnsafeBytes {
      Int(
        ckernels_voxels_fill(
          handle, $0.baseAddress, Int64(perVoxel), Int32(batch), target, coordinates, counts))
    }
  }

  /// Writes each point's voxel, counted from `first`, and the voxels' coordinates and sizes.
  func writeOwners(
    batch: Int, first: Int, _ owners: UnsafeMutablePointer<Int32>?,
    _ coordinates: UnsafeMutablePointer<Int32>?, _ counts: UnsafeMutablePointer<Int32>?
  ) {
    ckernels_voxels_owners(handle, Int32(batch), Int32(first), owners, coordinates, counts)
  }

  /// Groups each cloud of a batch, several at once.
  static func groupings(
    of clouds: [Tensor], _ lattice: VoxelLattice, voxelLimit: Int, threads: Int,
    for operation: String
  ) throws -> [VoxelGrouping] {
    try requireForm(of: clouds, for: operation)
    guard clouds.count > 1, threads > 1 else {
      return try clouds.map {
        try VoxelGrouping($0, lattice, voxelLimit: voxelLimit, for: operation)
      }
    }
    var found = [VoxelGrouping?](repeating: nil, count: clouds.count)
    found.withUnsafeMutableBufferPointer { found in
      guard let target = SharedMemory(found.baseAddress) else { return }
      PointBatch.divide(clouds.count, threads: threads, chunk: 1) { range in
        for i in range {
          target.base[i] = try? VoxelGrouping(
            clouds[i], lattice, voxelLimit: voxelLimit, for: operation)
        }
      }
    }
    return try found.map {
      guard let grouping = $0 else {
        throw PointCloudError.libraryFailed(operation: operation, reason: "memory is short")
      }
      return grouping
    }
  }

  /// Refuses clouds of another form than `[N, C]` of one real type and width.
  private static func requireForm(of clouds: [Tensor], for operation: String) throws {
    for cloud in clouds {
      guard cloud.rank == 2, cloud.shape[1] >= 3, cloud.shape[1] == clouds[0].shape[1],
        cloud.elementType == .float32 || cloud.elementType == .float64,
        cloud.elementType == clouds[0].elementType, cloud.shape[0] < Int(Int32.max)
      else {
        throw PointCloudError.unsuitableInput(
          operation: operation,
          reason:
            "points are [N, 3 or more] of float32 or float64, alike in all clouds, not \(cloud.shape) of \(cloud.elementType)"
        )
      }
    }
    guard clouds.reduce(0, { $0 + $1.shape[0] }) < Int(Int32.max) else {
      throw PointCloudError.unsuitableInput(
        operation: operation, reason: "more points than an Int32 can number")
    }
  }
}
