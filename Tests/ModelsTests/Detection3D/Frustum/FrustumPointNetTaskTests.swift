import Configuration
import Foundation
import Geometry
import Models
import Networks
import PointClouds
import Tensors
import Testing

struct FrustumPointNetTaskTests {
  private let classes = CloudClasses(
    names: ["Car", "Pedestrian"],
    meanSizes: [Vector3(3.9, 1.6, 1.5), Vector3(0.8, 0.7, 1.8)])

  private func task(_ change: (inout FrustumPointNetTask.Settings) -> Void = { _ in }) throws
    -> FrustumPointNetTask
  {
    var settings = FrustumPointNetTask.Settings()
    settings.points = 256
    settings.objectPoints = 128
    change(&settings)
    return try FrustumPointNetTask(settings, classes: classes)
  }

  @Test func `templates are the classes' sizes, or KITTI's`() throws {
    #expect(try task().coder.templates == classes.meanSizes)
    let kitti = try FrustumPointNetTask(
      .init(), classes: CloudClasses(names: ["Car", "Pedestrian", "Cyclist"]))
    #expect(kitti.coder == FrustumBoxCoder())
    #expect(kitti.makeNetwork().parameterCount == 1_641_472)
    #expect {
      _ = try FrustumPointNetTask(.init(), classes: CloudClasses(names: ["Car", "chair"]))
    } throws: { "\($0)".contains("the size of 'chair' is unknown") }
  }

  @Test func `definitions name settings and defects`() throws {
    let node = try YAMLNode(
      text: "version: v2\ncompatibility: { double_size_residual: true }", file: "made.yaml")
    let settings = try FrustumPointNetTask.Settings(settings: node)
    #expect(settings.version == .v2 && settings.points == 1024)
    #expect(settings.compatibility.doubleSizeResidual && !settings.compatibility.cornersApart)
  }

  @Test func `each 2D box becomes a subject with its own box, view and points`() throws {
    var cloud = FrustumStreet.cloud(1, label: "Car")
    let other = FrustumStreet.cloud(2, label: "Pedestrian")
    cloud.cloud = .concatenating([cloud.cloud, other.cloud])
    cloud.boxes.append(other.boxes[0])
    cloud.views[0].boxes += [
      other.views[0].boxes[0], Box2D(x1: 0, y1: 0, x2: 50, y2: 50, label: "Tram"),
      Box2D(x1: 300, y1: 200, x2: 400, y2: 224, label: "Car"),
      Box2D(x1: 2, y1: 0, x2: 3, y2: 40, label: "Car"),
    ]
    cloud.views[0].objects += [1, -1, -1, -1]
    // Another class, too low, and without points.
    let subjects = try task().subjects(of: cloud)
    #expect(subjects.map(\.name) == ["1#0.0", "1#0.1"])
    for (place, subject) in subjects.enumerated() {
      #expect(subject.boxes == [cloud.boxes[place]])
      #expect(subject.views[0].boxes == [cloud.views[0].boxes[place]])
      #expect(subject.views[0].objects == [0])
      #expect(subject.cloud.count < cloud.cloud.count)
      #expect(subject.cloud.pointCount(in: subject.boxes[0]) > 50)
    }
  }

  @Test func `points behind the camera, outside the box or invalid are not seen`() throws {
    let task = try task { $0.fewestPoints = 1 }
    let places: [Float] = [
      10, 0, 1.6, -10, 0, 1.6, 10, 3, 1.6, .nan, 0, 1.6, 10, 0.4, 1.7, .infinity, 0, 0,
    ]
    var cloud = LabelledCloud(
      name: "made", cloud: PointCloud(positions: Tensor(places, shape: [6, 3])))
    cloud.views = [
      .init(
        camera: FrustumStreet.camera, cameraFromCloud: FrustumStreet.cameraFromCloud,
        boxes: [Box2D(x1: 300, y1: 220, x2: 340, y2: 260, label: "Car")])
    ]
    let subject = try #require(task.subjects(of: cloud).first)
    #expect(subject.cloud.positions.array(of: Float.self) == [10, 0, 1.6, 10, 0.4, 1.7])
    var generator = SeededGenerator(seed: 1)
    let sample = try task.sample(of: subject, isTraining: false, using: &generator)
    #expect(sample.tensors["mask"] == nil)
    let rows = try #require(sample.tensors["points"])
    #expect(rows.shape == [4, 256])
    // x right, y down, z forward; no intensity.
    let first = try #require(rows.array(of: Float.self).first)
    #expect(abs(first) < 1e-6 || abs(first + 0.4) < 1e-6)
    #expect(rows.selected(axis: 0, at: 3).abs().max().item(of: Float.self) == 0)
    #expect(abs(rows.selected(axis: 0, at: 2).mean().item(of: Float.self) - 10) < 1e-4)
  }

  @Test func `a lens with distortion sees its own frustum`() throws {
    var view = FrustumStreet.cloud(1, label: "Car").views[0]
    view.camera.distortion = .brownConrady([-0.3, 0.1, 0, 0, 0])
    let place = Vector3(10, 3, 1)
    let pixel = try #require(view.camera.project(view.cameraFromCloud * place))
    view.boxes = [
      Box2D(x1: pixel.x - 20, y1: pixel.y - 20, x2: pixel.x + 20, y2: pixel.y + 20, label: "Car")
    ]
    view.objects = [-1]
    let cloud = LabelledCloud(
      name: "made",
      cloud: PointCloud(positions: Tensor([Float(10), 3, 1], shape: [1, 3])), views: [view])
    let task = try task { $0.fewestPoints = 1 }
    let subject = try #require(task.subjects(of: cloud).first)
    var generator = SeededGenerator(seed: 1)
    let points = try #require(
      try task.sample(of: subject, isTraining: false, using: &generator).tensors["points"])
    // The only point lies on the axis.
    #expect(abs(points.selected(axis: 0, at: 0).max().item(of: Float.self)) < 1e-4)
  }

  @Test func `targets are those of the box in the frustum`() throws {
    let task = try task()
    let subject = try #require(task.subjects(of: FrustumStreet.cloud(3, label: "Car")).first)
    var generator = SeededGenerator(seed: 1)
    let sample = try task.sample(of: subject, isTraining: false, using: &generator)
    let numbers = try #require(sample.tensors["frame"]).array(of: Double.self)
    let frame = FrustumFrame(
      origin: Vector3(numbers[0], numbers[1], numbers[2]), azimuth: numbers[3])
    #expect((frame.origin - Vector3(0, 0, 1.6)).length < 1e-9)
    let center = try #require(sample.tensors["center"]).array(of: Float.self).map(Double.init)
    let growth = try #require(sample.tensors["size_residual"]).array(of: Float.self).map(
      Double.init)
    let template = try #require(sample.tensors["size_template"]).item(of: Int32.self)
    #expect(template == 0)
    let heading = task.coder.heading(
      bin: Int(try #require(sample.tensors["heading_bin"]).item(of: Int32.self)),
      residual: Double(try #require(sample.tensors["heading_residual"]).item(of: Float.self)))
    let back = frame.box(
      FrustumBox(
        center: Vector3(center[0], center[1], center[2]),
        size: task.coder.templates[Int(template)] + Vector3(growth[0], growth[1], growth[2]),
        heading: heading))
    let truth = subject.boxes[0]
    #expect((back.center - truth.center).length < 1e-5)
    #expect((back.size - truth.size).length < 1e-5)
    #expect(abs(remainder(back.yaw - truth.yaw, 2 * .pi)) < 1e-5)

    // The mask is right, point by point; intensities tell the object's points here.
    let rows = try #require(sample.tensors["points"]).array(of: Float.self)
    let mask = try #require(sample.tensors["mask"]).array(of: Int32.self)
    for i in 0..<256 { #expect((mask[i] == 1) == (rows[3 * 256 + i] > 0.7)) }
    #expect(mask.contains(0) && mask.contains(1))
  }

  @Test func `changes of a training sample keep box and points together`() throws {
    let task = try task()
    let subject = try #require(task.subjects(of: FrustumStreet.cloud(4, label: "Car")).first)
    var heights: Set<Float> = []
    for seed in 0..<8 {
      var generator = SeededGenerator(seed: UInt64(seed))
      let sample = try task.sample(of: subject, isTraining: true, using: &generator)
      let rows = try #require(sample.tensors["points"]).array(of: Float.self)
      let mask = try #require(sample.tensors["mask"]).array(of: Int32.self)
      let center = try #require(sample.tensors["center"]).array(of: Float.self)
      let bin = try #require(sample.tensors["heading_bin"]).item(of: Int32.self)
      let rest = try #require(sample.tensors["heading_residual"]).item(of: Float.self)
      let heading = task.coder.heading(bin: Int(bin), residual: Double(rest))
      let half = subject.boxes[0].size / 2
      let (c, s) = (cos(heading), sin(heading))
      for i in 0..<256 {
        let x = Double(rows[i] - center[0])
        let y = Double(rows[256 + i] - center[1])
        let z = Double(rows[512 + i] - center[2])
        // How far outside of the box; points at its surface may round either way.
        let depth = max(
          abs(c * x - s * z) - half.x, abs(s * x + c * z) - half.y, abs(y) - half.z)
        #expect((depth < 0) == (mask[i] == 1) || abs(depth) < 1e-4)
      }
      heights.insert(center[2])
    }
    #expect(heights.count == 8)
  }

  @Test func `the distance changes by a fifth at most, and by the original's defect on request`()
    throws
  {
    let center = Vector3(0.3, 0.4, 10)
    let true_ = try moves(center: center) { _ in }
    #expect(true_.allSatisfy { abs($0) <= 0.2 * 10.1 } && true_.contains { $0 < 0 })
    let defect = try moves(center: center) { $0.compatibility.constantDepthShift = true }
    #expect(defect.allSatisfy { $0 > 0 && $0 < 5 })
  }

  /// How far samples of one frustum are moved.
  private func moves(
    center: Vector3, _ change: (inout FrustumPointNetTask.Settings) -> Void
  ) throws -> [Double] {
    let still = try task {
      $0.perturbation = 0; $0.flip = false; $0.shift = 0
    }
    let moving = try task {
      $0.perturbation = 0
      $0.flip = false
      change(&$0)
    }
    let subject = try #require(still.subjects(of: FrustumStreet.cloud(5, label: "Car")).first)
    return try (0..<12).map { seed in
      func distance(_ task: FrustumPointNetTask) throws -> Double {
        var generator = SeededGenerator(seed: UInt64(seed))
        let sample = try task.sample(of: subject, isTraining: true, using: &generator)
        return Double(try #require(sample.tensors["center"]).array(of: Float.self)[2])
      }
      return try distance(moving) - distance(still)
    }
  }

  @Test func `it learns a handful of objects and finds their boxes`() throws {
    let task = try task {
      $0.points = 128
      $0.objectPoints = 64
      $0.perturbation = 0
      $0.flip = false
      $0.shift = 0
    }
    let clouds = (0..<6).map { FrustumStreet.cloud($0, label: $0 % 2 == 0 ? "Car" : "Pedestrian") }
    let subjects = clouds.flatMap { task.subjects(of: $0) }
    #expect(subjects.count == 6)
    var generator = SeededGenerator(seed: 1)
    let batch = task.batch(
      of: try subjects.map { try task.sample(of: $0, isTraining: true, using: &generator) })
    let network = task.makeNetwork().initialized(seed: 2)
    network.train(using: try TorchGenerator(seed: 2))
    let optimizer = Adam(network, learningRate: 2e-3)
    var totals: [Double] = []
    for _ in 0..<50 {
      let losses = try task.losses(network, batch)
      let sum = losses.map { $0.value * $0.weight }.reduce(Tensor([Float(0)], shape: []), +)
      totals.append(Double(sum.item(of: Float.self)))
      optimizer.minimize(sum)
    }
    #expect((totals.last ?? 1) < 0.2 * totals[0], "\(totals)")
    network.evaluate()
    let results = try withoutGradients { try task.results(network, batch) }
    for result in results {
      guard case .boxes(let found, let truth) = result else { continue }
      let overlap = try BoxOverlap.iou.matrix(Tensor(boxes: found), Tensor(boxes: truth))
      #expect(found.count == 1 && found[0].label == truth[0].label)
      #expect(found[0].score > 0 && found[0].score <= 1)
      #expect((overlap.array(of: Double.self).first ?? 0) > 0.5, "\(found) \(truth)")
    }
    // The same of a cloud without truth.
    var unknown = clouds[0]
    unknown.boxes = []
    let detections = try task.detections(in: unknown, by: network)
    #expect(detections.map(\.place) == [0] && detections.map(\.view) == [0])
    let pair = [Tensor(boxes: detections.map(\.box)), Tensor(boxes: clouds[0].boxes)]
    #expect(try BoxOverlap.iou.pairs(pair[0], pair[1]).item(of: Double.self) > 0.4)
  }
}
