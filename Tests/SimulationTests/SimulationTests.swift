import Foundation
import Geometry
import PointClouds
import SensorLogs
import Testing
import Vision

@testable import Simulation

/// A street with few triangles and small sensors, for debug builds.
private func smallStreet() -> SceneDefinition {
  var head = StereoHead()
  (head.width, head.height, head.focalLength) = (32, 20, 24)
  var lidar = SpinningLidar()
  (lidar.beams, lidar.columns) = (12, 60)
  var scene = SceneDefinition(
    name: "test", kind: .street, seed: 5, sensors: [.stereo(head), .lidar(lidar)])
  scene.street.trees = 0
  scene.street.ahead = 60
  scene.street.parkedCars = 5
  scene.street.pedestrians = 3
  scene.street.cyclists = 2
  return scene
}

private func smallRoom() -> SceneDefinition {
  var camera = DepthCamera()
  (camera.width, camera.height, camera.focalLength) = (48, 36, 40)
  var scene = SceneDefinition(name: "test", kind: .room, seed: 5, sensors: [.depthCamera(camera)])
  scene.room.bookshelves = 0
  return scene
}

private func log(
  _ scene: SceneDefinition, frames: Int, seed: UInt64? = nil, threads: Int = 1
) throws -> MemoryLogWriter {
  let writer = MemoryLogWriter()
  try Simulation.run(scene, frames: frames, seed: seed, writer: writer, threads: threads)
  return writer
}

@Suite struct SimulationTests {
  /// Two frames of the street on one thread, made once for several tests.
  private static let streetLog: [AnyMessage] =
    (try? log(smallStreet(), frames: 2).messages) ?? []

  @Test func `the same seed gives the same bytes on one, two and three threads`() throws {
    let street = MemoryLogWriter.fingerprints(Self.streetLog)
    #expect(street.count == 17)
    let onTwo = try log(smallStreet(), frames: 1, threads: 2).fingerprints
    #expect(onTwo == Array(street.prefix(onTwo.count)))
    let room = try log(smallRoom(), frames: 1).fingerprints
    #expect(try log(smallRoom(), frames: 1, threads: 3).fingerprints == room)
    #expect(try log(smallRoom(), frames: 1, seed: 6).fingerprints != room)
  }

  @Test func `a frame does not depend on how many frames the log has`() throws {
    let scene = smallRoom()
    let short = try log(scene, frames: 1).fingerprints
    let long = try log(scene, frames: 2).fingerprints
    #expect(Array(long.prefix(short.count)) == short)
    #expect(long.count > short.count)
  }

  @Test func `a street log holds all topics with their frames and times`() throws {
    let messages = Self.streetLog
    let topics = messages.map { "\($0.header.topic) \($0.header.frameName)" }
    #expect(
      Set(topics) == [
        "/tf_static vehicle", "/tf world", "/stereo/left/image stereo_left",
        "/stereo/right/image stereo_right", "/stereo/left/camera_info stereo_left",
        "/stereo/right/camera_info stereo_right", "/ground_truth/depth stereo_left",
        "/lidar/points lidar", "/ground_truth/boxes lidar",
      ])
    #expect(topics.filter { $0.hasPrefix("/tf_static") }.count == 1)
    #expect(topics.count == 17)
    for message in messages.dropFirst(9) {
      #expect(message.header.timestamp - Simulation.start == 100_000_000)
      #expect(message.header.sequence == 1)
    }
  }

  @Test func `a room log holds the depth camera's topics and names boxes in the vehicle's frame`()
    throws
  {
    let writer = try log(smallRoom(), frames: 1)
    #expect(
      Set(writer.messages.map(\.header.topic)) == [
        "/tf_static", "/tf", "/camera/color/image", "/camera/color/camera_info",
        "/camera/depth/image", "/camera/depth/camera_info", "/ground_truth/boxes",
      ])
    #expect(
      writer.messages.first { $0.header.topic == "/ground_truth/boxes" }?.header.frameName
        == "vehicle")
    let depth = try #require(writer.payloads("/camera/depth/image", as: DepthImage.self).first)
    let values = depth.depths.array(of: Float.self)
    let isWithinRange = values.allSatisfy { $0 == 0 || (0.35...6.3).contains($0) }
    #expect(isWithinRange)
    #expect(values.filter { $0 > 0 }.count > values.count / 2)
  }

  @Test func `the transforms place the sensors by the axis conventions`() throws {
    let fixed = try #require(
      MemoryLogWriter.payloads(Self.streetLog, "/tf_static", as: FrameTransforms.self).first)
    let left = try #require(fixed.edges.first { $0.child == "stereo_left" }).parentFromChild
    // A point before, right of and below the camera's centre.
    let point = left * Vector3(1, 2, 10)
    #expect((point - Vector3(11.2, 0.27 - 1, 1.65 - 2)).length < 1e-12)
    let right = try #require(fixed.edges.first { $0.child == "stereo_right" }).parentFromChild
    #expect((left.inverse * right.translation - Vector3(0.54, 0, 0)).length < 1e-12)
    let poses = MemoryLogWriter.payloads(Self.streetLog, "/tf", as: FrameTransforms.self)
      .map(\.edges[0])
    #expect(poses.allSatisfy { $0.parent == "world" && $0.child == "vehicle" && !$0.isStatic })
    // 6 m/s for 0.1 s.
    let moved = poses[1].parentFromChild.translation - poses[0].parentFromChild.translation
    #expect(abs(moved.x - 0.6) < 1e-9)
  }

  @Test func `progress is told and can stop the run`() throws {
    struct Stop: Error {}
    let writer = MemoryLogWriter()
    var told: [Int] = []
    var scene = smallRoom()
    (scene.room.sofas, scene.room.tables, scene.room.plants) = (0, 0, 0)
    #expect(throws: Stop.self) {
      try Simulation.run(scene, frames: 5, writer: writer) { done, wanted in
        told.append(done)
        #expect(wanted == 5)
        if done == 2 { throw Stop() }
      }
    }
    #expect(told == [1, 2])
  }
}
