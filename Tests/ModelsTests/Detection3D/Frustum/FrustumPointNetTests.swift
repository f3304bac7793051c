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

struct FrustumPointNetV2Tests {
  @Test func `the second network has as many parameters as its layers`() throws {
    let model = try #require(ModelCatalogue.entry(named: "frustum_pointnet_v2")).build()
    // Each layer from a to b channels: a b + b, and 2 b for its normalisation.
    func layers(_ widths: [Int]) -> Int {
      zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 + 3 * $1.1 }
    }
    let neighbourhoods =
      layers([4, 32, 32, 64]) + layers([4, 64, 64, 128]) + layers([4, 64, 96, 128])
      + layers([323, 64, 64, 128]) + 2 * layers([323, 128, 128, 256])
      + layers([643, 128, 256, 1024])
    let propagations =
      layers([640 + 1024 + 3, 128, 128]) + layers([320 + 128, 128, 128])
      + layers([4 + 128, 128, 128])
    let segmentation = neighbourhoods + propagations + layers([128, 128]) + 128 * 2 + 2
    let box =
      layers([3, 64, 64, 128]) + layers([131, 128, 128, 256]) + layers([259, 256, 256, 512])
      + layers([515, 512, 256]) + 256 * 59 + 59
    #expect(model.network.parameterCount == segmentation + 151_683 + box)
    #expect(model.network.parameterCount == 1_902_368)
  }

  @Test func `the second network learns through every layer`() throws {
    var settings = FrustumPointNetTask.Settings()
    settings.version = .v2
    settings.points = 96
    settings.objectPoints = 48
    let task = try FrustumPointNetTask(
      settings, classes: CloudClasses(names: ["Car", "Pedestrian", "Cyclist"]))
    var generator = SeededGenerator(seed: 1)
    let subjects = [
      FrustumStreet.cloud(0, label: "Car"), FrustumStreet.cloud(1, label: "Pedestrian"),
    ].flatMap { task.subjects(of: $0) }
    let batch = task.batch(
      of: try subjects.map { try task.sample(of: $0, isTraining: false, using: &generator) })
    let network = task.makeNetwork().initialized(seed: 2)
    network.train(using: try TorchGenerator(seed: 2))
    let optimizer = Adam(network, learningRate: 1e-3)
    var totals: [Float] = []
    for step in 0..<8 {
      let sum = try task.losses(network, batch).map { $0.value * $0.weight }.reduce(
        Tensor([Float(0)], shape: []), +)
      totals.append(sum.item())
      let gradients = network.gradients(of: sum)
      if step == 1 {
        // Biases in front of a normalisation change nothing; all weights do.
        for (parameter, value) in zip(gradients.parameters, gradients.values)
        where parameter.shape.count > 1 {
          #expect(value.abs().max().item(of: Float.self) > 0)
        }
      }
      optimizer.update(gradients)
    }
    #expect((totals.last ?? 1) < 0.6 * totals[0], "\(totals)")
  }
}
