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
    #expect(throws: PointCloudError.self) { try cloud([0, 0, 1e12]).clustered(tolerance: 0.1) }
  }
}

struct KDTreeTests {
  @Test func `neighbours equal those of a full search`() throws {
    let (target, queries) = (scattered(300, seed: 1), scattered(40, seed: 2))
    let tree = try KDTree(target)
    let (indices, distances) = try tree.nearest(to: queries.positions, k: 5)
    let (t, q): ([Float], [Float]) = (target.positions.array(), queries.positions.array())
    for i in 0..<40 {
      func square(_ j: Int) -> Float {
        (0..<3).reduce(0) { $0 + (t[3 * j + $1] - q[3 * i + $1]) * (t[3 * j + $1] - q[3 * i + $1]) }
      }
      let expected = (0..<300).sorted { square($0) < square($1) }.prefix(5)
      #expect(indices[5 * i..<5 * i + 5].elementsEqual(expected.map { Int32($0) }))
      for (k, j) in expected.enumerated() { #expect(abs(distances[5 * i + k] - square(j)) < 1e-6) }
      let near = try tree.within(0.2, of: SIMD3(q[3 * i], q[3 * i + 1], q[3 * i + 2]))
      #expect(Set(near) == Set((0..<300).filter { square($0) <= 0.04 }.map { Int32($0) }))
    }
  }

  @Test func `fewer points than neighbours leave places empty`() throws {
    let tree = try KDTree(cloud([1, 0, 0]))
    let (indices, distances) = try tree.nearest(
      to: Tensor([0, 0, 0] as [Float], shape: [1, 3]), k: 3)
    #expect(indices == [0, -1, -1] && distances == [1, .infinity, .infinity])
  }

  @Test func `what PCL would stop the program for is an error`() throws {
    #expect(throws: PointCloudError.self) { try KDTree(cloud([])) }
    #expect(throws: PointCloudError.self) { try KDTree(cloud([.nan, 0, 0])) }
    let tree = try KDTree(cloud([1, 0, 0]))
    #expect(throws: PointCloudError.self) {
      try tree.nearest(to: Tensor([.nan, 0, 0] as [Float], shape: [1, 3]), k: 1)
    }
    #expect(throws: PointCloudError.self) { try tree.within(.nan, of: .zero) }
  }

  @Test func `distances between clouds`() throws {
    let distances = try cloud([0, 0, 0, .nan, 0, 0, 5, 0, 0])
      .nearestDistances(to: cloud([.nan, 1, 1, 3, 4, 0, 5, 0, 1]))
    #expect(distances[0] == 5 && distances[1].isNaN && distances[2] == 1)
    #expect(throws: PointCloudError.self) { try cloud([0, 0, 0]).nearestDistances(to: cloud([])) }
  }
}
