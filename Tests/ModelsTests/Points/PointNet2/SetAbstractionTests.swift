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
