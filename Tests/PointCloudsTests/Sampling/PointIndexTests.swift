import CKernels
import Tensors
import Testing

@testable import PointClouds

@Suite struct PointIndexTests {
  /// All points no farther than a radius, sorted by distance, then number.
  private func reference(_ points: [Float], _ queries: [Float], _ query: Int, _ radius: Float)
    -> [(Float, Int32)]
  {
    (0..<points.count / 3)
      .map { (SamplingClouds.squaredDistance(points, $0, queries, query), Int32($0)) }
      .filter { $0.0 <= radius * radius }.sorted { $0 < $1 }
  }

  /// Queries of every kind: the points themselves (nil), and points around and far away.
  private func queries(_ points: [Float]) -> [[Float]?] {
    let centre = Array(points.prefix(3))
    let around = SamplingClouds.random(40, scale: 3, offset: -1.5, seed: 5).enumerated()
      .map { centre[$0 % 3] + $1 }
    return [nil, around, [1e6, -1e6, 0, 3e38, 3e38, -3e38]]
  }

  @Test func `neighbours equal those of a full search with all instructions`() throws {
    for (name, points) in SamplingClouds.all where points.count <= 1000 {
      let index = try PointIndex(SamplingClouds.tensor(points))
      for queries in queries(points) {
        let wanted = queries ?? points
        let given = queries.map(SamplingClouds.tensor)
        for radius in [0.3, Float.infinity] {
          let all = (0..<wanted.count / 3).map { reference(points, wanted, $0, radius) }
          for level in 0...2 {
            ckernels_point_index_limit_instructions(index.handle, Int32(level))
            for k in [1, 16, 20, 150] {
              let found = try index.nearest(k, to: given, within: radius, threads: 2)
              let rows = all.map { row in
                row.prefix(k) + Array(repeating: (.infinity, -1), count: max(0, k - row.count))
              }
              #expect(found.indices.array() == rows.flatMap { $0.map(\.1) }, "\(name), \(k)")
              #expect(
                found.squaredDistances.array() == rows.flatMap { $0.map(\.0) }, "\(name), \(k)")
            }
            let lists = try index.neighbours(within: radius, of: given)
            #expect(lists.indices.array() == all.flatMap { $0.map(\.1).sorted() }, "\(name)")
            #expect(lists.count == all.count)
            let counts = try index.neighbourCounts(within: radius, of: given, limit: 7)
            #expect(counts.array() == all.map { Int32(min($0.count, 7)) }, "\(name)")
          }
        }
      }
    }
  }

  @Test func `the first within a radius equal those of a full search with all instructions`()
    throws
  {
    for (name, points) in SamplingClouds.all where points.count <= 1000 {
      let index = try PointIndex(SamplingClouds.tensor(points))
      for radius in [Float(0), 0.4, 1e30] {
        let all = (0..<index.count).map { query in
          (0..<index.count).filter {
            SamplingClouds.squaredDistance(points, $0, points, query) < radius * radius
          }.map { Int32($0) }
        }
        for (k, level) in [(1, 0), (9, 1), (30, 0), (30, 2), (60, 2), (140, 1), (140, 2)] {
          ckernels_point_index_limit_instructions(index.handle, Int32(level))
          var found = [Int32](repeating: 9, count: index.count * k)
          var counts = [Int32](repeating: 9, count: index.count)
          let status = ckernels_within(
            index.handle, nil, Int64(index.count), Int32(k), radius, 2, &found, &counts)
          #expect(status == 0)
          #expect(counts == all.map { Int32(min($0.count, k)) }, "\(name), \(k), \(radius)")
          let rows = all.flatMap { hits in
            hits.prefix(k) + Array(repeating: hits.first ?? -1, count: max(0, k - hits.count))
          }
          #expect(found == rows, "\(name), \(k), \(radius)")
        }
      }
    }
  }

  @Test func `farthest points do not depend on the instructions`() throws {
    for (name, points) in SamplingClouds.all {
      let index = try PointIndex(SamplingClouds.tensor(points))
      for skips in [0, 1] as [Int32] {
        var samples: [[Int32]] = []
        for level in 0...2 {
          ckernels_point_index_limit_instructions(index.handle, Int32(level))
          var found = [Int32](repeating: -1, count: 300)
          #expect(ckernels_farthest_points(index.handle, 300, 0, skips, &found) == 0)
          samples.append(found)
        }
        #expect(samples[0] == samples[1] && samples[0] == samples[2], "\(name)")
      }
    }
  }

  @Test func `the index does not depend on the number of threads`() throws {
    let points = SamplingClouds.tensor(SamplingClouds.random(5000, scale: 1, offset: 500_000))
    let expected = try PointIndex(points, threads: 1).nearest(8, threads: 1)
    for threads in [2, 5] {
      let found = try PointIndex(points, threads: threads).nearest(8, threads: threads)
      #expect(found.indices.array() == expected.indices.array(of: Int32.self))
      #expect(found.squaredDistances.array() == expected.squaredDistances.array(of: Float.self))
    }
  }

  @Test func `an empty index finds nothing, no queries are answered by nothing`() throws {
    let none = try PointIndex(cloud([]))
    let one = SamplingClouds.tensor([1, 2, 3])
    #expect(try none.nearest(2, to: one).indices.array() == [-1, -1] as [Int32])
    #expect(try none.nearest(2).indices.shape == [0, 2])
    #expect(try none.neighbourCounts(within: 1, of: one).array() == [0] as [Int32])
    #expect(try none.neighbours(within: 1, of: one).list(0) == [])
    let empty = Tensor([Float](), shape: [0, 3])
    let index = try PointIndex(cloud([1, 2, 3, 4, 5, 6]))
    #expect(try index.nearest(1, to: empty).indices.shape == [0, 1])
    #expect(try index.neighbours(within: 9, of: empty).count == 0)
    #expect(try index.neighbours(within: 9).list(1) == [0, 1])
  }

  @Test func `points that are not finite, other shapes and endless lists are refused`() throws {
    #expect(throws: PointCloudError.self) { try PointIndex(cloud([0, .nan, 0])) }
    #expect(throws: PointCloudError.self) {
      try PointIndex(Tensor([Float](repeating: 0, count: 12), shape: [2, 2, 3]))
    }
    let index = try PointIndex(
      SamplingClouds.tensor(SamplingClouds.random(50, scale: 1, offset: 0)))
    #expect(throws: PointCloudError.self) {
      try index.nearest(1, to: SamplingClouds.tensor([0, .infinity, 0]))
    }
    #expect(throws: PointCloudError.self) {
      try index.neighbours(within: 9, largestTotal: 2499)
    }
    #expect(try index.neighbours(within: 9, largestTotal: 2500).indices.count == 2500)
  }
}
