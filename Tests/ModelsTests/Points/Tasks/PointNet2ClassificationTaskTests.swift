import Geometry
import Models
import Networks
import PointClouds
import Tensors
import Testing

struct PointNet2ClassificationTaskTests {
  private static let classes = CloudClasses(names: ["ball", "plate", "rod"])

  /// Points on a ball, a plate or a rod, moved away from the origin.
  static func shape(_ kind: Int, count: Int = 80, _ generator: inout SeededGenerator)
    -> LabelledCloud
  {
    let size = 0.5 + generator.uniform()
    let positions = (0..<count).flatMap { _ -> [Float] in
      let p = Vector3(
        2 * generator.uniform() - 1, 2 * generator.uniform() - 1, 2 * generator.uniform() - 1)
      let q =
        switch kind {
        case 0: size * p.normalized
        case 1: Vector3(size * p.x, size * p.y, 0.02 * p.z)
        default: Vector3(0.05 * p.x, 0.05 * p.y, size * p.z)
        }
      return [Float(q.x) + 5, Float(q.y) - 3, Float(q.z)]
    }
    return LabelledCloud(
      name: "\(kind)", cloud: PointCloud(positions: Tensor(positions, shape: [count, 3])),
      label: classes.names[kind])
  }

  private static func settings(_ scales: PointNet2Scales) -> PointNet2ClassificationTask.Settings {
    var settings = PointNet2ClassificationTask.Settings()
    settings.points = 64
    settings.width = 0.125
    settings.scales = scales
    settings.dropout = 0.1
    settings.jitter = 0.01
    settings.inputDropout = 0.2
    settings.stretch = 0.1
    return settings
  }

  @Test(arguments: PointNet2Scales.allCases)
  func `it learns a handful of shapes`(scales: PointNet2Scales) throws {
    let task = try PointNet2ClassificationTask(Self.settings(scales), classes: Self.classes)
    var generator = SeededGenerator(seed: 3)
    let clouds = (0..<9).map { Self.shape($0 % 3, &generator) }
    let network = task.makeNetwork().initialized(seed: 1)
    network.train(using: try TorchGenerator(seed: 1))
    let optimizer = Adam(network, learningRate: 4e-3)
    var losses: [Float] = []
    for _ in 0..<25 {
      let samples = try clouds.map {
        try task.sample(of: $0, isTraining: true, using: &generator)
      }
      let loss = try task.losses(network, task.batch(of: samples))[0].value
      optimizer.update(network.gradients(of: loss))
      losses.append(loss.item())
    }
    #expect((losses.last ?? 9) < 0.4 * losses[0], "\(losses)")
    // Running variances begin with 1, far from those of small neighbourhoods: they need a hundred batches.
    for _ in 0..<90 {
      let samples = try clouds.map { try task.sample(of: $0, isTraining: false, using: &generator) }
      _ = try withoutGradients { try task.losses(network, task.batch(of: samples)) }
    }
    network.evaluate()
    let samples = try clouds.map { try task.sample(of: $0, isTraining: false, using: &generator) }
    let results = try withoutGradients { try task.results(network, task.batch(of: samples)) }
    let right = results.filter {
      if case .whole(let label, let truth) = $0 { return label == truth }
      return false
    }
    #expect(right.count >= 8, "\(results)")
  }

  @Test func `a sample holds drawn points within the unit sphere and the class`() throws {
    var settings = Self.settings(.single)
    settings.points = 100
    let task = try PointNet2ClassificationTask(settings, classes: Self.classes)
    var generator = SeededGenerator(seed: 4)
    let cloud = Self.shape(1, &generator)
    let sample = try task.sample(of: cloud, isTraining: false, using: &generator)
    let points = try #require(sample.tensors["points"])
    #expect(points.shape == [100, 3])
    #expect(sample.tensors["label"]?.item(of: Int64.self) == 1)
    let norms = points.square().sum(axis: 1).sqrt()
    #expect(abs(norms.max().item(of: Float.self) - 1) < 1e-5)
    #expect(points.mean(axes: [0]).abs().max().item(of: Float.self) < 1e-5)
    let again = try task.sample(of: cloud, isTraining: true, using: &generator)
    #expect(again.tensors["points"]?.array(of: Float.self) != points.array(of: Float.self))
  }

  @Test func `a cloud that cannot be used is the input's fault`() throws {
    let task = try PointNet2ClassificationTask(Self.settings(.single), classes: Self.classes)
    var generator = SeededGenerator(seed: 5)
    var cloud = Self.shape(0, &generator)
    cloud.label = "cube"
    #expect(throws: ModelError.self) {
      try task.sample(of: cloud, isTraining: false, using: &generator)
    }
    cloud.label = nil
    #expect(throws: ModelError.self) {
      try task.sample(of: cloud, isTraining: true, using: &generator)
    }
    let unknown = try task.sample(of: cloud, isTraining: false, using: &generator)
    #expect(unknown.tensors["label"]?.item(of: Int64.self) == -1)
    cloud.cloud = PointCloud(positions: Tensor([Float.nan, 0, 0], shape: [1, 3]))
    #expect(throws: ModelError.self) {
      try task.sample(of: cloud, isTraining: false, using: &generator)
    }
    #expect(throws: ModelError.self) {
      try PointNet2ClassificationTask(.init(), classes: CloudClasses(names: ["one"]))
    }
  }
}
