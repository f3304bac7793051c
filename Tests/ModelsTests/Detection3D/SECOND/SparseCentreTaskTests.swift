import Foundation
import Geometry
import Models
import Networks
import PointClouds
import TestSupport
import Tensors
import Testing

struct SparseCentreTaskTests {
  static let classes = CloudClasses(names: ["Car", "Pedestrian"])

  /// A network for made streets of 12.8 m x 12.8 m.
  static func small() -> SparseCentreSettings {
    var settings = SparseCentreSettings()
    settings.range = LidarRange(
      low: [0, -6.4, -3], high: [12.8, 6.4, 1.2], voxelSize: [0.2, 0.2, 0.15])
    (settings.encoder.widths, settings.encoder.outputs) = ([8, 8, 16, 16, 16], 32)
    settings.backbone.layers = [1, 1]
    (settings.backbone.widths, settings.backbone.upWidths) = ([32, 32], [32, 32])
    settings.head.width = 32
    return settings
  }

  /// Boxes with points on their sides and roofs over a flat ground.
  static func street(_ seed: UInt64) -> LabelledCloud {
    var generator = SeededGenerator(seed: seed)
    var points: [Float] = []
    func add(_ x: Double, _ y: Double, _ z: Double, _ intensity: Float) {
      points += [Float(x), Float(y), Float(z), intensity]
    }
    for _ in 0..<600 {
      add(generator.uniform() * 12.8, generator.uniform() * 12.8 - 6.4, -1.7, 0.2)
    }
    let boxes = [
      Box3D(
        center: Vector3(3 + generator.uniform(), -3 + generator.uniform(), -0.9),
        size: Vector3(4, 1.8, 1.6), yaw: generator.uniform() * 3, label: "Car"),
      Box3D(
        center: Vector3(9 + generator.uniform(), 2 + generator.uniform(), -0.9),
        size: Vector3(3.6, 1.6, 1.6), yaw: generator.uniform() * 3 - 1.5, label: "Car"),
      Box3D(
        center: Vector3(3, 4 + generator.uniform(), -0.8), size: Vector3(0.6, 0.6, 1.8), yaw: 1,
        label: "Pedestrian"),
    ]
    for box in boxes {
      for _ in 0..<(box.label == "Car" ? 250 : 80) {
        var p = (0..<3).map { _ in generator.uniform() - 0.5 }
        let face = generator.uniform(below: 3)
        p[face] = face == 2 ? 0.5 : (generator.uniform() < 0.5 ? -0.5 : 0.5)
        let (u, v) = (p[0] * box.size.x, p[1] * box.size.y)
        let (c, s) = (cos(box.yaw), sin(box.yaw))
        add(
          box.center.x + c * u - s * v, box.center.y + s * u + c * v,
          box.center.z + p[2] * box.size.z, 0.7)
      }
    }
    let all = Tensor(points, shape: [points.count / 4, 4])
    let cloud = PointCloud(
      positions: all.narrowed(axis: 1, to: 0..<3).contiguous(),
      attributes: ["intensity": all.narrowed(axis: 1, to: 3..<4).contiguous()])
    return LabelledCloud(name: "street \(seed)", cloud: cloud, boxes: boxes)
  }

  static func total(_ parts: [CloudLoss]) -> Tensor {
    parts.reduce(Tensor.zeros([])) { $0 + $1.value * $1.weight }
  }

  /// Trains on a few clouds; what was lost at first and at last.
  static func overfit<Task: CentreTask>(
    _ task: Task, _ network: Task.Network, _ clouds: [LabelledCloud], steps: Int, rate: Double
  ) throws -> (first: Float, last: Float) {
    var generator = SeededGenerator(seed: 2)
    let samples = try clouds.map {
      try task.sample(of: $0, isTraining: true, using: &generator)
    }
    let batch = task.batch(of: samples)
    let optimizer = Adam(network, learningRate: rate)
    network.train()
    var losses: [Float] = []
    for step in 0..<steps {
      if step == steps * 2 / 3 { optimizer.learningRate = rate / 5 }
      let loss = total(try task.losses(network, batch))
      optimizer.update(network.gradients(of: loss))
      losses.append(loss.item())
    }
    // The running statistics follow slowly; a few steps more bring them along.
    network.evaluate()
    return (losses.first ?? 0, losses.last ?? 0)
  }

