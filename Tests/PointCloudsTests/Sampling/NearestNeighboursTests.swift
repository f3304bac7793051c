import PointClouds
import Tensors
import TestSupport
import Testing

@Suite struct NearestNeighboursTests {
  /// All distances, sorted by distance, then number.
  private func reference(_ points: [Float], _ queries: [Float], _ count: Int) -> (
    [Int32], [Float]
  ) {
    var indices: [Int32] = []
    var distances: [Float] = []
    for query in 0..<queries.count / 3 {
      let all = (0..<points.count / 3).map { i in
        (SamplingClouds.squaredDistance(points, i, queries, query), Int32(i))
      }.sorted { $0 < $1 }
      for place in 0..<count {
        indices.append(place < all.count ? all[place].1 : -1)
        distances.append(place < all.count ? all[place].0 : .infinity)
      }
    }
    return (indices, distances)
  }

  @Test func `neighbours are those of the slow rule on every kind of cloud`() throws {
    for (name, points) in SamplingClouds.all where points.count <= 2100 {
      let tensor = SamplingClouds.tensor(points)
      for count in [1, 5, 17] {
        let found = try NearestNeighbours(count: count).search(tensor)
        let expected = reference(points, points, count)
        #expect(found.indices.shape == [points.count / 3, count])
        #expect(SamplingClouds.numbers(found.indices) == expected.0, "\(name), \(count)")
        #expect(SamplingClouds.values(found.squaredDistances) == expected.1, "\(name), \(count)")
      }
    }
  }

  @Test func `queries beside and far from the points find the slow rule's neighbours`() throws {
    let points = SamplingClouds.random(400, scale: 1, offset: 0)
    let queries =
      SamplingClouds.random(60, scale: 3, offset: -1, seed: 3) + [1e6, -1e6, 0, 3e38, 3e38, -3e38]
    let found = try NearestNeighbours(count: 4)
      .search(SamplingClouds.tensor(points), queries: SamplingClouds.tensor(queries))
    let expected = reference(points, queries, 4)
    #expect(SamplingClouds.numbers(found.indices) == expected.0)
    #expect(SamplingClouds.values(found.squaredDistances) == expected.1)
  }

  @Test func `the bits do not depend on the number of threads, clouds of a batch are apart`() throws
  {
    let clouds = (0..<2).map { SamplingClouds.random(700, scale: 1, offset: 0, seed: UInt64($0)) }
    let batch = Tensor(clouds.flatMap { $0 }, shape: [2, 700, 3])
    let expected = try clouds.flatMap {
      SamplingClouds.numbers(
        try NearestNeighbours(count: 6).search(SamplingClouds.tensor($0), threads: 1).indices)
    }
    for threads in [1, 2, 7] {
      let found = try NearestNeighbours(count: 6).search(batch, threads: threads)
      #expect(found.indices.shape == [2, 700, 6])
      #expect(SamplingClouds.numbers(found.indices) == expected)
    }
  }

  @Test func `a cloud without points has no neighbours, values that are not finite are refused`()
    throws
  {
    let empty = Tensor([Float](), shape: [0, 3])
    let one = SamplingClouds.tensor([1, 2, 3])
    let found = try NearestNeighbours(count: 2).search(empty, queries: one)
    #expect(SamplingClouds.numbers(found.indices) == [-1, -1])
    #expect(SamplingClouds.values(found.squaredDistances) == [.infinity, .infinity])
    #expect(try NearestNeighbours(count: 2).search(empty).indices.shape == [0, 2])
    let bad = SamplingClouds.tensor([0, .nan, 0])
    #expect(throws: PointCloudError.self) { try NearestNeighbours(count: 1).search(bad) }
    #expect(throws: PointCloudError.self) {
      try NearestNeighbours(count: 1).search(one, queries: bad)
    }
    let batched = Tensor([Float](repeating: 0, count: 6), shape: [2, 1, 3])
    #expect(throws: PointCloudError.self) {
      try NearestNeighbours(count: 1).search(one, queries: batched)
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `the published kernel's three nearest are reproduced`() throws {
    let folder = SharedData.path("parity/op_three_nn_interpolate")
    let input = try SafetensorsFile(path: folder + "/input.safetensors")
    let output = try SafetensorsFile(path: folder + "/output.safetensors")
    let found = try NearestNeighbours(count: 3)
      .search(input.tensor("known"), queries: input.tensor("unknown"))
    // Two of the three may be equally far: which of them comes first is nobody's rule.
    let wanted = SamplingClouds.numbers(try output.tensor("indices"))
    let numbers = SamplingClouds.numbers(found.indices)
    #expect(numbers.count == wanted.count)
    let distances = SamplingClouds.values(try output.tensor("squared_distances"))
    for (query, distance) in SamplingClouds.values(found.squaredDistances).enumerated() {
      #expect(abs(distance - distances[query]) <= 2.1e-7)
    }
    for start in stride(from: 0, to: numbers.count, by: 3) {
      #expect(Set(numbers[start..<start + 3]) == Set(wanted[start..<start + 3]))
    }
  }
}
