import PointClouds
import Tensors
import Testing

/// Rows of groups against the dense computation that they stand for, by libtorch's own operators.
struct RowNormalisationTests {
  private static let k = 8

  private struct Scene {
    var points: Tensor
    var centres: Tensor
    var groups: PointGroups
    var dense: Tensor  // [B, M, K] numbers of all clouds' points, with repetitions

    init(_ clouds: Int = 2, _ count: Int = 60, _ groupCount: Int = 9) throws {
      var generator = SeededGenerator(seed: 8)
      points = .uniform([clouds, count, 3], in: -1..<1, using: &generator)
      centres = points.narrowed(axis: 1, to: 0..<groupCount).contiguous()
      let query = BallQuery(radius: 0.7, count: k)
      groups = try PointGroups(query, of: points, around: centres)
      let found = try query.search(points, around: centres).indices
      dense = found + (Tensor((0..<clouds).map { Int32($0 * count) }).reshaped(clouds, 1, 1))
    }
  }

  private func difference(_ a: Tensor, _ b: Tensor) -> Float {
    guard a.shape == b.shape, a.count > 0 else { return .infinity }
    return (a - b).abs().max().item(of: Float.self) / (b.abs().max().item(of: Float.self) + 1e-6)
  }

  @Test func `a ball's repeated places count for its first row`() throws {
    let scene = try Scene()
    let groups = scene.groups
    #expect(groups.rowCount < 2 * 9 * Self.k)
    let starts = groups.starts.array(of: Int64.self).map { Int($0) }
    let members = try #require(groups.members).array(of: Int32.self)
    let repeats = try #require(groups.repeats).array(of: Float.self)
    let dense = scene.dense.array(of: Int32.self)
    #expect(repeats.reduce(0, +) == Float(2 * 9 * Self.k))
    for group in 0..<groups.count {
      let rows = starts[group]..<starts[group + 1]
      let all = rows.flatMap { row in [Int32](repeating: members[row], count: Int(repeats[row])) }
      #expect(all.sorted() == dense[group * Self.k..<(group + 1) * Self.k].sorted())
    }
  }

  @Test(arguments: [true, false], [true, false])
  func `layers and maxima over groups agree with the dense computation, gradients included`(
    isOwn: Bool, rectifies: Bool
  ) throws {
    let scene = try Scene()
    var generator = SeededGenerator(seed: 9)
    func leaf(_ shape: [Int]) -> Tensor {
      Tensor.normal(shape, using: &generator).requiringGradient()
    }
    let (points, centres) = (leaf([120, 5]), leaf([18, 5]))
    let (weight, bias, matrix) = (leaf([5]), leaf([5]), leaf([37, 5]))
    let (lastWeight, lastBias) = (leaf([37]), leaf([37]))
    let given = RowStatistics(
      mean: .normal([5], using: &generator), variance: .uniform([5], in: 0.5..<2, using: &generator)
    )
    let later = RowStatistics(
      mean: .normal([37], using: &generator),
      variance: .uniform([37], in: 0.5..<2, using: &generator))
    let target = Tensor.normal([18, 37], using: &generator)
    let leaves = [points, centres, weight, bias, matrix, lastWeight, lastBias]

    let groups = scene.groups
    func rule(_ rows: Tensor, _ known: RowStatistics) -> RowNormalisation {
      RowNormalisation(
        isOwn ? RowStatistics(of: rows, repeats: groups.repeats) : known, isOwn: isOwn,
        repeats: groups.repeats, rectifies: rectifies)
    }
    let first = groups.differences(of: points, from: centres)
    let hidden = rule(first, given)(first, weight: weight, bias: bias)
    let second = hidden.linear(matrix)
    let found = rule(second, later).maxima(
      second, starts: groups.starts, weight: lastWeight, bias: lastBias
    ).values
    let slopes = gradients(of: (found * target).sum(), withRespectTo: leaves)

    func normalised(_ x: Tensor, _ known: RowStatistics, _ w: Tensor, _ b: Tensor) -> Tensor {
      var (mean, variance) = (known.mean, known.variance)
      let y =
        isOwn
        ? x.batchNorm(updating: &mean, &variance, weight: w, bias: b, momentum: 0, epsilon: 1e-5)
        : x.batchNorm(mean: mean, variance: variance, weight: w, bias: b, epsilon: 1e-5)
      return rectifies ? y.relu() : y
    }
    let places = scene.dense.reshaped(18 * Self.k).converted(to: .int64)
    let wide =
      points.selected(axis: 0, at: places)
      - centres.unsqueezed(1).expanded(to: [18, Self.k, 5]).reshaped(18 * Self.k, 5)
    let denseHidden = normalised(wide, given, weight, bias)
    let denseSecond = normalised(denseHidden.linear(matrix), later, lastWeight, lastBias)
    let expected = denseSecond.reshaped(18, Self.k, 37).max(axes: [1])
    let expectedSlopes = gradients(of: (expected * target).sum(), withRespectTo: leaves)

    #expect(difference(found, expected) < 1e-5)
    for (place, (slope, other)) in zip(slopes, expectedSlopes).enumerated() {
      // Without ReLU between them the second normalisation takes the first one's summand away: its gradient is only noise.
      let isNoise = isOwn && !rectifies && place == 3
      #expect(
        isNoise
          ? slope.abs().max().item(of: Float.self) < 1e-4 : difference(slope, other) < 1e-4,
        "leaf \(place)")
    }
  }

  @Test func `maxima of whole clouds name their rows`() {
    let rows = Tensor([Float(1), 5, 3, 2, 9, 0, 4, 4], shape: [4, 2])
    let groups = PointGroups(wholeClouds: 2, points: 2)
    let plain = RowStatistics(
      mean: Tensor([Float(0), 0]), variance: Tensor([Float(1), 1]))
    let found = RowNormalisation(plain, isOwn: false, epsilon: 0).maxima(
      rows, starts: groups.starts, weight: Tensor([Float(1), -1]), bias: Tensor([Float(0), 6]))
    #expect(found.values.array(of: Float.self) == [3, 4, 9, 6])
    #expect(found.rows.array(of: Int32.self) == [1, 1, 2, 2])
  }

  @Test func `statistics do not lose far means, nor depend on threads`() {
    let rows = Tensor((0..<3000).map { Float(1000) + Float($0 % 7) * 0.25 }, shape: [3000, 1])
    let one = RowStatistics(of: rows)
    let two = TorchThreads.with(2) { RowStatistics(of: rows) }
    #expect(one.variance.array(of: Float.self) == two.variance.array(of: Float.self))
    // 3000 = 428 rounds of 0 ... 6 and 0 ... 3.
    let values = (0..<3000).map { Double($0 % 7) * 0.25 }
    let mean = values.reduce(0, +) / 3000
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3000
    #expect(abs(Double(one.variance.item(of: Float.self)) - variance) < 1e-6)
    #expect(one.count == 3000)
  }
}
