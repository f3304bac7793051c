import PointClouds
import Tensors

/// Sampling and neighbour searches, on the peers' own inputs.
enum NeighbourBenchmarks {
  static func operations(data folder: String, threads: Int) throws -> [BenchOperation] {
    var operations: [BenchOperation] = []
    if let scene = try CloudBenchmarks.cloud("real/sunrgbd_000017", in: folder) {
      operations.append(sampling("fps_sunrgbd20k_2048", scene, count: 2048))
      let centres = try FarthestPointSampling(count: 2048).indices(of: scene.positions)
      operations.append(
        balls(
          "ball_r0.2_k32_sunrgbd20k_q2048", scene, around: rows(centres, of: scene.positions),
          threads: threads))
    }
    if let room = try CloudBenchmarks.cloud("indoor_100k", in: folder) {
      operations.append(sampling("fps_indoor100k_4096", room, count: 4096))
      operations.append(neighbours("knn16_self_indoor100k", room, threads: threads))
      operations.append(
        balls("ball_r0.2_k32_indoor100k_q100000", room, around: room.positions, threads: threads))
    }
    if let scan = try CloudBenchmarks.cloud("lidar_seq_0", in: folder) {
      operations.append(neighbours("knn16_self_lidar120k", scan, threads: threads))
    }
    return operations
  }

  /// The check value is the sum of the sampled points' numbers.
  private static func sampling(_ name: String, _ cloud: PointCloud, count: Int) -> BenchOperation {
    BenchOperation(name: name, count: cloud.count) {
      sum(try FarthestPointSampling(count: count).indices(of: cloud.positions))
    }
  }

  /// The check value is the sum of the neighbours' numbers.
  private static func neighbours(_ name: String, _ cloud: PointCloud, threads: Int)
    -> BenchOperation
  {
    BenchOperation(name: name, count: cloud.count) {
      sum(try NearestNeighbours(count: 16).search(cloud.positions, threads: threads).indices)
    }
  }

  /// The check value is the number of hits.
  private static func balls(
    _ name: String, _ cloud: PointCloud, around centres: Tensor, threads: Int
  ) -> BenchOperation {
    BenchOperation(name: name, count: cloud.count) {
      sum(
        try BallQuery(radius: 0.2, count: 32)
          .search(cloud.positions, around: centres, threads: threads).counts)
    }
  }

  private static func sum(_ numbers: Tensor) -> Double {
    numbers.withUnsafeElements(of: Int32.self) { Double($0.reduce(0) { $0 + Int($1) }) }
  }

  private static func rows(_ numbers: Tensor, of points: Tensor) -> Tensor {
    Tensor(shape: [numbers.count, 3], of: Float.self) { target in
      numbers.withUnsafeElements(of: Int32.self) { numbers in
        points.withUnsafeElements(of: Float.self) { source in
          for (row, number) in numbers.enumerated() {
            for axis in 0..<3 { target[3 * row + axis] = source[3 * Int(number) + axis] }
          }
        }
      }
    }
  }
}
