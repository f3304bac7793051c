import Geometry
import PointClouds
import SensorLogs
import Tensors
import Testing

@testable import Simulation

@Suite struct DepthCloudTests {
  private func scene(color: Bool = false, noise: Double = 0) -> SceneDefinition {
    var camera = DepthCamera()
    (camera.width, camera.height, camera.focalLength) = (48, 36, 42)
    (camera.maxDepth, camera.depthNoise, camera.color) = (8, noise, color)
    camera.sampling = .single
    return SceneDefinition(
      name: "rooms", kind: .rooms, frames: 6, seed: 2, framesPerWorld: 1,
      sensors: [.depthCamera(camera)])
  }

  private func clouds(_ scene: SceneDefinition, frames: Int, threads: Int = 1) throws
    -> [LabelledCloud]
  {
    var clouds: [LabelledCloud] = []
    try Simulation.labelledClouds(scene, frames: frames, threads: threads) { clouds.append($0) }
    return clouds
  }

  /// A point in the frame of a box: offsets from its centre along length, width and height.
  private func offset(_ point: Vector3, _ box: Box3D) -> Vector3 {
    Quaternion(angle: -box.yaw, axis: Vector3(0, 0, 1)).rotate(point - box.center)
  }

  @Test func `points of an instance lie in its box, and the floor at zero`() throws {
    var (boxes, onFloor) = (0, 0)
    for cloud in try clouds(scene(), frames: 8) {
      boxes += cloud.boxes.count
      let values = cloud.cloud.positions.array(of: Float.self)
      let instances = try #require(cloud.cloud.attributes["instance"]).array(of: Int32.self)
      #expect(instances.count * 3 == values.count && instances.count > 600)
      #expect(cloud.cloud.attributes["color"] == nil)
      for (index, instance) in instances.enumerated() {
        let point = Vector3(
          Double(values[3 * index]), Double(values[3 * index + 1]), Double(values[3 * index + 2]))
        #expect(point.z > -1e-3)
        guard instance >= 0 else {
          onFloor += abs(point.z) < 0.02 ? 1 : 0
          continue
        }
        let box = cloud.boxes[Int(instance)]
        let within = offset(point, box)
        let isInside = (0..<3).allSatisfy { abs(within[$0]) <= box.size[$0] / 2 + 2e-3 }
        #expect(isInside, "\(box.label) \(within) \(box.size)")
      }
    }
    #expect(boxes >= 8)
    #expect(onFloor > 500)
  }

  @Test func `with noise 99 of 100 points of instances lie within 5 cm of their box`() throws {
    var (inside, all) = (0, 0)
    for cloud in try clouds(scene(noise: 1), frames: 6) {
      let values = cloud.cloud.positions.array(of: Float.self)
      let instances = try #require(cloud.cloud.attributes["instance"]).array(of: Int32.self)
      for (index, instance) in instances.enumerated() where instance >= 0 {
        let box = cloud.boxes[Int(instance)]
        let within = offset(
          Vector3(
            Double(values[3 * index]), Double(values[3 * index + 1]), Double(values[3 * index + 2])),
          box)
        all += 1
        inside += (0..<3).allSatisfy { abs(within[$0]) <= box.size[$0] / 2 + 0.05 } ? 1 : 0
      }
    }
    #expect(all > 500)
    #expect(Double(inside) > 0.99 * Double(all))
  }

  @Test func `clouds are the same whatever the number of threads and of frames`() throws {
    func numbers(_ clouds: [LabelledCloud]) -> [[Float]] {
      clouds.map { $0.cloud.positions.array(of: Float.self) }
    }
    let all = try clouds(scene(noise: 1), frames: 5)
    #expect(numbers(try clouds(scene(noise: 1), frames: 5, threads: 2)) == numbers(all))
    #expect(numbers(try clouds(scene(noise: 1), frames: 3)) == Array(numbers(all).prefix(3)))
    #expect(Set(numbers(all)).count == 5)
    var still = scene(noise: 1)
    still.framesPerWorld = 2
    let pairs = try clouds(still, frames: 3)
    #expect(numbers(pairs)[0] == numbers(all)[0])
    // The second frame shows the same room a little later.
    let labels = pairs.map { Set($0.boxes.map { $0.size.x }) }
    #expect(!labels[0].isDisjoint(with: labels[1]) && labels[1].isDisjoint(with: labels[2]))
  }

  @Test func `depth without colour is that with colour, and views hold boxes in the image`() throws
  {
    let plain = try #require(try clouds(scene(), frames: 1).first)
    let colored = try #require(try clouds(scene(color: true), frames: 1).first)
    #expect(
      plain.cloud.positions.array(of: Float.self) == colored.cloud.positions.array(of: Float.self))
    #expect(colored.cloud.attributes["color"]?.shape == [colored.cloud.count, 3])
    let view = try #require(plain.views.first)
    #expect(!view.boxes.isEmpty && view.boxes.count == view.objects.count)
    for (box, object) in zip(view.boxes, view.objects) {
      #expect(box.label == plain.boxes[object].label)
      #expect(box.x1 >= 0 && box.x2 <= 47 && box.y1 >= 0 && box.y2 <= 35)
    }
    // A point that is projected again falls on its pixel.
    let values = plain.cloud.positions.array(of: Float.self)
    let point =
      view.cameraFromCloud * Vector3(Double(values[0]), Double(values[1]), Double(values[2]))
    let pixel = point / point.z * 42 + Vector3(23.5, 17.5, 0)
    #expect(abs(pixel.x - pixel.x.rounded()) < 1e-3 && abs(pixel.y - pixel.y.rounded()) < 1e-3)
  }

  @Test func `logs of rooms name where the camera is in every frame`() throws {
    let writer = MemoryLogWriter()
    try Simulation.run(scene(color: false), frames: 2, writer: writer)
    let edges = writer.payloads("/tf", as: FrameTransforms.self).flatMap(\.edges)
    let cameras = edges.filter { $0.child == "camera" }
    #expect(cameras.count == 2 && cameras.allSatisfy { !$0.isStatic && $0.parent == "vehicle" })
    #expect(
      cameras[0].parentFromChild.translation.z != cameras[1].parentFromChild.translation.z)
    #expect(!writer.messages.contains { $0.header.topic == "/tf_static" })
    #expect(!writer.messages.contains { $0.header.topic == "/camera/color/image" })
  }

  @Test func `a scene without a sensor for clouds says so`() {
    let scene = SceneDefinition(name: "dark", kind: .room, sensors: [.stereo(StereoHead())])
    #expect(throws: SimulationError.self) {
      try Simulation.labelledClouds(scene) { _ in }
    }
  }
}
