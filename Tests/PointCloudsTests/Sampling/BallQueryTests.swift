import PointClouds
import Tensors
import TestSupport
import Testing

@Suite struct BallQueryTests {
  /// The first hits in index order, padded with the first.
  private func reference(_ points: [Float], _ centres: [Float], _ radius: Float, _ count: Int) -> (
    [Int32], [Int32]
  ) {
    var indices: [Int32] = []
    var counts: [Int32] = []
    for centre in 0..<centres.count / 3 {
      let hits = (0..<points.count / 3).filter {
        SamplingClouds.squaredDistance(points, $0, centres, centre) < radius * radius
      }.prefix(count).map { Int32($0) }
      counts.append(Int32(hits.count))
      for place in 0..<count {
        indices.append(place < hits.count ? hits[place] : hits.first ?? 0)
      }
    }
    return (indices, counts)
  }

  @Test func `balls hold what the slow rule puts into them on every kind of cloud`() throws {
    for (name, points) in SamplingClouds.all where points.count <= 2100 {
      let tensor = SamplingClouds.tensor(points)
      for (radius, count) in [(Float(0.2), 8), (1, 3), (0, 2), (1.5, 40), (1e30, 5)] {
        let found = try BallQuery(radius: radius, count: count).search(tensor, around: tensor)
        let expected = reference(points, points, radius, count)
        #expect(SamplingClouds.numbers(found.indices) == expected.0, "\(name), \(radius)")
        #expect(SamplingClouds.numbers(found.counts) == expected.1, "\(name), \(radius)")
      }
    }
  }

  @Test func `a point at the radius is outside, an empty ball holds zeros`() throws {
    let points = SamplingClouds.tensor([9, 0, 0, 1, 0, 0, 0.5, 0, 0, 0, 0.25, 0])
    let centres = SamplingClouds.tensor([0, 0, 0, 50, 0, 0])
    let found = try BallQuery(radius: 1, count: 4).search(points, around: centres)
    #expect(SamplingClouds.numbers(found.indices) == [2, 3, 2, 2, 0, 0, 0, 0])
    #expect(SamplingClouds.numbers(found.counts) == [2, 0])
  }

  @Test func `the bits do not depend on the number of threads`() throws {
    let batch = Tensor(SamplingClouds.random(1400, scale: 1, offset: 0), shape: [2, 700, 3])
    let query = BallQuery(radius: 0.3, count: 9)
    let expected = try query.search(batch, around: batch, threads: 1)
    for threads in [2, 7] {
      let found = try query.search(batch, around: batch, threads: threads)
      #expect(found.indices.shape == [2, 700, 9])
      #expect(found.counts.shape == [2, 700])
      #expect(SamplingClouds.numbers(found.indices) == SamplingClouds.numbers(expected.indices))
      #expect(SamplingClouds.numbers(found.counts) == SamplingClouds.numbers(expected.counts))
    }
  }

  @Test func `balls among no points are empty, values that are not finite are refused`() throws {
    let empty = Tensor([Float](), shape: [0, 3])
    let one = SamplingClouds.tensor([1, 2, 3])
    let found = try BallQuery(radius: 1, count: 2).search(empty, around: one)
    #expect(SamplingClouds.numbers(found.indices) == [0, 0])
    #expect(SamplingClouds.numbers(found.counts) == [0])
    let bad = SamplingClouds.tensor([0, .nan, 0])
    #expect(throws: PointCloudError.self) {
      try BallQuery(radius: 1, count: 2).search(bad, around: one)
    }
    #expect(throws: PointCloudError.self) {
      try BallQuery(radius: 1, count: 2).search(one, around: bad)
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `the published kernel's balls are reproduced`() throws {
    let folder = SharedData.path("parity/op_ball_query")
    let input = try SafetensorsFile(path: folder + "/input.safetensors")
    let wanted = try SafetensorsFile(path: folder + "/output.safetensors").tensor("indices")
    let found = try BallQuery(radius: 0.2, count: 16)
      .search(input.tensor("points"), around: input.tensor("centres"))
    #expect(found.indices.shape == wanted.shape)
    #expect(SamplingClouds.numbers(found.indices) == SamplingClouds.numbers(wanted))
  }
}
