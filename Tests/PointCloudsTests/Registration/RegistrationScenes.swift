import Foundation
import Geometry
import Tensors

@testable import PointClouds

/// Clouds for registration.
enum RegistrationScenes {
  /// Points on a floor, two walls and a ball in a corner of 4 m, with noise.
  static func corner(_ count: Int, seed: UInt64, noise: Double = 0) -> [Vector3] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { i in
      let (u, v) = (4 * generator.uniform(), 4 * generator.uniform())
      let p =
        switch i % 4 {
        case 0: Vector3(u, v, 0)
        case 1: Vector3(0, u, v)
        case 2: Vector3(u, 0, v)
        default:
          Vector3(2, 2.5, 1) + 0.8
            * Vector3(generator.normal(), generator.normal(), generator.normal()).normalized
        }
      return p + noise * Vector3(generator.normal(), generator.normal(), generator.normal())
    }
  }

  static let motion = Pose(
    rotation: Quaternion(angle: 0.06, axis: Vector3(0.3, -0.5, 1)),
    translation: Vector3(0.09, -0.12, 0.07))

  static func cloud(_ points: [Vector3]) -> PointCloud {
    PointCloud(
      positions: Tensor(
        points.flatMap { [Float($0.x), Float($0.y), Float($0.z)] }, shape: [points.count, 3]))
  }

  static func inSinglePrecision(_ points: [Vector3]) -> [Vector3] {
    points.map { Vector3(SIMD3<Float>($0)) }
  }

  static func doubles(_ points: [Vector3]) -> Tensor {
    Tensor(points.flatMap { [$0.x, $0.y, $0.z] }, shape: [points.count, 3])
  }

  /// Shift (metres) and turn (radians) between two poses.
  static func difference(_ a: Pose, _ b: Pose) -> (shift: Double, turn: Double) {
    let d = a.inverse * b
    return (d.translation.length, 2 * asin(min(1, d.rotation.vector.length)))
  }
}
