import Models
import Networks
import PointClouds
import Tensors
import Testing

struct PointNetTests {
  private static let network: PointNetClassifier = {
    let network = PointNetClassifier(classes: 5).initialized(seed: 4)
    network.evaluate()
    return network
  }()

  private func cloud(_ count: Int, seed: UInt64 = 5) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return .uniform([count, 3], in: -1..<1, using: &generator)
  }

  @Test func `critical points alone give the global feature`() {
    let points = cloud(300)
    let encoder = Self.network.feat
    let critical = CriticalPoints(of: points, for: encoder)
    #expect(!critical.points.isEmpty && critical.points.count < 300)
    #expect(critical.points == critical.points.sorted())
    #expect(critical.channels.reduce(0, +) == 1024)

    // The T-Nets see all points too; with their matrices kept, only critical points matter.
    let kept = points.selected(axis: 0, at: Tensor(critical.points.map { Int64($0) }))
    #expect(encoder.upperBound(among: kept, of: points).count >= critical.points.count * 9 / 10)
    let global = withoutGradients { encoder(points.unsqueezed(0)).global }
    let sources = withoutGradients { encoder(points.unsqueezed(0)).sources }
    #expect(Set(sources.array(of: Int32.self).map { Int($0) }) == Set(critical.points))
    #expect(global.shape == [1, 1024])
  }

  @Test func `the upper bound leaves out points that would change the feature`() {
    let points = cloud(400)
    let encoder = Self.network.feat
    let inside = encoder.upperBound(among: points * 0.3, of: points)
    let outside = encoder.upperBound(among: points * 20, of: points)
    #expect(inside.count > outside.count)
    #expect(outside.count < 20)
  }

  @Test func `order and repetition of points do not matter`() {
    let points = cloud(50)
    let order = Tensor((0..<80).map { Int64(($0 * 7) % 50) })
    let again = points.selected(axis: 0, at: order)
    let (one, two) = withoutGradients {
      (Self.network(points.unsqueezed(0)), Self.network(again.unsqueezed(0)))
    }
    #expect((one - two).abs().max().item(of: Float.self) < 1e-5)
  }

  @Test func `the task learns, with matrices near to orthogonal ones`() throws {
    let classes = CloudClasses(names: ["ball", "plate", "rod"])
    var settings = PointNetClassificationTask.Settings()
    settings.points = 32
    settings.dropout = 0.1
    let task = try PointNetClassificationTask(settings, classes: classes)
    var generator = SeededGenerator(seed: 3)
    let clouds = (0..<6).map { PointNet2ClassificationTaskTests.shape($0 % 3, &generator) }
    let network = task.makeNetwork().initialized(seed: 1)
    network.train(using: try TorchGenerator(seed: 1))
    let optimizer = Adam(network, learningRate: 1e-3)
    var losses: [[Float]] = []
    for step in 0..<45 {
      let samples = try clouds.map {
        try task.sample(of: $0, isTraining: step < 15, using: &generator)
      }
      let batch = task.batch(of: samples)
      guard step < 15 else {
        _ = withoutGradients { network(batch["points"]) }
        continue
      }
      let parts = try task.losses(network, batch)
      #expect(parts.map(\.name) == ["class", "transform"])
      #expect(parts[1].weight == 0.001)
      let loss = parts[0].value + parts[1].value * parts[1].weight
      optimizer.update(network.gradients(of: loss))
      losses.append(parts.map { $0.value.item(of: Float.self) })
    }
    #expect((losses.last?[0] ?? 9) < 0.5 * losses[0][0], "\(losses)")
    network.evaluate()
    let samples = try clouds.map { try task.sample(of: $0, isTraining: false, using: &generator) }
    let results = try withoutGradients { try task.results(network, task.batch(of: samples)) }
    let right = results.count {
      if case .whole(let label, let truth) = $0 { return label == truth }
      return false
    }
    #expect(right >= 5, "\(results)")
  }

  @Test func `PointNet for scenes has the reference's names and shapes`() throws {
    let network = PointNetSegmenter()
    let shapes = Dictionary(
      uniqueKeysWithValues: network.namedParameters.map { ($0.name, $0.parameter.shape) })
    #expect(shapes["feat.stn.conv1.weight"] == [64, 9, 1])
    #expect(shapes["feat.fstn.fc3.weight"] == [4096, 256])
    #expect(shapes["conv1.weight"] == [512, 1088, 1])
    #expect(shapes["conv4.weight"] == [13, 128, 1])
    #expect(shapes["bn3.weight"] == [128])
    network.initialized(seed: 1).evaluate()
    #expect(withoutGradients { network(.zeros([2, 20, 9])) }.shape == [2, 20, 13])
  }
}
