import Configuration
import Foundation
import Geometry
import PointClouds
import SensorLogs
import Tensors
import TestSupport
import Testing
import Vision

@testable import Simulation

@Suite struct CameraTruthTests {
  private static let camera = CameraModel(
    width: 61, height: 41, focalLength: [50, 50], principalPoint: [30, 20])
  private static let vehicleFromCamera = Mounting.vehicleFromOptical(
    [0, 0, 0], yawDegrees: 0, downDegrees: 0)

  /// A wall at x = 10 and a square of 2 m that faces the camera at x = 6, on the left; sky above 3 m.
  private func view() -> TruthView {
    var table = MaterialTable()
    let plain = table.add(Material(base: Float3(0.5, 0.5, 0.5)))
    var still = SurfaceMesh()
    still.addQuad(
      Float3(10, -90, -90), Float3(10, 90, -90), Float3(10, 90, 3), Float3(10, -90, 3),
      material: plain)
    var content = SceneContent()
    var shape = SurfaceMesh()
    shape.addQuad(
      Float3(0, -1, -1), Float3(0, 1, -1), Float3(0, 1, 1), Float3(0, -1, 1), material: plain)
    content.add("Car", shape, at: Pose(x: 6, y: 1))
    let snapshot = SceneSnapshot(
      still: BoundingVolumeHierarchy(still), moving: BoundingVolumeHierarchy(content.mesh),
      materials: table.materials, lighting: RoomWorld(RoomContents(), seed: 1).lighting)
    let view = CameraRenderer(
      snapshot: snapshot, camera: Self.camera, worldFromCamera: Self.vehicleFromCamera,
      sampling: .single, noise: 0, threads: 1
    ).render { _ in SeededGenerator(seed: 0) }
    return TruthView(
      name: "left", frameName: "x", camera: Self.camera,
      vehicleFromCamera: Self.vehicleFromCamera, depths: view.depths, objects: view.objects)
  }

  @Test func `flow is that of the exact places in double precision`() {
    let view = view()
    let (next, later) = (Pose(x: 0.7, y: -0.2, z: 0.1, yaw: 0.03), Pose(x: 6.5, y: 1.3, yaw: 0.2))
    let flow = view.flow(
      .identity, [Pose(x: 6, y: 1)],
      until: FollowingInstant(worldFromVehicle: next, worldFromObjects: [later]))
    let values = flow.vectors.array(of: Float.self)
    var kinds: [Int32: Int] = [:]
    for row in 0..<41 {
      for column in 0..<61 {
        let place = row * 61 + column
        // The camera looks along x with its own x to the right.
        let ray = Vector3(1, -(Double(column) - 30) / 50, -(Double(row) - 20) / 50)
        let object = view.objects[place]
        kinds[object, default: 0] += 1
        let turned = next.rotation.inverse
        let seen: Vector3 =
          switch object {
          case -2: turned.rotate(ray)
          case -1: next.inverse * (ray * 10)
          default: next.inverse * (later * (Pose(x: 6, y: 1).inverse * (ray * 6)))
          }
        let expected = Vector2(30 - 50 * seen.y / seen.x, 20 - 50 * seen.z / seen.x)
        let found = Vector2(
          Double(column) + Double(values[2 * place]), Double(row) + Double(values[2 * place + 1]))
        #expect(abs(found.x - expected.x) < 1e-4 && abs(found.y - expected.y) < 1e-4)
      }
    }
    #expect(kinds.count == 3 && kinds.values.allSatisfy { $0 > 100 })
  }

