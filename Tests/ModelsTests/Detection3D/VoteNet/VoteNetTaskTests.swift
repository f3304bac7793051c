import Foundation
import Geometry
import Models
import Networks
import PointClouds
import Tensors
import TestSupport
import Testing

struct VoteNetTaskTests {
  private let classes = CloudClasses(
    names: ["bed", "chair"], meanSizes: [Vector3(2, 1.6, 0.6), Vector3(0.6, 0.6, 0.9)])

  private func settings(_ points: Int) -> VoteNetTask.Settings {
    var settings = VoteNetTask.Settings()
    settings.points = points
    settings.width = 16
    settings.centers = [96, 48, 24, 12]
    settings.radii = [0.3, 0.6, 1, 1.6]
    settings.neighbors = [12, 8, 8, 8]
    settings.proposals = 16
    settings.voteRadius = 0.4
    settings.voteNeighbors = 8
    settings.maxObjects = 4
    settings.headingBins = 8
    settings.scoresAllClasses = false
    settings.minScore = 0.5
    return settings
  }

  /// A floor with boxes whose surfaces are covered with points; instances are known when asked.
  private func room(_ boxes: [Box3D], seed: UInt64, withInstances: Bool = true) -> LabelledCloud {
    var generator = SeededGenerator(seed: seed)
    var (xyz, instances) = ([Float](), [Int32]())
    for _ in 0..<200 {
      xyz += [Float(6 * generator.uniform() - 3), Float(6 * generator.uniform() - 3), -0.03]
      instances.append(-1)
    }
    for (number, box) in boxes.enumerated() {
      for _ in 0..<150 {
        var p = Vector3(
          generator.uniform() - 0.5, generator.uniform() - 0.5, generator.uniform() - 0.5)
        let face = generator.uniform(below: 3)
        p[face] = p[face] < 0 ? -0.499 : 0.499
        p *= box.size
        let (c, s) = (cos(box.yaw), sin(box.yaw))
        let q = box.center + Vector3(c * p.x - s * p.y, s * p.x + c * p.y, p.z)
        xyz += [Float(q.x), Float(q.y), Float(q.z)]
        instances.append(Int32(number))
      }
    }
    var cloud = PointCloud(positions: Tensor(xyz, shape: [instances.count, 3]))
    if withInstances {
      cloud.attributes["instance"] = Tensor(instances, shape: [instances.count, 1])
    }
    return LabelledCloud(name: "room\(seed)", cloud: cloud, boxes: boxes)
  }

  private func furniture(_ seed: UInt64) -> [Box3D] {
    var generator = SeededGenerator(seed: seed, stream: 1)
    func near(_ x: Double, _ y: Double) -> (Double, Double) {
      (x + 0.6 * generator.uniform() - 0.3, y + 0.6 * generator.uniform() - 0.3)
    }
    let (bed, chair) = (near(-1.5, 1), near(1.5, -1))
    return [
      Box3D(
        center: Vector3(bed.0, bed.1, 0.35), size: Vector3(2.1, 1.5, 0.7),
        yaw: 0.2 * generator.uniform(), label: "bed"),
      Box3D(
        center: Vector3(chair.0, chair.1, 0.45), size: Vector3(0.55, 0.65, 0.9),
        yaw: 1.5 + 0.2 * generator.uniform(), label: "chair"),
    ]
  }

  @Test func `a heading goes clockwise into bins and comes back`() {
    let coder = VoteNet.BoxCoder(headingBins: 12, meanSizes: [Vector3(1, 1, 1)])
    let right = coder.heading(yaw: -Double.pi / 2)
    #expect(right.bin == 3 && abs(right.residual) < 1e-12)
    let left = coder.heading(yaw: 0.1)
    #expect(left.bin == 0 && abs(left.residual + 0.1) < 1e-12)
    for bins in [1, 2, 7, 12] {
      let coder = VoteNet.BoxCoder(headingBins: bins, meanSizes: [Vector3(1, 1, 1)])
      for step in -50..<50 {
        let yaw = Double(step) * 0.131
        let (bin, residual) = coder.heading(yaw: yaw)
        #expect((0..<bins).contains(bin) && abs(residual) <= .pi / Double(bins) + 1e-12)
        let back = coder.yaw(bin: bin, residual: residual)
        #expect(back >= -.pi && back < .pi)
        #expect(abs(remainder(back - yaw, 2 * .pi)) < 1e-12)
      }
    }
  }