  /// Whether each true box is found with an overlap, and nothing else.
  static func agree(_ result: CloudResult, overlap: Double) throws -> String? {
    guard case .boxes(let found, let truth) = result else { return "no boxes" }
    let sure = found.filter { $0.score > 0.3 }
    guard sure.count == truth.count else { return "\(sure.count) boxes, not \(truth.count)" }
    let matrix = try BoxOverlap.iou.matrix(Tensor(boxes: truth), Tensor(boxes: sure))
      .array(of: Double.self)
    for (row, box) in truth.enumerated() {
      let column =
        sure.indices.max {
          matrix[row * sure.count + $0] < matrix[row * sure.count + $1]
        } ?? 0
      if matrix[row * sure.count + column] < overlap || sure[column].label != box.label {
        return "\(box): nearest \(sure[column]), overlap \(matrix[row * sure.count + column])"
      }
    }
    return nil
  }

  @Test func `the network learns a few streets by heart`() throws {
    var settings = Self.small()
    settings.encoder.momentum = 0.3
    settings.backbone.momentum = 0.3
    let task = try SparseCentreTask(settings, classes: Self.classes)
    let network = task.makeNetwork().initialized(seed: 3)
    let clouds = [Self.street(1), Self.street(2)]
    let (first, last) = try Self.overfit(task, network, clouds, steps: 60, rate: 4e-3)
    #expect(last < 0.1 * first, "from \(first) to \(last)")
    var generator = SeededGenerator(seed: 2)
    let batch = task.batch(
      of: try clouds.map { try task.sample(of: $0, isTraining: false, using: &generator) })
    for result in try withoutGradients({ try task.results(network, batch) }) {
      #expect(try Self.agree(result, overlap: 0.7) == nil)
    }
    let detector = try LidarDetector(task, network)
    for cloud in clouds {
      let boxes = try detector.boxes(in: cloud.cloud)
      #expect(try Self.agree(.boxes(boxes, truth: cloud.boxes), overlap: 0.7) == nil)
    }
  }

  @Test func `a batch is its clouds one by one`() throws {
    let task = try SparseCentreTask(Self.small(), classes: Self.classes)
    let network = task.makeNetwork().initialized(seed: 3)
    network.evaluate()
    var generator = SeededGenerator(seed: 2)
    let samples = try [1, 2, 3].map {
      try task.sample(of: Self.street($0), isTraining: false, using: &generator)
    }
    let batch = task.batch(of: samples)
    #expect(batch["heat"].shape == [3, 2, 16, 16])
    try withoutGradients {
      let together = try #require(try task.maps(network, batch.tensors, count: 3))
      for (place, sample) in samples.enumerated() {
        let alone = try #require(try task.maps(network, sample.tensors, count: 1))
        for (all, one) in [(together.heat, alone.heat), (together.codes, alone.codes)] {
          let part = all.narrowed(axis: 0, to: place..<place + 1)
          #expect((part - one).abs().max().item(of: Float.self) < 1e-4)
        }
      }
    }
  }

