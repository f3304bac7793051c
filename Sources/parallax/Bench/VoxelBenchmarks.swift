import Geometry
import PointClouds
import Tensors

/// Voxelisers on the peers' scan, with the ranges and limits of their script; the check value is the number of voxels.
enum VoxelBenchmarks {
  static func operations(data folder: String) throws -> [BenchOperation] {
    guard let scan = try CloudBenchmarks.cloud("lidar_seq_0", in: folder) else { return [] }
    let second = try VoxelLattice(
      from: Vector3(-70.4, -40, -3), to: Vector3(70.4, 40, 1), voxelSize: Vector3(0.05, 0.05, 0.1))
    let even = try VoxelLattice(
      from: Vector3(-80, -40, -4), to: Vector3(100, 40, 8), voxelSize: Vector3(0.1, 0.1, 0.1))
    let pillars = try VoxelLattice(
      from: Vector3(-80, -40, -4), to: Vector3(96, 40, 4), voxelSize: Vector3(0.16, 0.16, 8))
    return [
      hard("voxelize_lidar120k_0.05x0.05x0.1", scan, second, points: 5, voxels: 120_000),
      hard("voxelize_lidar120k_0.1", scan, even, points: 5, voxels: 120_000),
      hard("pillars_lidar120k_0.16", scan, pillars, points: 32, voxels: 40_000),
      dynamic("voxelize_dynamic_mean_lidar120k_0.1", scan, even),
    ]
  }

  private static func hard(
    _ name: String, _ scan: PointCloud, _ lattice: VoxelLattice, points: Int, voxels: Int
  ) -> BenchOperation {
    let voxelizer = HardVoxelizer(lattice, pointLimit: points, voxelLimit: voxels)
    return BenchOperation(name: name, count: scan.count) {
      Double(try voxelizer.voxelize(scan.positions).count)
    }
  }

  /// All points, and the mean of each voxel, as the peers' `torch.unique`.
  private static func dynamic(_ name: String, _ scan: PointCloud, _ lattice: VoxelLattice)
    -> BenchOperation
  {
    BenchOperation(name: name, count: scan.count) {
      let voxels = try DynamicVoxelizer(lattice).voxelize(scan.positions)
      return Double(try voxels.mean(scan.positions).shape[0])
    }
  }
}
