import Foundation
import Geometry
import Tensors
import TestSupport
import Testing

@testable import PointClouds

struct DensityClusteringTests {
  /// DBSCAN as it was published, point by point in the order of their numbers.
  private static func slow(_ p: [Float], radius: Double, minPoints: Int) -> [Int32] {
    let count = p.count / 3
    let isValid = (0..<count).map { i in (0..<3).allSatisfy { p[3 * i + $0].isFinite } }
    let limit = Float(radius) * Float(radius)
    func neighbours(_ i: Int) -> [Int] {
      (0..<count).filter { isValid[$0] && SamplingClouds.squaredDistance(p, $0, p, i) <= limit }
    }
    var labels = [Int32](repeating: -1, count: count)
    var clusters: Int32 = 0
    for start in 0..<count where isValid[start] && labels[start] < 0 {
      guard neighbours(start).count >= minPoints else { continue }
      var pending = [start]
      labels[start] = clusters
      while let point = pending.popLast() {
        let near = neighbours(point)
        if near.count < minPoints { continue }
        for other in near where labels[other] < 0 {
          labels[other] = clusters
          pending.append(other)
        }
      }
      clusters += 1
    }
    return labels
  }

  private static let clouds: [(name: String, points: [Float])] =
    SamplingClouds.all.filter { $0.points.count <= 3 * 700 && $0.name != "huge" } + [
      ("empty", []),
      ("blobs", blobs()),
      (
        "with invalid points",
        [.nan, 0, 0] + SamplingClouds.random(300, scale: 1, offset: 0) + [0, .infinity, 0]
      ),
      ("UTM", SamplingClouds.random(400, scale: 60, offset: 4_000_000)),
    ]

  private static func blobs() -> [Float] {
    var generator = SeededGenerator(seed: 4)
    return (0..<500).flatMap { i -> [Float] in
      let centre = Float(i % 7) * 0.4
      return (0..<3).map { _ in centre + Float(0.08 * generator.normal()) }
    }
  }

  @Test(arguments: [1, 2, 4, 10, 60])
  func `labels equal those of the slow reference`(minPoints: Int) throws {
    for (name, points) in Self.clouds {
      for radius in [0.06, 0.15, 0.5, 3] {
        let expected = Self.slow(points, radius: radius, minPoints: minPoints)
        for threads in [1, 3] {
          let found = try cloud(points).densityClustered(
            radius: radius, minPoints: minPoints, threads: threads)
          #expect(found.clusters.array(of: Int32.self) == expected, "\(name), \(radius) m")
          #expect(found.clusterCount == Int(expected.max() ?? -1) + 1)
        }
      }
    }
  }

  @Test func `a border point belongs to the cluster that begins first`() throws {
    // Two dense ends, and a point in reach of both that is no core point itself.
    let line: [Float] = [2.0, 2.1, 2.2, 2.3, 1.5, 0.7, 0.8, 0.9, 1.0, 9]
    let points = line.flatMap { [$0, 0, 0] as [Float] }
    let found = try cloud(points).densityClustered(radius: 0.51, minPoints: 4)
    #expect(found.clusters.array() == [0, 0, 0, 0, 0, 1, 1, 1, 1, -1] as [Int32])
  }

  @Test func `a cloud that spans too many radii is refused`() {
    #expect(throws: PointCloudError.self) {
      try cloud([0, 0, 0, 0, 0, 1e12]).densityClustered(radius: 0.1, minPoints: 2)
    }
  }
}

struct PlaneSumsTests {
  @Test func `points near a plane are those that a plain loop finds`() throws {
    for (name, points) in SamplingClouds.all + [("invalid", [.nan, 0, 0, 1, 1, 1])] {
      let fit = cloud(points)
      let plane = Plane(normal: Vector3(0.2, -0.3, 0.9), offset: -0.4)
      let (a, b, c) = (Float(plane.normal.x), Float(plane.normal.y), Float(plane.normal.z))
      let expected = (0..<points.count / 3).filter {
        let height =
          points[3 * $0] * a + points[3 * $0 + 1] * b + points[3 * $0 + 2] * c
          + Float(plane.offset)
        return abs(height) <= 0.2
      }
      #expect(fit.inliers(of: plane, within: 0.2) == expected.map { Int32($0) }, "\(name)")
    }
  }
}