  @Test func `voxels are told relative to themselves`() throws {
    let task = try SparseCentreTask(Self.small(), classes: Self.classes)
    let points = Tensor(
      [1.05, 0.1, -2.9, 1.15, 0.1, -2.95, 7.1, -6.3, 0.0] as [Float], shape: [3, 3])
    let cloud = PointCloud(
      positions: points,
      attributes: ["intensity": Tensor([0.2, 0.4, 1] as [Float], shape: [3, 1])])
    let inputs = try task.inputs(of: cloud)
    #expect(inputs["coordinates"]?.array(of: Int32.self) == [0, 0, 32, 5, 0, 20, 0, 35])
    let features = try #require(inputs["features"]?.array(of: Float.self))
    // Mean 1.1, 0.1, -2.925 in the voxel around 1.1, 0.1, -2.925.
    let wanted: [Float] = [0, 0, 0, 0.075 / 4.2, 0.3, 1]
    #expect(zip(features, wanted).allSatisfy { abs($0 - $1) < 1e-4 }, "\(features)")
    #expect(abs(features[6 + 1] - 0) < 1e-4 && features[6 + 4] == 1)
  }

  @Test func `clouds without points in the range give no boxes, and cannot be learned from`() throws
  {
    let task = try SparseCentreTask(Self.small(), classes: Self.classes)
    let network = task.makeNetwork().initialized(seed: 1)
    let far = PointCloud(positions: Tensor([90, 0, 0, .nan, 0, 0] as [Float], shape: [2, 3]))
    #expect(try LidarDetector(task, network).boxes(in: far).isEmpty)
    var generator = SeededGenerator(seed: 2)
    for cloud in [
      far, PointCloud(positions: .zeros([0, 3])), PointCloud(positions: .ones([1, 3])),
    ] {
      let sample = try task.sample(
        of: LabelledCloud(name: "far", cloud: cloud), isTraining: true, using: &generator)
      network.train()
      #expect {
        _ = try task.losses(network, task.batch(of: [sample]))
      } throws: { "\($0)".contains("far: too few points") }
      network.evaluate()
      _ = try task.results(network, task.batch(of: [sample]))
    }
  }

  @Test func `too many voxels are thinned evenly`() throws {
    var settings = Self.small()
    let all = try SparseCentreTask(settings, classes: Self.classes).inputs(of: Self.street(1).cloud)
    settings.maxVoxels = 100
    let some = try SparseCentreTask(settings, classes: Self.classes).inputs(
      of: Self.street(1).cloud)
    #expect((all["coordinates"]?.shape[0] ?? 0) > 500)
    #expect(some["coordinates"]?.shape == [100, 4])
    #expect(some["features"]?.shape == [100, 6])
  }

  @Test func `sizes that do not fit are refused`() {
    func refusal(_ change: (inout SparseCentreSettings) -> Void) -> String {
      var settings = SparseCentreSettings()
      change(&settings)
      do { _ = try SparseCentreTask(settings, classes: Self.classes) } catch { return "\(error)" }
      return ""
    }
    #expect(refusal { _ in } == "")
    #expect(refusal { $0.range.high[0] = 51.3 }.contains("multiples of 8"))
    #expect(refusal { $0.range.low[0] = -2000 * 51.2 / 2 }.contains("over 2^26"))
    #expect(refusal { $0.range.voxelSize[2] = 1 }.contains("along z"))
    #expect(refusal { $0.encoder.widths = [1] }.contains("five widths"))
    #expect(refusal { $0.backbone.widths = [1] }.contains("different lengths"))
    #expect(refusal { $0.backbone.upStrides = [1, 1] }.contains("one size"))
    #expect(refusal { $0.range.low = [0] }.contains("three numbers"))
  }

  @Test func `the default is small, the published network has its names`() throws {
    let small = try SparseCentreTask(SparseCentreSettings(), classes: Self.classes).makeNetwork()
    #expect(small.parameterCount < 2_000_000)
    let task = try SparseCentreTask(
      .kitti, classes: CloudClasses(names: ["Car", "Pedestrian", "Cyclist"]))
    #expect(
      task.code.grid == BirdsEyeGrid(low: (0, -40), cell: (0.4, 0.4), rows: 200, columns: 176))
    let shapes = Dictionary(
      uniqueKeysWithValues: task.makeNetwork().namedParameters.map { ($0.name, $0.parameter.shape) }
    )
    #expect(shapes["backbone_3d.conv_input.0.weight"] == [16, 3, 3, 3, 4])
    #expect(shapes["backbone_3d.conv4.2.0.weight"] == [64, 3, 3, 3, 64])
    #expect(shapes["backbone_2d.blocks.0.1.weight"] == [128, 256, 3, 3])
    #expect(shapes["backbone_2d.blocks.1.1.weight"] == [256, 128, 3, 3])
    #expect(shapes["backbone_2d.blocks.1.17.bias"] == [256])
    #expect(shapes["backbone_2d.deblocks.0.0.weight"] == [128, 256, 1, 1])
    #expect(shapes["backbone_2d.deblocks.1.0.weight"] == [256, 256, 2, 2])
    #expect(shapes["dense_head.shared_conv.0.weight"] == [64, 512, 3, 3])
    #expect(shapes["dense_head.heads_list.0.center.0.0.weight"] == [64, 64, 3, 3])
    #expect(shapes["dense_head.heads_list.0.center_z.1.weight"] == [1, 64, 3, 3])
    #expect(shapes["dense_head.heads_list.0.hm.1.bias"] == [3])
    #expect(shapes["dense_head.heads_list.0.iou.1.bias"] == nil)
  }

  private static let tiny = """
    {"classes": ["A", "B", "C"], "prepare": PREPARE, "settings": {
      "range": {"low": [0, -3.2, -3], "high": [6.4, 3.2, 1.2], "voxel_size": [0.2, 0.2, 0.15]},
      "encoder": {"widths": [6, 8, 10, 12, 14], "outputs": 16, "repetitions": [1, 2, 1, 1]},
      "backbone": {"layers": [1, 2], "widths": [12, 20], "up_widths": [8, 12]}, "head": {"width": 10}}}
    """

  /// The whole network in plain PyTorch; `Tests/Fixtures/networks/sparse_centre.py`.
  @Test(arguments: [false, true])
  func `the network computes what PyTorch computes, prepared or not`(isPrepared: Bool) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let wanted = try SafetensorsFile(
      path: folder.appendingPathComponent("Fixtures/networks/sparse_centre.safetensors").path
    ).tensors()
    let json = Self.tiny.replacing("PREPARE", with: "\(isPrepared)")
    let model = try #require(ModelCatalogue.entry(named: "sparse_centre"))
      .build(configuration: Data(json.utf8))
    var shapes = model.network.namedParameters.map { ($0.name, $0.parameter.shape) }
    for (name, buffer) in model.network.namedBuffers where !name.contains("num_batches") {
      shapes.append((name, buffer.shape))
    }
    try model.load(
      WeightRecipe(seed: 7, gain: 2, parameters: Dictionary(uniqueKeysWithValues: shapes)))
    model.network.evaluate()
    let found = try withoutGradients { try model.run(["points": #require(wanted["points"])]) }
    #expect(found.map(\.name) == ["heat", "codes", "boxes", "scores", "labels"])
    for (name, value) in found.prefix(2) {
      let other = try #require(wanted[name])
      #expect(value.shape == other.shape)
      let scale = other.abs().max().item(of: Float.self)
      // float32 sums of a few hundred terms in different orders, a dozen layers deep.
      #expect((value - other).abs().max().item(of: Float.self) < 2e-5 * scale, "\(name)")
    }
  }

  @Test func `configurations that do not fit are refused`() throws {
    let entry = try #require(ModelCatalogue.entry(named: "sparse_centre"))
    func refusal(_ json: String) -> String {
      do { _ = try entry.build(configuration: Data(json.utf8)) } catch { return "\(error)" }
      return ""
    }
    #expect(refusal("{\"preset\": \"huge\"}").contains("small or kitti, not huge"))
    #expect(refusal("{\"settings\": {\"encodr\": 1}}").contains("encodr"))
    #expect(refusal("{\"settings\": [1]}").contains("mapping"))
    #expect(refusal("{\"classes\": []}").contains("no classes"))
  }
}