  @Test func `what will be gone has no flow`() {
    let view = view()
    let flow = view.flow(
      .identity, [Pose(x: 6, y: 1)],
      until: FollowingInstant(worldFromVehicle: .identity, worldFromObjects: [nil]))
    let values = flow.vectors.array(of: Float.self)
    for (pixel, object) in view.objects.enumerated() {
      #expect(values[2 * pixel].isNaN == (object == 0))
      if object != 0 { #expect(abs(values[2 * pixel]) < 1e-4) }
    }
  }

  @Test func `masks name objects and classes`() {
    let view = view()
    let instances = view.instanceMask([70_003]).pixels.array(of: UInt8.self)
    let classes = view.semanticMask(["Van"]).pixels.array(of: UInt8.self)
    for (pixel, object) in view.objects.enumerated() {
      let number =
        Int(instances[3 * pixel]) + 256 * Int(instances[3 * pixel + 1])
        + 65_536 * Int(instances[3 * pixel + 2])
      #expect(number == (object == 0 ? 70_003 : 0))
      #expect(classes[pixel] == (object == 0 ? 2 : object == -2 ? 255 : 0))
    }
    #expect(view.semanticMask(["lamp"]).pixels.array(of: UInt8.self).contains(254))
  }

  private static func scene() throws -> SceneDefinition {
    let text = """
      kind: street
      ground_truth: [depth, instances, semantics, flow, boxes]
      contents: { trees: 0, ahead: 60, leaves: 0, pedestrians: 8 }
      sensors:
        - { kind: mono, width: 64, height: 32, focal_length: 40, sampling: single }
        - { kind: lidar, beams: 16, columns: 240 }
      """
    return try SceneDefinition(YAMLNode(text: text, file: "s.yaml"))
  }

  @Test func `flow leads to places of the same depth in the next frame`() throws {
    let writer = MemoryLogWriter()
    try Simulation.run(Self.scene(), frames: 2, writer: writer)
    let flows: [FlowField] = writer.payloads("/ground_truth/mono/flow")
    let depths: [DepthImage] = writer.payloads("/ground_truth/mono/depth")
    let (values, now) = (
      flows[0].vectors.array(of: Float.self), depths[0].depths.array(of: Float.self)
    )
    let later = depths[1].depths.array(of: Float.self)
    var (inside, equal) = (0, 0)
    for row in 0..<32 {
      for column in 0..<64 where now[row * 64 + column] > 0 {
        let place = row * 64 + column
        let (x, y) = (
          (Float(column) + values[2 * place]).rounded(),
          (Float(row) + values[2 * place + 1]).rounded()
        )
        guard x >= 0, y >= 0, x < 64, y < 32 else { continue }
        inside += 1
        // 0.6 m nearer after a tenth of a second at 6 m/s; the rounded pixel sees a neighbouring place.
        if abs(later[Int(y) * 64 + Int(x)] - (now[place] - 0.6)) < 0.08 * now[place] { equal += 1 }
      }
    }
    #expect(inside > 800)
    #expect(Double(equal) > 0.75 * Double(inside))
  }

  @Test func `truth comes back from an MCAP file as it was`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("truth.mcap")
    let memory = MemoryLogWriter()
    try Simulation.run(Self.scene(), frames: 1, writer: memory)
    let writer = try MCAPLogWriter(path)
    try Simulation.run(Self.scene(), frames: 1, writer: writer)
    try writer.finish()
    let log = try RecordedLogs.open(path)
    let types = Dictionary(uniqueKeysWithValues: log.streams.map { ($0.topic, $0.payloadType) })
    #expect(types["/ground_truth/mono/flow"] == "flow")
    #expect(types["/ground_truth/mono/instances"] == "image")
    #expect(types["/mono/image"] == "image")
    var read: [String: any Payload] = [:]
    let cursor = try log.messages(LogSelection())
    while let message = try cursor.next()?.decoded() {
      read[message.header.topic] = message.payload
    }
    let flow: [FlowField] = memory.payloads("/ground_truth/mono/flow")
    let found = try #require(read["/ground_truth/mono/flow"] as? FlowField)
    func bits(_ flow: FlowField) -> [UInt32] {
      flow.vectors.array(of: Float.self).map { $0.isNaN ? 0 : $0.bitPattern }
    }
    #expect(bits(found) == bits(flow[0]))
    for kind in ["instances", "semantics"] {
      let made: [Image] = memory.payloads("/ground_truth/mono/\(kind)")
      let image = try #require(read["/ground_truth/mono/\(kind)"] as? Image)
      #expect(image.pixels.array(of: UInt8.self) == made[0].pixels.array(of: UInt8.self))
      #expect(image.pixels.shape == made[0].pixels.shape)
    }
    // Instances are numbered in the order of the boxes.
    let boxes: [Detections3D] = memory.payloads("/ground_truth/boxes")
    let numbers: [Image] = memory.payloads("/ground_truth/mono/instances")
    let classes: [Image] = memory.payloads("/ground_truth/mono/semantics")
    let (codes, marks) = (
      numbers[0].pixels.array(of: UInt8.self), classes[0].pixels.array(of: UInt8.self)
    )
    var named = 0
    for pixel in marks.indices where codes[3 * pixel] > 0 {
      let number = Int(codes[3 * pixel])
      guard number <= boxes[0].boxes.count else { continue }
      #expect(
        Simulation.maskClasses[Int(marks[pixel]) - 1] == boxes[0].boxes[number - 1].label)
      named += 1
    }
    #expect(named > 20)
    // Each 2D box is the extent of its object's pixels.
    let wanted: [Detections2D] = memory.payloads("/ground_truth/mono/boxes")
    let seen = try #require(read["/ground_truth/mono/boxes"] as? Detections2D)
    #expect(seen.boxes.count == wanted[0].boxes.count && !seen.boxes.isEmpty)
    var extents: Set<[Double]> = []
    for number in 1...boxes[0].boxes.count {
      let pixels = marks.indices.filter { Int(codes[3 * $0]) == number }
      guard pixels.count >= 4, let low = pixels.map({ $0 % 64 }).min(),
        let high = pixels.map({ $0 % 64 }).max()
      else { continue }
      extents.insert([low, pixels[0] / 64, high, pixels[pixels.count - 1] / 64].map(Double.init))
    }
    #expect(extents == Set(seen.boxes.map { [$0.x1, $0.y1, $0.x2, $0.y2] }))
  }
}
