import PointClouds
import Tensors
import TestSupport
import Testing

@Suite struct PointFeaturesTests {
  private static func random(_ shape: [Int], seed: UInt64, _ type: ElementType = .float64)
    -> Tensor
  {
    var generator = SeededGenerator(seed: seed)
    return Tensor.normal(shape, type, using: &generator)
  }

  private static func numbers(_ shape: [Int], below count: Int, seed: UInt64) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return Tensor(
      (0..<shape.reduce(1, *)).map { _ in Int32(generator.uniform(below: count + 1)) - 1 },
      shape: shape)
  }

  /// Channel c of point n of cloud b.
  private static func value(_ t: Tensor, _ b: Int, _ c: Int, _ n: Int, _ layout: FeatureLayout)
    -> Double
  {
    let (rows, columns) = (t.shape[1], t.shape[2])
    let place = layout == .channelsFirst ? c * columns + n : n * columns + c
    return t.withUnsafeElements(of: Double.self) { $0[b * rows * columns + place] }
  }

  @Test(arguments: FeatureLayout.allCases)
  func `gathering takes each number's features, zeros for -1`(layout: FeatureLayout) {
    for (channels, places) in [(1, 1), (5, 7), (9, 40)] {
      let shape = layout == .channelsFirst ? [2, channels, 11] : [2, 11, channels]
      let features = Self.random(shape, seed: 1)
      let indices = Self.numbers([2, places, 3], below: 11, seed: 2)
      let found = features.gatheringPoints(at: indices, layout: layout)
      #expect(
        found.shape
          == (layout == .channelsFirst ? [2, channels, places, 3] : [2, places, 3, channels]))
      let flat = found.reshaped(
        layout == .channelsFirst ? [2, channels, places * 3] : [2, places * 3, channels])
      let table = indices.array(of: Int32.self)
      for b in 0..<2 {
        for place in 0..<places * 3 {
          let n = Int(table[b * places * 3 + place])
          for c in 0..<channels {
            #expect(
              Self.value(flat, b, c, place, layout)
                == (n < 0 ? 0 : Self.value(features, b, c, n, layout)))
          }
        }
      }
      let single = features.selected(axis: 0, at: Tensor([1] as [Int64]))
        .reshaped(Array(shape.dropFirst()))
      let one = single.gatheringPoints(
        at: Tensor(Array(table.suffix(places * 3)), shape: [places * 3]), layout: layout)
      #expect(one.array(of: Double.self) == flat.array(of: Double.self).suffix(one.count))
    }
  }

  @Test(arguments: FeatureLayout.allCases)
  func `gradients of gathering and interpolation are those of differences, twice`(
    layout: FeatureLayout
  ) {
    let features = Self.random(layout == .channelsFirst ? [2, 5, 6] : [2, 6, 5], seed: 3)
    let indices = Self.numbers([2, 4, 3], below: 6, seed: 4)
    let weights = Self.random([2, 4, 3], seed: 5)
    #expect(
      gradientErrors(
        of: { $0[0].gatheringPoints(at: indices, layout: layout).pow(2) }, at: [features], order: 2
      ) == [])
    #expect(
      gradientErrors(
        of: { $0[0].interpolatingPoints(at: indices, weights: weights, layout: layout).pow(3) },
        at: [features], order: 2
      ) == [])
  }

  @Test func `float32 agrees with float64 on many channels and places, gradients too`() {
    for layout in FeatureLayout.allCases {
      let shape = layout == .channelsFirst ? [2, 70, 30] : [2, 30, 70]
      let features = Self.random(shape, seed: 6, .float32).requiringGradient()
      let exact = features.detached().converted(to: .float64).requiringGradient()
      let indices = Self.numbers([2, 900, 3], below: 30, seed: 7)
      let weights = Self.random([2, 900, 3], seed: 8, .float32)
      let found = features.interpolatingPoints(at: indices, weights: weights, layout: layout)
      let wanted = exact.interpolatingPoints(
        at: indices, weights: weights.converted(to: .float64), layout: layout)
      let difference = (found.converted(to: .float64) - wanted).abs().max().item(of: Double.self)
      #expect(difference < 1e-5)
      let slope = gradients(of: found.pow(2).sum(), withRespectTo: [features])[0]
      let wantedSlope = gradients(of: wanted.pow(2).sum(), withRespectTo: [exact])[0]
      let worst = (slope.converted(to: .float64) - wantedSlope).abs().max().item(of: Double.self)
      #expect(worst < 1e-2 && wantedSlope.abs().max().item(of: Double.self) > 1)
    }
  }

  @Test func `groups hold relative positions and features, gradients flow to both`() throws {
    let points = Tensor(
      [0, 0, 0, 1, 0, 0, 0, 0.5, 0, 9, 9, 9] as [Float], shape: [1, 4, 3]
    ).requiringGradient()
    let centres = Tensor([0, 0, 0.25] as [Float], shape: [1, 1, 3]).requiringGradient()
    let features = Tensor([1, 2, 3, 4] as [Float], shape: [1, 1, 4]).requiringGradient()
    let query = BallQuery(radius: 2, count: 4)
    let groups = try PointGrouping(query: query, dividesByRadius: true)
      .groups(points, around: centres, features: features)
    #expect(groups.shape == [1, 4, 1, 4])
    #expect(
      groups.array(of: Float.self) == [
        0, 0.5, 0, 0, 0, 0, 0.25, 0, -0.125, -0.125, -0.125, -0.125, 1, 2, 3, 1,
      ])
    let slopes = gradients(of: groups.sum(), withRespectTo: [points, centres, features])
    #expect(slopes[0].array(of: Float.self) == [1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0, 0, 0])
    #expect(slopes[1].array(of: Float.self) == [-2, -2, -2])
    #expect(slopes[2].array(of: Float.self) == [2, 1, 1, 0])
    let bare = try PointGrouping(query: query, includesPositions: false)
      .groups(points, around: centres, features: features)
    #expect(bare.array(of: Float.self) == [1, 2, 3, 1])
    let plain = try PointGrouping(query: query).groups(points, around: centres)
    #expect(plain.shape == [1, 3, 1, 4] && plain.array(of: Float.self)[1] == 1)
    #expect(throws: PointCloudError.self) {
      try PointGrouping(query: query, includesPositions: false).groups(points, around: centres)
    }
    #expect(throws: PointCloudError.self) {
      try PointGrouping(query: query)
        .groups(points, around: centres, features: Tensor([Float(1)], shape: [1, 1, 1]))
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `the published rules' interpolated features are reproduced in one call`() throws {
    let folder = SharedData.path("parity/op_three_nn_interpolate")
    let input = try SafetensorsFile(path: folder + "/input.safetensors")
    let output = try SafetensorsFile(path: folder + "/output.safetensors")
    for (rule, name) in [
      (InverseDistance.plain, "euclidean"), (.squared, "squared"),
      (.squaredClamped, "squared_clamped"),
    ] {
      let found = try rule.interpolate(
        input.tensor("features"), from: input.tensor("known"), at: input.tensor("unknown"))
      let wanted = try output.tensor("interpolated_" + name)
      #expect(found.shape == wanted.shape)
      #expect((found - wanted).abs().max().item(of: Float.self) <= 7.1e-6)
    }
    #expect(throws: PointCloudError.self) {
      try InverseDistance.plain.interpolate(
        input.tensor("features"), from: input.tensor("unknown"), at: input.tensor("known"))
    }
  }
}

