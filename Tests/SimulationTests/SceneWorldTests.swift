import Foundation
import Geometry
import PointClouds
import SensorLogs
import Testing

@testable import Simulation

/// Whether the footprints of two boxes overlap by more than a centimetre: separating axes of two turned rectangles.
private func footprintsOverlap(_ first: Box3D, _ second: Box3D) -> Bool {
  func corners(_ box: Box3D) -> [Vector3] { Array(box.corners.prefix(4)) }
  for yaw in [first.yaw, first.yaw + .pi / 2, second.yaw, second.yaw + .pi / 2] {
    let axis = Vector3(cos(yaw), sin(yaw), 0)
    let (a, b) = (corners(first).map { $0.dot(axis) }, corners(second).map { $0.dot(axis) })
    let overlap = min(a.max() ?? 0, b.max() ?? 0) - max(a.min() ?? 0, b.min() ?? 0)
    if overlap < 0.01 { return false }
  }
  return true
}

private func boxes(_ content: SceneContent) -> [Box3D] {
  content.objects.map { GroundTruth.box(of: $0, in: .identity) }
}

@Suite struct SceneWorldTests {
  private func street(_ change: (inout StreetContents) -> Void = { _ in }) -> StreetWorld {
    var contents = StreetContents()
    contents.trees = 0
    contents.ahead = 60
    contents.parkedCars = 8
    contents.pedestrians = 12
    change(&contents)
    return StreetWorld(contents, seed: 9)
  }

  @Test func `nothing on a crowded street stands in anything else, nor in our vehicle`() {
    let world = street {
      $0.movingCars = 10
      $0.parkedCars = 24
      $0.pedestrians = 40
      $0.cyclists = 20
    }
    let still = boxes(world.stillContent(section: 0))
    for seconds in [0.0, 7.3] {
      let all = still + boxes(world.movingContent(at: seconds, firstObject: 0))
      #expect(all.count > 30)
      let pose = world.vehiclePose(at: seconds)
      let vehicle = Box3D(
        center: pose.translation, size: Vector3(4.4, 1.8, 1.5), yaw: 0, label: "vehicle")
      for (index, box) in (all + [vehicle]).enumerated() {
        let overlapping = all.prefix(index).filter { footprintsOverlap($0, box) }
        #expect(overlapping.isEmpty, "\(box) stands in \(overlapping)")
      }
    }
  }

  @Test func `road users have the size, heading and place of their kind`() {
    let world = street()
    let content = world.stillContent(section: 0)
    let all = boxes(content) + boxes(world.movingContent(at: 2, firstObject: 0))
    #expect(Set(all.map(\.label)).isSubset(of: ["Car", "Van", "Pedestrian", "Cyclist"]))
    for box in all {
      switch box.label {
      case "Car", "Van":
        #expect((3.6...5.4).contains(box.size.x) && (1.6...2.05).contains(box.size.y))
        // Traffic keeps to the right: on the right side cars look along +x.
        #expect((cos(box.yaw) > 0) == (box.center.y < 0))
        #expect(abs(box.center.z - box.size.z / 2) < 0.03)
      case "Pedestrian":
        #expect((1.5...1.95).contains(box.size.z) && box.size.y < 0.9)
        #expect(abs(box.center.y) > Double(StreetLayout.kerb))
      default:
        #expect((1.6...1.95).contains(box.size.z) && (1.6...1.9).contains(box.size.x))
      }
    }
  }

  @Test func `road users move straight with the speed of their lane`() {
    let world = street()
    let before = world.movingContent(at: 1, firstObject: 0).objects
    let after = world.movingContent(at: 1.5, firstObject: 0).objects
    for object in before where abs(object.worldFromObject.translation.x) < 40 {
      let start = object.worldFromObject
      let heading = start.rotation.rotate(Vector3(1, 0, 0))
      let found = after.contains { other in
        let moved = other.worldFromObject.translation - start.translation
        let along = moved.dot(heading)
        return other.label == object.label && (moved - heading * along).length < 1e-9
          && (0.5...4.1).contains(along) && other.boxSize == object.boxSize
      }
      #expect(found, "\(object.label) at \(start.translation)")
    }
  }

  @Test func `LiDAR points on a street lie in the boxes of their objects`() {
    let world = street { $0.pedestrians = 30 }
    let still = world.stillContent(section: 0)
    let moving = world.movingContent(at: 3.1, firstObject: still.objects.count)
    let snapshot = SceneSnapshot(
      still: BoundingVolumeHierarchy(still.mesh), moving: BoundingVolumeHierarchy(moving.mesh),
      materials: world.materials, lighting: world.lighting)
    var lidar = SpinningLidar()
    (lidar.beams, lidar.columns, lidar.rangeNoise) = (12, 500, 0)
    let pose = world.vehiclePose(at: 3.1) * lidar.vehicleFromLidar
    let sweep = LidarScanner(snapshot: snapshot, lidar: lidar, worldFromLidar: pose, threads: 1)
      .scan { RandomStream.generator(seed: 1, .lidar, frame: 0, line: $0) }
    let objects = still.objects + moving.objects
    let boxes = objects.map { GroundTruth.box(of: $0, in: pose.inverse) }
    let values = sweep.cloud.positions.array(of: Float.self)
    var labels: Set<String> = []
    for (index, object) in sweep.objects.enumerated() where object >= 0 {
      let box = boxes[Int(object)]
      let point = Vector3(
        Double(values[3 * index]), Double(values[3 * index + 1]), Double(values[3 * index + 2]))
      let offset = Quaternion(angle: -box.yaw, axis: Vector3(0, 0, 1)).rotate(point - box.center)
      let isInside = (0..<3).allSatisfy { abs(offset[$0]) <= box.size[$0] / 2 + 1e-3 }
      #expect(isInside, "\(box.label) \(offset) \(box.size)")
      labels.insert(box.label)
    }
    #expect(labels.isSuperset(of: ["Car", "Pedestrian"]))
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `furniture stands inside the room, apart, and out of the camera's way`(_ seed: UInt64) {
    var contents = RoomContents()
    contents.bookshelves = 1
    let world = RoomWorld(contents, seed: seed)
    let all = boxes(world.stillContent(section: 0))
    #expect(all.count >= 6)
    for (index, box) in all.enumerated() {
      for corner in box.corners {
        #expect(abs(corner.x) < 3.5 && abs(corner.y) < 3)
        #expect(corner.z > -0.01 && corner.z < 2.7)
      }
      for other in all.prefix(index) where Set([box.label, other.label]) != ["chair", "table"] {
        #expect(!footprintsOverlap(box, other), "\(box) and \(other)")
      }
      for step in 0..<24 {
        let camera = Box3D(
          center: world.vehiclePose(at: Double(step)).translation, size: Vector3(0.3, 0.3, 2),
          yaw: 0)
        #expect(!footprintsOverlap(box, camera))
      }
    }
  }
}
