import Geometry
import PointClouds
import SensorLogs
import Tensors
import TestSupport
import Testing

@testable import Training

/// A cloud with two boxes whose inner points say so.
private func cloud(seed: UInt64 = 1) throws -> LabelledCloud {
  var generator = SeededGenerator(seed: seed)
  let boxes = [
    Box3D(center: Vector3(5, 2, 1), size: Vector3(4, 2, 1.5), yaw: 0.4, label: "Car"),
    Box3D(center: Vector3(-3, -4, 1), size: Vector3(1, 0.8, 1.8), yaw: -2, label: "Pedestrian"),
  ]
  var points: [Float] = []
  for _ in 0..<600 {
    points += [
      Float(16 * generator.uniform() - 8), Float(16 * generator.uniform() - 8),
      Float(2 * generator.uniform()),
    ]
  }
  for box in boxes {
    for _ in 0..<40 {
      let local = Vector3(
        (generator.uniform() - 0.5) * box.size.x, (generator.uniform() - 0.5) * box.size.y,
        (generator.uniform() - 0.5) * box.size.z)
      let turn = Pose(
        rotation: Quaternion(angle: box.yaw, axis: Vector3(0, 0, 1)), translation: box.center)
      let point = turn * local
      points += [Float(point.x), Float(point.y), Float(point.z)]
    }
  }
  let positions = Tensor(points, shape: [points.count / 3, 3])
  let owner = try PointsInBoxes(boxes).firstBox(positions)
  return LabelledCloud(
    name: "0",
    cloud: PointCloud(
      positions: positions,
      attributes: [
        "instance": owner.reshaped([owner.count, 1]),
        "intensity": Tensor(
          (0..<owner.count).map { Float($0 % 10) / 10 }, shape: [owner.count, 1]),
        "ring": Tensor((0..<owner.count).map { Int32($0 % 16) }, shape: [owner.count, 1]),
      ]), boxes: boxes)
}

/// Whether every point still lies in the box that it names, and in no other.
private func isInStep(_ cloud: LabelledCloud) throws -> Bool {
  var grown = cloud.boxes
  for place in grown.indices { grown[place].size += Vector3(repeating: 1e-4) }
  let found = try PointsInBoxes(grown).firstBox(cloud.cloud.positions).array(of: Int32.self)
  let named = cloud.cloud.attributes["instance"]?.array(of: Int32.self) ?? []
  return zip(found, named).count { $0 != $1 } == 0 && named.contains { $0 >= 0 }
}

@Test(arguments: [
  CloudFlip(isAlongX: true, probability: 1) as any CloudChange,
  CloudFlip(isAlongX: false, probability: 1), CloudTurn(limit: 2),
  CloudScaling(range: 0.8...1.2), CloudShift(horizontal: 2, vertical: 0.3),
  CloudDropout(limit: 0.6), RingDropout(probability: 1, limit: 0.6),
])
func `changes keep points and boxes in step`(_ change: any CloudChange) throws {
  let original = try cloud()
  #expect(try isInStep(original))
  for seed in 0..<5 {
    var generator = SeededGenerator(seed: UInt64(seed))
    let changed = try change.applied(to: original, using: &generator)
    #expect(try isInStep(changed))
    #expect(changed.boxes.count == 2)
    let isSame =
      changed.cloud.positions.array(of: Float.self)
      == original.cloud.positions.array(of: Float.self)
    #expect(!isSame)
    var again = SeededGenerator(seed: UInt64(seed))
    let repeated = try change.applied(to: original, using: &again)
    #expect(
      repeated.cloud.positions.array(of: Float.self)
        == changed.cloud.positions.array(of: Float.self))
  }
}

@Test func `a mirrored box looks the other way`() throws {
  let original = try cloud()
  var generator = SeededGenerator(seed: 1)
  let alongX = CloudFlip(isAlongX: true, probability: 1).applied(to: original, using: &generator)
  #expect(alongX.boxes[0].center == Vector3(-5, 2, 1))
  #expect(abs(alongX.boxes[0].yaw - (.pi - 0.4)) < 1e-12)
  let alongY = CloudFlip(isAlongX: false, probability: 1).applied(to: original, using: &generator)
  #expect(alongY.boxes[1].center == Vector3(-3, 4, 1))
  #expect(abs(alongY.boxes[1].yaw - 2) < 1e-12)
}

@Test func `intensities change and stay within their range`() throws {
  let original = try cloud()
  var generator = SeededGenerator(seed: 4)
  let changed = IntensityChange(factor: 0.5, shift: 0.2, noise: 0.1)
    .applied(to: original, using: &generator)
  let values = try #require(changed.cloud.attributes["intensity"]).array(of: Float.self)
  #expect(values.allSatisfy { (0...0.9).contains($0) })
  #expect(values != original.cloud.attributes["intensity"]?.array(of: Float.self))
}

/// Clouds in memory as a source.
struct MadeClouds: LabelledCloudSource {
  let path = "made"
  let description = LabelledCloudFolder.Description()
  var clouds: [LabelledCloud]
  var count: Int { clouds.count }
  func labels(at number: Int) -> LabelledCloud { clouds[number] }
  func sample(at number: Int) -> LabelledCloud { clouds[number] }
}

@Test func `objects of other clouds are added where there is room`() throws {
  let source = try cloud()
  var other = source
  other.boxes = [
    Box3D(center: Vector3(0, 7, 1), size: Vector3(4, 2, 1.5), yaw: 0, label: "Car")
  ]
  other.cloud.attributes["instance"] = try PointsInBoxes(other.boxes)
    .firstBox(other.cloud.positions).reshaped([other.cloud.count, 1])
  let database = try ObjectDatabase(
    CloudSelection([MadeClouds(clouds: [source])], classes: ["Car", "Pedestrian"]), limit: 10,
    fewestPoints: 5)
  #expect(database.objects.keys.sorted() == ["Car", "Pedestrian"])
  let sampling = ObjectSampling(database: database, wanted: [("Car", 3), ("Pedestrian", 1)])
  var generator = SeededGenerator(seed: 2)
  let filled = try sampling.applied(to: other, using: &generator)
  // The database holds one car: a second copy of it would overlap the first.
  #expect(filled.boxes.map(\.label) == ["Car", "Car", "Pedestrian"])
  #expect(filled.boxes[1] == source.boxes[0])
  #expect(try isInStep(filled))
  // On its own cloud everything overlaps.
  #expect(try sampling.applied(to: source, using: &generator).boxes.count == 2)
}

@Test func `labels that do not count leave no trace`() throws {
  let kept = try cloud().keeping(["Pedestrian"])
  #expect(kept.boxes.map(\.label) == ["Pedestrian"])
  #expect(try isInStep(kept))
}

@Test func `clouds with rare classes are repeated`() throws {
  let both = try cloud()
  let cars = try cloud().keeping(["Car"])
  let clouds = CloudSelection(
    [MadeClouds(clouds: [both] + [LabelledCloud](repeating: cars, count: 15))],
    classes: ["Car", "Pedestrian"])
  let balanced = try clouds.balanced()
  let rare = try (0..<balanced.count).count { try balanced.labels(at: $0).boxes.count == 2 }
  // The pedestrian's share is 1/16 of the cars': 4 times.
  #expect(rare == 4)
  #expect(balanced.count == 19)
}
