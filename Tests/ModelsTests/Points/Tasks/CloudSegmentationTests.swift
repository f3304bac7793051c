import Models
import Networks
import PointClouds
import Tensors
import Testing

struct CloudSegmentationTests {
  /// A ball on a plate: points of class 0 lie flat, those of class 1 round above; some are unknown.
  private static func scene(_ generator: inout SeededGenerator) -> LabelledCloud {
    var (positions, labels): ([Float], [Int32]) = ([], [])
    let x = 0.6 * generator.uniform() - 0.3
    for place in 0..<90 {
      let isBall = place % 2 == 1
      let (u, v) = (2 * generator.uniform() - 1, 2 * generator.uniform() - 1)
      if isBall {
        let radius = (1 - v * v).squareRoot() * 0.3
        positions += [Float(x + radius * u), Float(radius * (1 - u * u)), Float(0.5 + 0.3 * v)]
      } else {
        positions += [Float(u), Float(v), 0]
      }
      labels.append(place % 30 == 0 ? -1 : isBall ? 1 : 0)
    }
    return LabelledCloud(
      name: "scene",
      cloud: PointCloud(
        positions: Tensor(positions, shape: [90, 3]),
        attributes: ["label": Tensor(labels, shape: [90, 1])]), label: "ball on plate")
  }

  private static let classes = CloudClasses(names: ["plate", "ball"])

  /// Trains on three clouds; returns first and last loss, and the share of points that are told right.
  private func trained<Task: CloudTask>(_ task: Task, steps: Int = 20) throws -> (
    first: Float, last: Float, accuracy: Double
  ) {
    var generator = SeededGenerator(seed: 3)
    let clouds = (0..<3).map { _ in Self.scene(&generator) }
    let network = task.makeNetwork().initialized(seed: 1)
    network.train(using: try TorchGenerator(seed: 1))
    let optimizer = Adam(network, learningRate: 4e-3)
    var losses: [Float] = []
    for step in 0..<steps + 60 {
      let samples = try clouds.map {
        try task.sample(of: $0, isTraining: true, using: &generator)
      }
      let batch = task.batch(of: samples)
      // Running variances begin with 1 and need a hundred batches.
      guard step < steps else {
        _ = try withoutGradients { try task.losses(network, batch) }
        continue
      }
      let loss = try task.losses(network, batch)[0].value
      optimizer.update(network.gradients(of: loss))
      losses.append(loss.item())
    }
    network.evaluate()
    let samples = try clouds.map { try task.sample(of: $0, isTraining: false, using: &generator) }
    let results = try withoutGradients { try task.results(network, task.batch(of: samples)) }
    var (right, known) = (0, 0)
    for case .points(let labels, let truth) in results {
      for (label, truth) in zip(labels, truth) where truth >= 0 {
        known += 1
        right += label == truth ? 1 : 0
      }
    }
    return (losses[0], losses.last ?? 9, Double(right) / Double(max(known, 1)))
  }

  @Test(arguments: PointNet2Scales.allCases)
  func `parts are learned`(scales: PointNet2Scales) throws {
    var settings = PointNet2PartSegmentationTask.Settings()
    settings.points = 64
    settings.width = 0.125
    settings.scales = scales
    settings.categories = ["other", "ball on plate"]
    let found = try trained(PointNet2PartSegmentationTask(settings, classes: Self.classes))
    #expect(found.last < 0.5 * found.first, "\(found)")
    #expect(found.accuracy > 0.9, "\(found)")
  }

  @Test func `scenes are learned`() throws {
    var settings = PointNet2SegmentationTask.Settings()
    settings.points = 64
    settings.width = 0.125
    settings.radius = 0.2
    let found = try trained(
      PointNet2SegmentationTask(settings, classes: Self.classes), steps: 40)
    #expect(found.last < 0.5 * found.first, "\(found)")
    #expect(found.accuracy > 0.9, "\(found)")
  }

  @Test func `labels follow the drawn points, and unknown ones count for nothing`() throws {
    var settings = PointNet2PartSegmentationTask.Settings()
    settings.points = 90
    settings.width = 0.125
    settings.normalisation = .none
    let task = try PointNet2PartSegmentationTask(settings, classes: Self.classes)
    var generator = SeededGenerator(seed: 7)
    let cloud = Self.scene(&generator)
    let sample = try task.sample(of: cloud, isTraining: false, using: &generator)
    let labels = try #require(sample.tensors["labels"]).array(of: Int64.self)
    let heights = try #require(sample.tensors["points"]).array(of: Float.self)
    for (row, label) in labels.enumerated() where label >= 0 {
      #expect((heights[3 * row + 2] > 0) == (label == 1))
    }
    #expect(labels.count { $0 == -1 } == 3)

    let network = task.makeNetwork().initialized(seed: 2)
    var batch = task.batch(of: [sample])
    batch.tensors["labels"] = Tensor(repeating: Int64(-1), shape: [1, 90])
    network.evaluate()
    #expect(try task.losses(network, batch)[0].value.item(of: Float.self) == 0)
  }

  @Test func `what does not fit is the input's fault`() throws {
    var settings = PointNet2PartSegmentationTask.Settings()
    settings.categories = ["chair"]
    let task = try PointNet2PartSegmentationTask(settings, classes: Self.classes)
    var generator = SeededGenerator(seed: 7)
    var cloud = Self.scene(&generator)
    #expect(throws: ModelError.self) {
      try task.sample(of: cloud, isTraining: false, using: &generator)
    }
    cloud.label = "chair"
    _ = try task.sample(of: cloud, isTraining: false, using: &generator)
    cloud.cloud.attributes["label"] = Tensor(repeating: Int32(2), shape: [90, 1])
    #expect(throws: ModelError.self) {
      try task.sample(of: cloud, isTraining: false, using: &generator)
    }
    cloud.cloud.attributes["label"] = nil
    #expect(throws: ModelError.self) {
      try task.sample(of: cloud, isTraining: true, using: &generator)
    }
    settings.attributes = ["intensity"]
    let other = try PointNet2PartSegmentationTask(settings, classes: Self.classes)
    #expect(throws: ModelError.self) {
      try other.sample(of: cloud, isTraining: false, using: &generator)
    }
  }
}
