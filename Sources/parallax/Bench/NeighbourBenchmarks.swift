import Foundation
import PointClouds
import Tensors

/// Sampling, neighbour searches and what is made of neighbours, on the peers' own inputs.
enum NeighbourBenchmarks {
  /// The peers' names of the clouds, and their files.
  private static let clouds = [
    ("sunrgbd20k", "real/sunrgbd_000017"), ("scannet40k", "real/scannet_scene0000_00"),
    ("kitti17k", "real/kitti_000008"), ("indoor100k", "indoor_100k"), ("lidar120k", "lidar_seq_0"),
  ]

  static func operations(data folder: String, threads: Int) throws -> [BenchOperation] {
    var operations: [BenchOperation] = []
    for (name, file) in clouds {
      guard let cloud = try CloudBenchmarks.cloud(file, in: folder) else { continue }
      operations.append(
        BenchOperation(name: "kdtree_build_\(name)", count: cloud.count) {
          Double(try PointIndex(cloud, threads: threads).count)
        })
      operations.append(neighbours("knn16_self_\(name)", cloud, threads: threads))
    }
    if let scene = try CloudBenchmarks.cloud("real/sunrgbd_000017", in: folder) {
      operations.append(sampling("fps_sunrgbd20k_2048", scene, count: 2048, threads: threads))
      let centres = try FarthestPointSampling(count: 2048).indices(of: scene.positions)
      operations.append(
        balls(
          "ball_r0.2_k32_sunrgbd20k_q2048", scene,
          around: scene.positions.selected(axis: 0, at: centres), threads: threads))
    }
    if let room = try CloudBenchmarks.cloud("indoor_100k", in: folder) {
      operations.append(sampling("fps_indoor100k_4096", room, count: 4096, threads: threads))
      operations.append(
        balls("ball_r0.2_k32_indoor100k_q100000", room, around: room.positions, threads: threads))
      operations.append(
        normals(
          "normals_k20_indoor100k", room,
          truth: try CloudBenchmarks.cloud("indoor_100k_normals", in: folder)?.positions,
          threads: threads))
    }
    if let scan = try CloudBenchmarks.cloud("lidar_seq_0", in: folder) {
      operations.append(normals("normals_k20_lidar120k", scan, truth: nil, threads: threads))
      // The check value is the number of points kept.
      operations.append(
        BenchOperation(name: "radius_outlier_lidar120k_r0.3_m6", count: scan.count) {
          Double(
            try scan.removingRadiusOutliers(radius: 0.3, neighbours: 6, threads: threads).count)
        })
      operations.append(
        BenchOperation(name: "stat_outlier_lidar120k_k20", count: scan.count) {
          Double(
            try scan.removingStatisticalOutliers(neighbours: 20, deviations: 2, threads: threads)
              .count)
        })
    }
    return operations
  }

  /// The check value is the largest gap that the sample leaves, metres.
  private static func sampling(_ name: String, _ cloud: PointCloud, count: Int, threads: Int)
    -> BenchOperation
  {
    let rule = FarthestPointSampling(count: count)
    return BenchOperation(name: name, count: cloud.count) {
      Double(try rule.indices(of: cloud.positions, threads: threads).count)
    } quality: {
      let found = cloud.selecting(
        try rule.indices(of: cloud.positions, threads: threads).array(of: Int32.self))
      return Double(try cloud.nearestDistances(to: found).max() ?? .nan)
    }
  }

  /// The check value is the recall: of the first 2000 queries' neighbours, how many are no farther than the 16th nearest.
  private static func neighbours(_ name: String, _ cloud: PointCloud, threads: Int)
    -> BenchOperation
  {
    BenchOperation(name: name, count: cloud.count) {
      Double(
        try NearestNeighbours(count: 16).search(cloud.positions, threads: threads).indices.count)
    } quality: {
      let queries = min(2000, cloud.count)
      let found = try NearestNeighbours(count: 16).search(cloud.positions, threads: threads)
        .indices.array(of: Int32.self)
      return cloud.positions.withUnsafeElements(of: Float.self) { p in
        func distance(_ i: Int, _ j: Int) -> Double {
          let x = Double(p[3 * i]) - Double(p[3 * j])
          let y = Double(p[3 * i + 1]) - Double(p[3 * j + 1])
          let z = Double(p[3 * i + 2]) - Double(p[3 * j + 2])
          return x * x + y * y + z * z
        }
        var hits = 0
        for query in 0..<queries {
          var best = [Double](repeating: .infinity, count: 16)
          for i in 0..<cloud.count {
            let square = distance(query, i)
            guard square < best[15] else { continue }
            let place = best.firstIndex { square < $0 } ?? 15
            best.insert(square, at: place)
            best.removeLast()
          }
          let limit = best[15].squareRoot() * (1 + 1e-5) + 1e-9
          for k in 0..<16
          where distance(query, Int(found[16 * query + k])).squareRoot() <= limit {
            hits += 1
          }
        }
        return Double(hits) / Double(16 * queries)
      }
    }
  }

  /// The check value is the mean number of hits.
  private static func balls(
    _ name: String, _ cloud: PointCloud, around centres: Tensor, threads: Int
  ) -> BenchOperation {
    let query = BallQuery(radius: 0.2, count: 32)
    return BenchOperation(name: name, count: cloud.count) {
      Double(try query.search(cloud.positions, around: centres, threads: threads).counts.count)
    } quality: {
      let counts = try query.search(cloud.positions, around: centres, threads: threads).counts
        .array(of: Int32.self)
      return Double(counts.reduce(0) { $0 + Int($1) }) / Double(max(1, counts.count))
    }
  }

  /// The check value is the part of the normals within 10 degrees of the truth; without one, of those that are told at all.
  private static func normals(_ name: String, _ cloud: PointCloud, truth: Tensor?, threads: Int)
    -> BenchOperation
  {
    BenchOperation(name: name, count: cloud.count) {
      Double(try cloud.estimatingNormals(threads: threads).attributes.count)
    } quality: {
      let found =
        try cloud.estimatingNormals(threads: threads).attributes["normal"]?
        .array(of: Float.self) ?? []
      let wanted = truth?.array(of: Float.self) ?? found
      let limit: Float = truth == nil ? 0 : Float(cos(10 * Double.pi / 180))
      let good = (0..<cloud.count).count { i in
        let dot = (0..<3).reduce(0) { $0 + found[3 * i + $1] * wanted[3 * i + $1] }
        return abs(dot) > limit
      }
      return Double(good) / Double(cloud.count)
    }
  }
}
