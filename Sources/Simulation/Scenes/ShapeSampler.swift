import Geometry
import PointClouds
import SensorLogs
import Tensors

/// Draws labelled clouds of single shapes.
struct ShapeSampler: LabelledCloudSource {
  let contents: ShapeContents
  let seed: UInt64
  private let maker = ShapeMaker()

  init(_ contents: ShapeContents, seed: UInt64) {
    self.contents = contents
    self.seed = seed
  }

  /// The class of a frame: each run of as many frames as there are classes shows every class once.
  func kind(ofFrame frame: Int) -> ShapeClass {
    var kinds = contents.classes.isEmpty ? ShapeClass.allCases : contents.classes
    var generator = SeededGenerator(seed: seed, stream: 1 << 62 | UInt64(frame / kinds.count))
    kinds.shuffle(using: &generator)
    return kinds[frame % kinds.count]
  }

  /// The cloud of a frame: the shape on the floor (z = 0) with its footprint's centre at the origin before it is turned, with the
  /// box around it, its class, and the number of its part as `label` of each point.
  func cloud(ofFrame frame: Int) throws -> LabelledCloud {
    let kind = kind(ofFrame: frame)
    var generator = SeededGenerator(seed: seed, stream: 1 << 61 | UInt64(frame))
    let mesh = maker.shape(kind, &generator)
    let yaw = Double(generator.within(-1, 1)) * contents.yawDegrees * .pi / 180
    var content = SceneContent()
    content.add(kind.rawValue, mesh, at: Pose(x: 0, y: 0, yaw: yaw))
    let size = content.objects[0].boxSize.length
    let cloud = try Self.points(
      content.mesh, count: contents.points, noise: Float(contents.noise * size), &generator)
    return LabelledCloud(
      name: Simulation.name(ofFrame: frame), cloud: cloud,
      boxes: content.objects.map { GroundTruth.box(of: $0, in: .identity) }, label: kind.rawValue)
  }

  /// The messages of a frame: the points and the box around them.
  func messages(ofFrame frame: Int, rate: Double) throws -> [AnyMessage] {
    let cloud = try cloud(ofFrame: frame)
    let timestamp = Timestamp(
      nanoseconds: Simulation.start.nanoseconds + Int64((Double(frame) * 1e9 / rate).rounded()))
    func message(_ topic: String, _ payload: any Payload) -> AnyMessage {
      AnyMessage(
        header: MessageHeader(
          timestamp: timestamp, frameName: "world", topic: topic, sequence: UInt64(frame)),
        payload: payload)
    }
    return [
      message("/shape/points", cloud.cloud),
      message("/ground_truth/boxes", Detections3D(boxes: cloud.boxes)),
    ]
  }

  /// Points uniformly over a surface, with the part and the normal of each.
  private static func points(
    _ mesh: SurfaceMesh, count: Int, noise: Float, _ generator: inout SeededGenerator
  ) throws -> PointCloud {
    let triangles = mesh.triangles
    let corners = Tensor(shape: [3 * triangles.count, 3], of: Double.self) { target in
      for (index, triangle) in triangles.enumerated() {
        for (corner, place) in [triangle.a, triangle.b, triangle.c].enumerated() {
          for axis in 0..<3 { target[9 * index + 3 * corner + axis] = Double(place[axis]) }
        }
      }
    }
    var surface = Mesh(
      vertices: corners,
      triangles: Tensor(
        (0..<Int32(3 * triangles.count)).map { $0 }, shape: [triangles.count, 3]))
    surface.faceAttributes["label"] = Tensor(mesh.parts, shape: [triangles.count, 1])
    var cloud = try surface.sampledUniformly(count: count, using: &generator)
    let exact = cloud.positions
    cloud.positions = Tensor(shape: [count, 3], of: Float.self) { target in
      exact.withUnsafeElements(of: Float.self) { values in
        for index in 0..<3 * count {
          target[index] = values[index] + noise * generator.nearlyNormal()
        }
      }
    }
    return cloud
  }
}