  @Test func `what the targets say of boxes decodes to the boxes`() throws {
    let task = try VoteNetTask(settings(400), classes: classes)
    let boxes = furniture(4)
    var generator = SeededGenerator(seed: 1)
    let sample = try task.sample(of: room(boxes, seed: 4), isTraining: true, using: &generator)
    func target(_ name: String) throws -> Tensor { try #require(sample.tensors[name]) }
    #expect(try target("point_clouds").shape == [400, 4])
    #expect(try target("box_label_mask").array(of: Float.self) == [1, 1, 0, 0])
    let bins = try target("heading_class_label").array(of: Int32.self)
    let turns = try target("heading_residual_label").array(of: Float.self)
    let kinds = try target("size_class_label").array(of: Int32.self)
    let sizes = try target("size_residual_label").array(of: Float.self)
    var headings = [Float](repeating: 0, count: 2 * 8)
    var (residuals, changes) = (headings, [Float](repeating: 0, count: 2 * 2 * 3))
    var (kindScores, classScores) = (
      [Float](repeating: 0, count: 4), [Float](repeating: 0, count: 4)
    )
    for row in 0..<2 {
      headings[8 * row + Int(bins[row])] = 9
      residuals[8 * row + Int(bins[row])] = turns[row] / (.pi / 8)
      let kind = Int(kinds[row])
      kindScores[2 * row + kind] = 9
      classScores[2 * row + kind] = 9
      for axis in 0..<3 {
        changes[6 * row + 3 * kind + axis] =
          sizes[3 * row + axis] / Float(classes.meanSizes[kind][axis])
      }
    }
    let given: [String: Tensor] = [
      "objectness_scores": Tensor([Float(0), 4, 0, 6], shape: [1, 2, 2]),
      "center": try target("center_label").narrowed(axis: 0, to: 0..<2).unsqueezed(0),
      "heading_scores": Tensor(headings, shape: [1, 2, 8]),
      "heading_residuals_normalized": Tensor(residuals, shape: [1, 2, 8]),
      "size_scores": Tensor(kindScores, shape: [1, 2, 2]),
      "size_residuals_normalized": Tensor(changes, shape: [1, 2, 2, 3]),
      "sem_cls_scores": Tensor(classScores, shape: [1, 2, 2]),
    ]
    let said = VoteNet.Predictions { given[$0] ?? .zeros([1, 1, 3]) }
    let found = try task.decoder.boxes(said, in: target("point_clouds").unsqueezed(0))[0]
    // The surer one comes first.
    #expect(found.map(\.label) == ["chair", "bed"])
    for (box, truth) in zip(found, boxes.reversed()) {
      #expect((box.center - truth.center).length < 1e-5)
      #expect((box.size - truth.size).length < 1e-5)
      #expect(abs(remainder(box.yaw - truth.yaw, 2 * .pi)) < 1e-5)
    }
    var all = task.decoder
    all.scoresAllClasses = true
    let each = try all.boxes(said, in: target("point_clouds").unsqueezed(0))[0]
    #expect(each.count == 4)
    #expect(each.map(\.score) == each.map(\.score).sorted(by: >))
  }

  @Test(arguments: [true, false])
  func `points vote for the centres of their boxes`(withInstances: Bool) throws {
    var boxes = furniture(5)
    boxes.insert(
      Box3D(center: Vector3(0, 0, 1), size: Vector3(9, 9, 9), yaw: 0, label: "room"), at: 0)
    let task = try VoteNetTask(settings(300), classes: classes)
    var generator = SeededGenerator(seed: 2)
    var cloud = room(Array(boxes.dropFirst()), seed: 5, withInstances: withInstances)
    cloud.boxes = boxes
    if let known = cloud.cloud.attributes["instance"] {
      cloud.cloud.attributes["instance"] = known + 1
    }
    let sample = try task.sample(of: cloud, isTraining: true, using: &generator)
    let rows = try #require(sample.tensors["point_clouds"]).array(of: Float.self)
    let votes = try #require(sample.tensors["vote_label"]).array(of: Float.self)
    let mask = try #require(sample.tensors["vote_label_mask"]).array(of: Int32.self)
    #expect(mask.contains(0) && mask.contains(1))
    for point in 0..<300 {
      let p = (0..<3).map { Double(rows[4 * point + $0]) }
      let inside = boxes.dropFirst().first { $0.contains(Vector3(p[0], p[1], p[2])) }
      #expect((inside != nil) == (mask[point] == 1))
      for slot in 0..<3 {
        for axis in 0..<3 {
          let offset = Double(votes[9 * point + 3 * slot + axis])
          #expect(abs(offset - (inside.map { $0.center[axis] - p[axis] } ?? 0)) < 1e-5)
        }
      }
    }
  }

  @Test func `a point in several boxes votes for up to three, the last place for the latest`()
    throws
  {
    var settings = settings(16)
    settings.maxObjects = 2
    let boxes = (1...4).map {
      Box3D(
        center: Vector3(Double($0) / 10, 0, 0), size: Vector3(2, 2, 2), yaw: 0, label: "bed")
    }
    let cloud = LabelledCloud(
      name: "one", cloud: PointCloud(positions: Tensor([Float(0), 0, 0], shape: [1, 3])),
      boxes: boxes)
    var generator = SeededGenerator(seed: 1)
    let sample = try VoteNetTask(settings, classes: classes)
      .sample(of: cloud, isTraining: true, using: &generator)
    let votes = try #require(sample.tensors["vote_label"]).array(of: Float.self)
    #expect(votes[0] == 0.1 && votes[3] == 0.2 && votes[6] == 0.4)
    #expect(sample.tensors["box_label_mask"]?.array(of: Float.self) == [1, 1])
  }

  @Test func `heights begin at the low percentile that numpy gives, and invalid points stay out`()
    throws
  {
    var settings = settings(700)
    settings.points = 700
    // z = 0, 1, ... 699: percentile(z, 0.99) = 6.9201.
    var xyz: [Float] = []
    for point in 0..<700 { xyz += [0, 0, Float((point * 211) % 700)] }
    xyz += [Float.nan, 0, -50, 0, .infinity, -50]
    let cloud = PointCloud(positions: Tensor(xyz, shape: [702, 3]))
    var generator = SeededGenerator(seed: 1)
    let rows = try VoteNetTask(settings, classes: classes).input(of: cloud, using: &generator)
    let values = rows.array(of: Float.self)
    // As many points as are drawn: each is drawn once.
    let heights = Set(stride(from: 2, to: values.count, by: 4).map { values[$0] })
    #expect(heights.count == 700)
    for point in 0..<700 {
      #expect(abs(values[4 * point + 2] - values[4 * point + 3] - 6.9201) < 1e-3)
    }
    let nothing = PointCloud(positions: Tensor([Float.nan, 0, 0], shape: [1, 3]))
    #expect(throws: PointCloudError.self) {
      _ = try VoteNetTask(settings, classes: classes).input(of: nothing, using: &generator)
    }
  }