@Suite struct RandomSamplingTests {
  @Test func `samples are distinct, seeded, even, and repeated only when asked for`() throws {
    let points = Tensor([Float](repeating: 0, count: 3 * 2 * 10), shape: [2, 10, 3])
    var generator = SeededGenerator(seed: 3)
    var hits = [Int](repeating: 0, count: 10)
    for _ in 0..<600 {
      let found = try RandomSampling(count: 4).indices(of: points, using: &generator)
      #expect(found.shape == [2, 4])
      let numbers = found.array(of: Int32.self)
      for cloud in [numbers.prefix(4), numbers.suffix(4)] {
        #expect(Set(cloud).count == 4)
        for number in cloud { hits[Int(number)] += 1 }
      }
    }
    // 480 expected, standard deviation 17.
    #expect(hits.allSatisfy { abs($0 - 480) < 75 })
    var (a, b) = (SeededGenerator(seed: 9), SeededGenerator(seed: 9))
    let first = try RandomSampling(count: 10).indices(of: points, using: &a)
    #expect(
      first.array(of: Int32.self)
        == (try RandomSampling(count: 10).indices(of: points, using: &b)).array())
    #expect(Set(first.array(of: Int32.self).prefix(10)) == Set(0..<10))
    #expect(throws: PointCloudError.self) {
      try RandomSampling(count: 11).indices(of: points, using: &a)
    }
    let repeated = try RandomSampling(count: 25, repeatsWhenShort: true).indices(
      of: points, using: &a)
    let counts = Dictionary(grouping: repeated.array(of: Int32.self).prefix(25)) { $0 }
    #expect(counts.count == 10 && counts.values.allSatisfy { $0.count == 2 || $0.count == 3 })
    let none = Tensor([Float](), shape: [0, 3])
    #expect(try RandomSampling(count: 0).indices(of: none, using: &a).count == 0)
    #expect(throws: PointCloudError.self) {
      try RandomSampling(count: 1, repeatsWhenShort: true).indices(of: none, using: &a)
    }
  }
}
