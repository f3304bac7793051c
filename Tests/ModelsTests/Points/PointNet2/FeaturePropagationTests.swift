import Models
import Networks
import PointClouds
import Tensors
import Testing

struct FeaturePropagationTests {
  private func difference(_ a: Tensor, _ b: Tensor) -> Float {
    guard a.shape == b.shape, a.count > 0 else { return .infinity }
    return (a - b).abs().max().item(of: Float.self)
  }

  /// Interpolation first, then the layer, by libtorch's own operators.
  private func dense(
    _ points: PointFeatures, _ coarse: PointFeatures, _ level: FeaturePropagation,
    _ rule: InverseDistance, _ normalisation: BatchNorm1D
  ) throws -> Tensor {
    let few = try #require(coarse.features).transposed(1, 2).contiguous()
    let spread =
      coarse.count == 1
      ? few.expanded(to: [points.clouds, coarse.channels, points.count])
      : try rule.interpolate(few, from: coarse.positions, at: points.positions)
    let known = points.features.map { [$0.transposed(1, 2)] } ?? []
    let parameters = level.parameters
    let products = Tensor.concatenated(known + [spread], axis: 1)
      .convolution(parameters[0].value, bias: parameters[1].value)
    return normalisation(products).relu().transposed(1, 2)
  }

  @Test(arguments: InverseDistance.allCases, [true, false])
  func `results and gradients are those of interpolation before the layer`(
    rule: InverseDistance, hasSkip: Bool
  ) throws {
    var generator = SeededGenerator(seed: 6)
    let known = Tensor.normal([2, 30, 4], using: &generator).requiringGradient()
    let points = PointFeatures(
      positions: .uniform([2, 30, 3], in: -1..<1, using: &generator),
      features: hasSkip ? known : nil)
    var rules = PointNet2Rules()
    rules.interpolation = rule
    for count in [1, 8] {
      let few = Tensor.normal([2, count, 5], using: &generator).requiringGradient()
      let coarse = PointFeatures(
        positions: .uniform([2, count, 3], in: -1..<1, using: &generator), features: few)
      let level = FeaturePropagation(
        known: hasSkip ? 4 : 0, coarse: 5, widths: [6], rules: rules
      ).initialized(seed: 2)
      let result = try #require(level(points, from: coarse).features)
      let expected = try dense(points, coarse, level, rule, BatchNorm1D(6))
      #expect(difference(result, expected) < 2e-5)
      let target = Tensor.normal(result.shape, using: &generator)
      let leaves = [few, level.parameters[0].value] + (hasSkip ? [known] : [])
      let slopes = gradients(of: (result * target).sum(), withRespectTo: leaves)
      let others = gradients(of: (expected * target).sum(), withRespectTo: leaves)
      for (slope, other) in zip(slopes, others) { #expect(difference(slope, other) < 2e-4) }
    }
  }
}
