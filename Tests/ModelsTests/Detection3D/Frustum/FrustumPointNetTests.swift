import Foundation
import Geometry
import Models
import Networks
import PointClouds
import Tensors
import TestSupport
import Testing

struct FrustumPointNetTests {
  @Test func `the first network has the original's number of parameters`() throws {
    let model = try #require(ModelCatalogue.entry(named: "frustum_pointnet_v1")).build()
    var counts: [String: Int] = [:]
    for (name, parameter) in model.network.namedParameters {
      counts[String(name.prefix { $0 != "." }), default: 0] += parameter.count
    }
    #expect(counts == ["InsSeg": 893_890, "STN": 151_683, "est": 595_899])
    #expect(model.network.parameterCount == 1_641_472)
  }

  @Test func `the first network has the PyTorch port's names`() {
    let shapes = Dictionary(
      uniqueKeysWithValues: FrustumPointNet().namedParameters.map { ($0.name, $0.parameter.shape) })
    #expect(shapes["InsSeg.conv1.weight"] == [64, 4, 1])
    #expect(shapes["InsSeg.dconv1.weight"] == [512, 1091, 1])
    #expect(shapes["InsSeg.dbn4.bias"] == [128])
    #expect(shapes["STN.fc1.weight"] == [256, 259])
    #expect(shapes["STN.fcbn2.weight"] == [128])
    #expect(shapes["est.conv4.weight"] == [512, 256, 1])
    #expect(shapes["est.fc3.weight"] == [59, 256])
  }

  @Test func `a point's own features beside the shared ones give what one matrix gives`() throws {
    let network = FrustumPointNet().initialized(seed: 4)
    network.evaluate()
    var generator = SeededGenerator(seed: 4)
    let points = Tensor.normal([2, 4, 40], using: &generator)
    let classes = Tensor([Float(1), 0, 0, 0, 0, 1], shape: [2, 3])
    let found = try network(points, classes: classes).maskLogits

    func layer(_ place: Int, _ name: String, _ norm: String, _ x: Tensor) throws -> Tensor {
      let conv = try #require(network.module(named: "InsSeg.\(name)\(place)") as? Conv1D)
      let bn = try #require(network.module(named: "InsSeg.\(norm)\(place)") as? BatchNorm1D)
      return bn(conv(x)).relu()
    }
    var x = points
    var own = points
    for place in 1...5 {
      x = try layer(place, "conv", "bn", x)
      if place == 3 { own = x }
    }
    let shared = Tensor.concatenated([x.max(axis: 2), classes], axis: 1)
    x = Tensor.concatenated([own, shared.unsqueezed(2).expanded(to: [2, 1027, 40])], axis: 1)
    for place in 1...4 { x = try layer(place, "dconv", "dbn", x) }
    let last = try #require(network.module(named: "InsSeg.dconv5") as? Conv1D)
    #expect((found - last(x)).abs().max().item(of: Float.self) < 1e-5)
  }

  @Test func `the box does not depend on the order of the points`() throws {
    for version in FrustumVersion.allCases {
      let network = FrustumPointNet(version, objectPoints: 64).initialized(seed: 4)
      network.evaluate()
      var generator = SeededGenerator(seed: 5)
      let points = Tensor.normal([1, 4, 60], using: &generator)
      let order = Tensor.permutation(60, using: &generator)
      let classes = Tensor([Float(0), 1, 0], shape: [1, 3])
      let first = try withoutGradients { try network(points, classes: classes) }
      let shuffled = points.selected(axis: 2, at: order)
      let second = try withoutGradients { try network(shuffled, classes: classes) }
      if version == .v1 {
        #expect((first.center - second.center).abs().max().item(of: Float.self) < 1e-5)
        #expect((first.sizeScores - second.sizeScores).abs().max().item(of: Float.self) < 1e-5)
      }
      #expect(first.sizeResiduals.shape == [1, 8, 3] && first.headingScores.shape == [1, 12])
    }
  }

  @Test func `the catalogue gives the original's outputs`() throws {
    for name in ["frustum_pointnet_v1", "frustum_pointnet_v2"] {
      let model = try #require(ModelCatalogue.entry(named: name)).build(
        configuration: Data(#"{"channels": 3, "classes": 2, "object_points": 32}"#.utf8))
      model.network.initialized(seed: 1).evaluate()
      var generator = SeededGenerator(seed: 5)
      let results = try withoutGradients {
        try model.run([
          "points": .normal([2, 50, 3], using: &generator),
          "one_hot": Tensor([Float(1), 0, 0, 1], shape: [2, 2]),
        ])
      }
      let shapes = Dictionary(uniqueKeysWithValues: results.map { ($0.name, $0.value.shape) })
      #expect(shapes["mask_logits"] == [2, 50, 2])
      #expect(shapes["center"] == [2, 3] && shapes["stage1_center"] == [2, 3])
      #expect(shapes["size_residuals"] == [2, 8, 3])
    }
  }
}
