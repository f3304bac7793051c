import Foundation
import PointClouds
import Tensors

/// Operations on clouds, on the peers' own inputs.
enum CloudBenchmarks {
  static func operations(data folder: String, threads: Int) throws -> [BenchOperation] {
    var operations: [BenchOperation] = []
    if let scan = try cloud("lidar_seq_0", in: folder) {
      for size in [0.05, 0.1, 0.2] {
        operations.append(
          BenchOperation(name: "voxel_down_lidar120k_\(size)", count: scan.count) {
            Double(try scan.voxelDownsampled(voxelSize: size, threads: threads).count)
          })
      }
      operations.append(plane("ransac_plane_lidar120k_0.1", scan, distance: 0.1))
    }
    if let room = try cloud("indoor_100k", in: folder) {
      for size in [0.05, 0.1] {
        operations.append(
          BenchOperation(name: "voxel_down_indoor100k_\(size)", count: room.count) {
            Double(try room.voxelDownsampled(voxelSize: size, threads: threads).count)
          })
      }
      operations.append(plane("ransac_plane_indoor100k_0.02", room, distance: 0.02))
    }
    if let objects = try cloud("lidar_objects", in: folder) {
      operations.append(
        BenchOperation(name: "cluster_lidar_objects_0.5", count: objects.count) {
          Double(
            try objects.clustered(tolerance: 0.5, minSize: 10, threads: threads).clusterCount)
        })
      operations.append(
        BenchOperation(name: "dbscan_lidar_objects_0.5", count: objects.count) {
          Double(
            try objects.densityClustered(radius: 0.5, minPoints: 10, threads: threads).clusterCount)
        })
    }
    return operations
  }

  /// The check value is the number of inliers.
  private static func plane(_ name: String, _ cloud: PointCloud, distance: Double) -> BenchOperation
  {
    BenchOperation(name: name, count: cloud.count) {
      var generator = SeededGenerator(seed: 1)
      let fit = cloud.fittingPlane(PlaneSearch(distance: distance), using: &generator)
      return Double(fit?.inliers.count ?? 0)
    }
  }

  /// The input of that name; nil where the folder lacks it.
  static func cloud(_ name: String, in folder: String) throws -> PointCloud? {
    let path = "\(folder)/\(name).npy"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    return PointCloud(positions: try NumPyArray.readFloats(path: path))
  }
}
