import Networks
import PointClouds
import Tensors
import Testing

@testable import Models

struct BallLayersTests {
  private struct Setting {
    var layers: VoteNet.SharedLayers
    var found: (indices: Tensor, counts: Tensor)
    var atPoints: Tensor
    var atCenters: Tensor
    var weights: Tensor

    /// Two clouds of 60 points with balls of 1 to 6 distinct points; factors of both signs.
    init(_ widths: [Int], neighbors: Int = 6) throws {
      var generator = SeededGenerator(seed: 21)
      layers = VoteNet.SharedLayers([3] + widths)
      for layer in layers.layers {
        layer.conv.initialize(using: &generator)
        layer.bn.bn.weight?.value = .normal([layer.conv.outputs], using: &generator)
        layer.bn.bn.bias?.value = .normal([layer.conv.outputs], using: &generator)
      }
      let points = Tensor.uniform([2, 60, 3], using: &generator)
      let centers = points.narrowed(axis: 1, to: 5..<22).contiguous()
      found = try BallQuery(radius: 0.25, count: neighbors).search(points, around: centers)
      atPoints = .normal([2, 60, widths[0]], using: &generator)
      atCenters = .normal([2, 17, widths[0]], using: &generator)
      weights = .normal([2, 17, widths[widths.count - 1]], using: &generator)
    }

    /// Result, gradients with respect to everything, and running statistics afterwards.
    func run(_ body: (Tensor, Tensor) -> Tensor) -> (value: Tensor, slopes: [Tensor]) {
      let leaves = [atPoints.requiringGradient(), atCenters.requiringGradient()]
      for layer in layers.layers {
        layer.bn.bn.runningMean.value = .zeros([layer.conv.outputs])
        layer.bn.bn.runningVariance.value = .ones([layer.conv.outputs])
      }
      let value = body(leaves[0], leaves[1])
      let parameters =
        layers.layers.dropFirst().map { $0.conv.weight.value }
        + layers.layers.flatMap { [$0.bn.bn.weight, $0.bn.bn.bias].compactMap { $0?.value } }
      let slopes = gradients(of: (value * weights).sum(), withRespectTo: leaves + parameters)
      let moments = layers.layers.flatMap {
        [$0.bn.bn.runningMean.value, $0.bn.bn.runningVariance.value]
      }
      return (value.detached(), slopes + moments)
    }
  }

  private func difference(_ a: Tensor, _ b: Tensor) -> Float {
    guard a.shape == b.shape else { return .infinity }
    return (a - b).abs().max().item(of: Float.self) / max(1, b.abs().max().item(of: Float.self))
  }

  @Test(arguments: [[5], [16, 7], [20, 33, 70], [64, 64, 128]])
  func `training equals the network's own operators, place by place`(widths: [Int]) throws {
    let set = try Setting(widths)
    #expect(Set(set.found.counts.array(of: Int32.self)).count > 3)
    let plain = VoteNet.SetAbstraction(
      VoteNet.Level(centers: 17, radius: 0.25, neighbors: 6), shared: set.layers)
    let expected = set.run { plain.plain($0, $1, set.found.indices) }
    let balls = BallLayers(set.found, points: 60)
    #expect(balls.rows < set.found.indices.count)
    let store = BallMemoryStore()
    let found = set.run { balls.train($0, $1, set.layers.layers, store) }
    #expect(difference(found.value, expected.value) < 1e-5)
    #expect(found.slopes.count == expected.slopes.count)
    for (place, (a, b)) in zip(found.slopes, expected.slopes).enumerated() {
      #expect(difference(a, b) < 2e-5, "gradient \(place)")
    }
  }

  @Test func `no bit depends on the number of threads`() throws {
    let set = try Setting([20, 33, 70])
    let store = BallMemoryStore()
    let results = [1, 2, 5].map { threads in
      let balls = BallLayers(set.found, points: 60, threads: threads)
      return set.run { balls.train($0, $1, set.layers.layers, store) }
    }
    for other in results.dropFirst() {
      #expect(other.value.isEqual(to: results[0].value))
      #expect(zip(other.slopes, results[0].slopes).allSatisfy { $0.isEqual(to: $1) })
    }
  }

  @Test func `memory is used again only when nobody needs it`() throws {
    let set = try Setting([16, 8])
    let store = BallMemoryStore()
    let balls = BallLayers(set.found, points: 60)
    func step(_ other: Bool) -> [Tensor] {
      let leaf = set.atPoints.requiringGradient()
      let y = balls.train(leaf, set.atCenters, set.layers.layers, store)
      // A second pass before the first one's gradients are taken.
      if other { _ = balls.train(leaf * 2, set.atCenters, set.layers.layers, store).sum() }
      return gradients(of: (y * set.weights).sum(), withRespectTo: [leaf])
    }
    let alone = step(false)[0]
    #expect(step(true)[0].isEqual(to: alone) && step(false)[0].isEqual(to: alone))
    let first = store.take(widths: [16, 8], rows: 10, balls: 2)
    #expect(store.take(widths: [16, 8], rows: 10, balls: 2) !== first)
  }

  @Test(arguments: [1, 6, 300])
  func `evaluation equals the layers one by one`(neighbors: Int) throws {
    let set = try Setting([18, 40, 9], neighbors: neighbors)
    let folded = set.layers.layers.map { layer in
      VoteNet.FoldedLinear(
        matrix: layer.matrix.detached(), bias: layer.bn.bn.bias?.value.detached() ?? .zeros([1]))
    }
    let found = BallLayers(set.found, points: 60)
      .evaluate(set.atPoints, set.atCenters, Array(folded.dropFirst()))
    var rows =
      (set.atPoints.gatheringPoints(at: set.found.indices, layout: .pointsFirst)
      - set.atCenters.unsqueezed(2)).relu()
    for layer in folded.dropFirst() { rows = layer(rows).relu() }
    #expect(difference(found, rows.max(axis: 2)) < 1e-5)
  }
}
