import Foundation
import Geometry
import Tensors
import Testing

@testable import PointClouds

/// A floor with a larger table above it and a wall, seen by a camera 1.2 m up that looks 20 degrees down.
private func room(floorPoints: Int = 1500) -> (cloud: PointCloud, cameraFromRoom: Pose) {
  var generator = SeededGenerator(seed: 5)
  var points: [Vector3] = []
  func add(_ count: Int, _ point: (Double, Double, Double) -> Vector3) {
    for _ in 0..<count {
      let noise = 0.005 * generator.normal()
      points.append(point(generator.uniform(), generator.uniform(), noise))
    }
  }
  add(floorPoints) { Vector3(1 + 3 * $0, 3 * $1 - 1.5, $2) }
  add(4000) { Vector3(1.5 + $0, 1.6 * $1 - 0.8, 0.74 + $2) }
  add(1500) { Vector3(4 + $2, 3 * $0 - 1.5, 2.4 * $1) }
  // Optical axes in the room: x right = -y, y down, z forward, pitched down.
  let pitch = 20.0 * .pi / 180
  let forward = Vector3(cos(pitch), 0, -sin(pitch))
  let down = Vector3(-sin(pitch), 0, -cos(pitch))
  let rotation = Quaternion(Matrix3(rows: [Vector3(0, -1, 0), down, forward]))
  let origin = Vector3(0, 0, 1.2)
  let pose = Pose(rotation: rotation, translation: -rotation.rotate(origin))
  let positions = points.flatMap { point -> [Float] in
    let seen = pose * point
    return [Float(seen.x), Float(seen.y), Float(seen.z)]
  }
  return (PointCloud(positions: Tensor(positions, shape: [points.count, 3])), pose)
}

@Test func `the floor is found below a table with more points`() throws {
  let (cloud, cameraFromRoom) = room()
  var generator = SeededGenerator(seed: 1)
  let found = try #require(cloud.levelling(FloorSearch(), using: &generator))
  #expect(found.isFloorFound)
  let roomFromRoom = found.levelFromCloud * cameraFromRoom
  // x forward, the sensor above the origin: the room's own frame.
  for point in [Vector3(2, 1, 0), Vector3(4, -1, 2)] {
    #expect((roomFromRoom * point - point).length < 0.02)
  }
}

@Test func `without a floor the direction up is believed`() throws {
  let (cloud, _) = room(floorPoints: 0)
  var generator = SeededGenerator(seed: 1)
  let table = try #require(cloud.levelling(FloorSearch(), using: &generator))
  // The wall reaches below the table: no plane has all else above it.
  #expect(!table.isFloorFound)
  let up = table.levelFromCloud.rotation.rotate(Vector3(0, -1, 0))
  #expect((up - Vector3(0, 0, 1)).length < 1e-9)
  let empty = PointCloud(positions: Tensor([Float](), shape: [0, 3]))
  #expect(empty.levelling(FloorSearch(), using: &generator) == nil)
}
