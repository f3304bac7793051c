import Foundation
import Geometry
import PointClouds
import Tensors

/// Small made clouds: one object on the ground in front of a wall, seen by a camera.
struct FrustumStreet {
  static let camera = CameraModel(
    width: 640, height: 480, focalLength: Vector2(400, 400), principalPoint: Vector2(320, 240))
  /// 1.6 m above ground, looking along +x.
  static let cameraFromCloud = Pose(
    rotation: Quaternion(
      Matrix3(rows: [Vector3(0, -1, 0), Vector3(0, 0, -1), Vector3(1, 0, 0)])),
    translation: Vector3(0, 1.6, 0))
  static let sizes = ["Car": Vector3(3.9, 1.6, 1.5), "Pedestrian": Vector3(0.8, 0.7, 1.8)]

  /// The smallest box of the image around a box in space.
  static func box2D(of box: Box3D) -> Box2D {
    let pixels = box.corners.compactMap { camera.project(cameraFromCloud * $0) }
    let (x, y) = (pixels.map(\.x), pixels.map(\.y))
    return Box2D(
      x1: x.min() ?? 0, y1: y.min() ?? 0, x2: x.max() ?? 0, y2: y.max() ?? 0, label: box.label)
  }

  /// A cloud with one object; its faces that the camera sees have points.
  static func cloud(_ seed: UInt64, label: String) -> LabelledCloud {
    var generator = SeededGenerator(seed: seed)
    func random(_ low: Double, _ high: Double) -> Double {
      low + (high - low) * generator.uniform()
    }
    let size = (sizes[label] ?? .one) * random(0.9, 1.1)
    let far = random(8, 14)
    let box = Box3D(
      center: Vector3(far, random(-0.3, 0.3) * far, size.z / 2), size: size,
      yaw: random(-.pi, .pi), label: label)
    var xyz: [Float] = []
    var intensity: [Float] = []
    func add(_ p: Vector3, _ value: Double) {
      xyz += [Float(p.x), Float(p.y), Float(p.z)]
      intensity.append(Float(value))
    }
    let (c, s) = (cos(box.yaw), sin(box.yaw))
    for _ in 0..<240 {
      // A place on a side face that looks at the camera, a little inside.
      let isLong = generator.uniform() < 0.5
      let (a, b) = (random(-0.49, 0.49), generator.uniform() < 0.5 ? -0.49 : 0.49)
      let (x, y) = isLong ? (a * size.x, b * size.y) : (b * size.x, a * size.y)
      let normal = isLong ? Vector3(0, b, 0) : Vector3(b, 0, 0)
      let place = box.center + Vector3(c * x - s * y, s * x + c * y, random(-0.49, 0.49) * size.z)
      let outward = Vector3(c * normal.x - s * normal.y, s * normal.x + c * normal.y, 0)
      if outward.dot(place - Vector3(0, 0, 1.6)) < 0 { add(place, 0.8) }
    }
    for _ in 0..<300 { add(Vector3(random(4, 20), random(-8, 8), random(-0.02, 0)), 0.2) }
    for _ in 0..<200 { add(Vector3(20, random(-8, 8), random(0, 5)), 0.4) }
    let view = LabelledCloud.CameraView(
      camera: camera, cameraFromCloud: cameraFromCloud, boxes: [box2D(of: box)], objects: [0])
    return LabelledCloud(
      name: "\(seed)",
      cloud: PointCloud(
        positions: Tensor(xyz, shape: [xyz.count / 3, 3]),
        attributes: ["intensity": Tensor(intensity, shape: [intensity.count, 1])]),
      boxes: [box], views: [view])
  }
}
