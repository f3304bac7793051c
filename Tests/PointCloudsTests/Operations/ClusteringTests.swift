import Foundation
import Geometry
import Tensors
import Testing

@testable import PointClouds

struct ClusteringTests {
  /// Dense blobs, chains and scattered points.
  private static func scene(seed: UInt64) -> PointCloud {
    var generator = SeededGenerator(seed: seed)
    var points: [Float] = []
    for _ in 0..<25 {
      let center = (0..<3).map { _ in generator.uniform() * 12 }
      for _ in 0..<generator.uniform(below: 120) {
        points += center.map { Float($0 + 0.3 * generator.normal()) }
      }
    }
    for _ in 0..<400 { points += (0..<3).map { _ in Float(generator.uniform() * 12) } }
    return cloud(points)
  }

  @Test(arguments: [0.1, 0.25, 0.5, 0.8])
  func `clusters equal PCL's`(tolerance: Double) throws {
    for seed in 1...3 as ClosedRange<UInt64> {
      let scene = Self.scene(seed: seed)
      let own = try scene.clustered(tolerance: tolerance, minSize: 3, maxSize: 900)
      let peer = try scene.clusteredByPCL(tolerance: tolerance, minSize: 3, maxSize: 900)
      #expect(own.clusterCount == peer.clusterCount)
      #expect(Set(own.members()) == Set(peer.members()))
      #expect(own.members().map(\.count) == peer.members().map(\.count))
      #expect(own.clusterCount > 1)
    }
  }

  @Test func `a chain of short steps joins, one long step parts`() throws {
    let chain = cloud([0, 0, 0, 0.4, 0, 0, 0.8, 0, 0, 1.4, 0, 0, 1.7, 0, 0, .nan, 0, 0])
    let clusters = try chain.clustered(tolerance: 0.5)
    #expect(clusters.clusters.array() == [0, 0, 0, 1, 1, -1] as [Int32])
    #expect(clusters.clusterCount == 2)
    let large = try chain.clustered(tolerance: 0.5, minSize: 3)
    #expect(large.clusters.array() == [0, 0, 0, -1, -1, -1] as [Int32])
    let small = try chain.clustered(tolerance: 0.5, maxSize: 2)
    #expect(small.clusters.array() == [-1, -1, -1, 0, 0, -1] as [Int32])
  }

  @Test func `a step of exactly the tolerance joins`() throws {
    let pair = cloud([0, 0, 0, 0.5, 0, 0, 1.0001, 0, 0])
    #expect(try pair.clustered(tolerance: 0.5).clusters.array() == [0, 0, 1] as [Int32])
  }

  @Test func `an empty cloud has no clusters, a huge one is refused`() throws {
    #expect(try cloud([]).clustered(tolerance: 1).clusterCount == 0)
    #expect(throws: PointCloudError.self) {
      try cloud([0, 0, 0, 0, 0, 1e12]).clustered(tolerance: 0.1)
    }
  }
}

struct NearestDistancesTests {
  @Test func `distances between clouds`() throws {
    let distances = try cloud([0, 0, 0, .nan, 0, 0, 5, 0, 0])
      .nearestDistances(to: cloud([.nan, 1, 1, 3, 4, 0, 5, 0, 1]))
    #expect(distances[0] == 5 && distances[1].isNaN && distances[2] == 1)
    #expect(throws: PointCloudError.self) { try cloud([0, 0, 0]).nearestDistances(to: cloud([])) }
  }

  @Test func `distances are those of places, whatever the origins`() throws {
    let near = PointCloud(
      positions: Tensor([1, 0, 0] as [Float], shape: [1, 3]), origin: [500_000, 5_000_000, 0])
    let far = PointCloud(
      positions: Tensor([-96, 3, 0] as [Float], shape: [1, 3]), origin: [500_100, 5_000_000, 0])
    #expect(try near.nearestDistances(to: far).map { ($0 * 1000).rounded() } == [4243])
  }
}
