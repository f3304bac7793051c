import PointClouds
import Tensors
import TestSupport
import Testing

@Suite struct FarthestPointSamplingTests {
  /// Every distance, every time.
  private func reference(_ points: [Float], _ count: Int, start: Int, skipping: Bool) -> [Int32] {
    let n = points.count / 3
    var distances = [Float](repeating: .infinity, count: n)
    var result = [Int32(start)]
    while result.count < count {
      let last = Int(result[result.count - 1])
      var best: Float = -1
      var winner: Int32 = 0
      for i in 0..<n {
        let norm = SamplingClouds.squaredDistance(points, i, [0, 0, 0], 0)
        if skipping && Double(norm) <= 1e-3 { continue }
        distances[i] = min(distances[i], SamplingClouds.squaredDistance(points, i, points, last))
        if distances[i] > best {
          best = distances[i]
          winner = Int32(i)
        }
      }
      result.append(winner)
    }
    return result
  }

  @Test func `samples are those of the slow rule on every kind of cloud`() throws {
    for (name, points) in SamplingClouds.all {
      let n = points.count / 3
      for start in Set([0, n / 2, n - 1]) {
        for skipping in [false, true] {
          let count = min(n + 3, 120)
          let sampling = FarthestPointSampling(
            count: count, startIndex: start, ignoresPointsNearOrigin: skipping)
          let found = SamplingClouds.numbers(
            try sampling.indices(of: SamplingClouds.tensor(points)))
          let expected = reference(points, count, start: start, skipping: skipping)
          #expect(found == expected, "\(name), start \(start), skipping \(skipping)")
        }
      }
    }
  }

  @Test func `three corners of a square come before its centre`() throws {
    let square = SamplingClouds.tensor([0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0.5, 0.5, 0])
    let found = try FarthestPointSampling(count: 5).indices(of: square)
    #expect(SamplingClouds.numbers(found) == [0, 2, 1, 3, 4])
    #expect(found.shape == [5])
  }

  @Test func `each cloud of a batch is sampled by itself on any number of threads`() throws {
    let clouds = (0..<3).map { SamplingClouds.random(300, scale: 1, offset: 0, seed: UInt64($0)) }
    let batch = Tensor(clouds.flatMap { $0 }, shape: [3, 300, 3])
    let sampling = FarthestPointSampling(count: 40)
    let expected = clouds.flatMap { reference($0, 40, start: 0, skipping: false) }
    for threads in [1, 2, 5] {
      let found = try sampling.indices(of: batch, threads: threads)
      #expect(found.shape == [3, 40])
      #expect(SamplingClouds.numbers(found) == expected)
    }
  }

  @Test func `clouds without points, starts outside and values that are not finite are refused`()
    throws
  {
    let empty = Tensor([Float](), shape: [0, 3])
    #expect(try FarthestPointSampling(count: 0).indices(of: empty).shape == [0])
    #expect(throws: PointCloudError.self) { try FarthestPointSampling(count: 1).indices(of: empty) }
    let noClouds = Tensor([Float](), shape: [0, 5, 3])
    #expect(try FarthestPointSampling(count: 2).indices(of: noClouds).shape == [0, 2])
    let one = SamplingClouds.tensor([1, 2, 3])
    #expect(throws: PointCloudError.self) {
      try FarthestPointSampling(count: 1, startIndex: 1).indices(of: one)
    }
    #expect(throws: PointCloudError.self) {
      try FarthestPointSampling(count: 1, startIndex: -1).indices(of: one)
    }
    for bad in [Float.nan, .infinity] {
      let error = PointCloudError.unsuitableInput(
        operation: "farthest point sampling", reason: "point 1 has a coordinate that is not finite")
      #expect(throws: error) {
        try FarthestPointSampling(count: 1).indices(
          of: SamplingClouds.tensor([0, 0, 0, 0, bad, 0]))
      }
    }
    #expect(throws: PointCloudError.self) {
      try FarthestPointSampling(count: 1).indices(of: Tensor([Float(1), 2], shape: [1, 2]))
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `the published kernels' samples are reproduced with both origin rules`() throws {
    let folder = SharedData.path("parity/op_farthest_point_sampling")
    let input = try SafetensorsFile(path: folder + "/input.safetensors")
    let output = try SafetensorsFile(path: folder + "/output.safetensors")
    for (points, expected, skips) in [
      ("points", "indices", false), ("points_near_origin", "indices_near_origin_plain", false),
      ("points_near_origin", "indices_near_origin_skipped", true),
    ] {
      let found = try FarthestPointSampling(count: 400, ignoresPointsNearOrigin: skips)
        .indices(of: input.tensor(points))
      let wanted = try output.tensor(expected)
      #expect(found.shape == wanted.shape)
      #expect(SamplingClouds.numbers(found) == SamplingClouds.numbers(wanted), "\(expected)")
    }
  }
}