  @Test func `settings that do not fit are refused`() {
    #expect(throws: ModelError.self) {
      _ = try VoteNetTask(.init(), classes: CloudClasses(names: ["bed"]))
    }
    var settings = VoteNetTask.Settings()
    settings.radii = [1]
    #expect(throws: ModelError.self) { _ = try VoteNetTask(settings, classes: classes) }
  }

  @Test func `it learns three rooms by heart`() throws {
    let task = try VoteNetTask(settings(400), classes: classes)
    var generator = SeededGenerator(seed: 7)
    let rooms = (1...3).map { room(furniture(UInt64($0)), seed: UInt64($0)) }
    let batch = task.batch(
      of: try rooms.map { try task.sample(of: $0, isTraining: true, using: &generator) })
    let network = task.makeNetwork().initialized(seed: 1)
    network.train()
    let optimizer = Adam(network, learningRate: 1e-2)
    var losses: [Float] = []
    for _ in 0..<150 {
      let parts = try task.losses(network, batch).map { $0.value * $0.weight }
      let loss = parts.dropFirst().reduce(parts[0]) { $0 + $1 }
      losses.append(loss.detached().item())
      optimizer.update(network.gradients(of: loss))
    }
    #expect((losses.last ?? 99) < 0.2 * losses[0], "\(losses)")
    network.evaluate()
    for (result, room) in zip(
      try withoutGradients { try task.results(network, batch) }, rooms)
    {
      guard case .boxes(let found, let truth) = result else {
        Issue.record("boxes are expected")
        return
      }
      #expect(truth == room.boxes)
      let overlaps = try BoxOverlap.iou.matrix(Tensor(boxes: truth), Tensor(boxes: found))
        .array(of: Double.self)
      for (number, box) in truth.enumerated() {
        let best =
          found.indices.filter { found[$0].label == box.label }
          .map { overlaps[number * found.count + $0] }.max() ?? 0
        #expect(best > 0.5, "\(room.name) \(box.label): \(best)")
      }
    }
  }
}
