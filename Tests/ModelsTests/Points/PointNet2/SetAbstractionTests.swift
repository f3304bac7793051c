import Models
import Networks
import PointClouds
import Tensors
import Testing

struct SetAbstractionTests {
  private func difference(_ a: Tensor, _ b: Tensor) -> Float {
    guard a.shape == b.shape, a.count > 0 else { return .infinity }
    return (a - b).abs().max().item(of: Float.self)
  }

  /// One layer by libtorch's own operators: every place of every ball is a row of its own.
  private func dense(
    _ points: Tensor, _ centres: Tensor, _ features: Tensor, _ convolution: Conv2D,
    _ normalisation: BatchNorm2D
  ) throws -> Tensor {
    let groups = try PointGrouping(query: BallQuery(radius: 0.6, count: 12)).groups(
      points, around: centres, features: features.transposed(1, 2).contiguous())
    return normalisation(convolution(groups)).relu().max(axes: [3]).transposed(1, 2)
  }

  @Test func `training gives the results, gradients and running statistics of the dense layers`()
    throws
  {
    var generator = SeededGenerator(seed: 2)
    let points = Tensor.uniform([2, 40, 3], in: -1..<1, using: &generator)
    let features = Tensor.normal([2, 40, 4], using: &generator).requiringGradient()
    let level = SetAbstraction(
      centres: 7, AbstractionScale(radius: 0.6, count: 12, widths: [6]), channels: 4
    ).initialized(seed: 3)
    let found = try level(PointFeatures(positions: points, features: features))
    let result = try #require(found.features)

    let convolution = Conv2D(7, 6, kernel: 1)
    let normalisation = BatchNorm2D(6)
    convolution.weight.value = try #require(level.parameters.first).value
    convolution.bias?.value = level.parameters[1].value
    let expected = try dense(
      points, found.positions, features, convolution, normalisation)
    #expect(difference(result, expected) < 1e-5)

    let target = Tensor.normal(result.shape, using: &generator)
    let slopes = gradients(
      of: (result * target).sum(), withRespectTo: [features, level.parameters[0].value])
    let others = gradients(
      of: (expected * target).sum(), withRespectTo: [features, convolution.weight.value])
    for (slope, other) in zip(slopes, others) { #expect(difference(slope, other) < 1e-4) }

    let buffers = Dictionary(uniqueKeysWithValues: level.namedBuffers.map { ($0.name, $0.buffer) })
    let mean = try #require(buffers["mlp_bns.0.running_mean"]).value
    let variance = try #require(buffers["mlp_bns.0.running_var"]).value
    #expect(difference(mean, normalisation.runningMean.value) < 1e-6)
    #expect(difference(variance, normalisation.runningVariance.value) < 1e-6)
    #expect(buffers["mlp_bns.0.num_batches_tracked"]?.value.item(of: Int64.self) == 1)

    level.evaluate()
    normalisation.evaluate()
    let evaluated = try level(PointFeatures(positions: points, features: features))
    #expect(
      difference(
        try #require(evaluated.features),
        try dense(points, found.positions, features, convolution, normalisation)) < 1e-5)
  }

  @Test func `several scales stand side by side and see features before positions`() throws {
    var generator = SeededGenerator(seed: 5)
    let points = PointFeatures(
      positions: .uniform([2, 30, 3], in: -1..<1, using: &generator),
      features: .normal([2, 30, 4], using: &generator))
    let scale = AbstractionScale(radius: 0.6, count: 8, widths: [6])
    let level = MultiScaleSetAbstraction(
      centres: 5, [scale, AbstractionScale(radius: 0.9, count: 9, widths: [7])], channels: 4
    ).initialized(seed: 1)
    level.evaluate()
    let single = SetAbstraction(centres: 5, scale, channels: 4)
    single.evaluate()
    let weights = Dictionary(
      uniqueKeysWithValues: level.state.map { ($0.name, $0.value) })
    let matrix = try #require(weights["conv_blocks.0.0.weight"])
    // The other order of columns: positions first.
    let turned = Tensor.concatenated(
      [matrix.narrowed(axis: 1, to: 4..<7), matrix.narrowed(axis: 1, to: 0..<4)], axis: 1)
    try single.load(
      [
        "mlp_convs.0.weight": turned,
        "mlp_convs.0.bias": #require(weights["conv_blocks.0.0.bias"]),
        "mlp_bns.0.weight": #require(weights["bn_blocks.0.0.weight"]),
        "mlp_bns.0.bias": #require(weights["bn_blocks.0.0.bias"]),
        "mlp_bns.0.running_mean": #require(weights["bn_blocks.0.0.running_mean"]),
        "mlp_bns.0.running_var": #require(weights["bn_blocks.0.0.running_var"]),
      ])
    #expect(level.outputs == 13)
    let found = try #require(try level(points).features)
    let other = try #require(try single(points).features)
    #expect(found.shape == [2, 5, 13])
    #expect(difference(found.narrowed(axis: 2, to: 0..<6), other) < 1e-5)
  }

  @Test func `the origin's neighbours are centres unless the rule of the original is asked for`()
    throws
  {
    // Point 1 lies within 0.03 of the origin and is the farthest of the others.
    let points = PointFeatures(
      positions: Tensor([Float(1), 0, 0, 0.01, 0, 0, 0.9, 0, 0], shape: [1, 3, 3]))
    func second(_ rules: PointNet2Rules) throws -> Float {
      let level = SetAbstraction(
        centres: 2, AbstractionScale(radius: 0.5, count: 2, widths: [4]), channels: 0, rules: rules
      ).initialized(seed: 1)
      return try level(points).positions.array(of: Float.self)[3]
    }
    var rules = PointNet2Rules()
    #expect(try second(rules) == 0.01)
    rules.ignoresPointsNearOrigin = true
    #expect(try second(rules) == 0.9)
  }

  @Test func `a cloud with fewer points than centres has every point once`() throws {
    let points = PointFeatures(
      positions: Tensor([Float(1), 0, 0, 0, 0, 0, 0.5, 0, 0], shape: [1, 3, 3]))
    let level = SetAbstraction(
      centres: 9, AbstractionScale(radius: 0.5, count: 2, widths: [4]), channels: 0
    ).initialized(seed: 1)
    let positions = try level(points).positions
    #expect(positions.shape == [1, 3, 3])
    #expect(Set(positions.array(of: Float.self)) == [1, 0, 0.5])
  }

  @Test func `positions may be measured in radii`() throws {
    var rules = PointNet2Rules()
    rules.dividesByRadius = true
    var generator = SeededGenerator(seed: 4)
    let points = Tensor.uniform([1, 30, 3], in: -1..<1, using: &generator)
    func result(_ factor: Float, _ rules: PointNet2Rules) throws -> Tensor {
      let level = SetAbstraction(
        centres: 5, AbstractionScale(radius: 0.5 * factor, count: 8, widths: [4]), channels: 0,
        rules: rules
      ).initialized(seed: 6)
      level.evaluate()
      return try #require(try level(PointFeatures(positions: points * factor)).features)
    }
    #expect(difference(try result(1, rules), try result(4, rules)) < 1e-5)
    #expect(difference(try result(1, .init()), try result(4, .init())) > 1e-2)
  }
}
