import Foundation
import Geometry
import Tensors

/// Where a street runs: a bend of constant curvature over gentle hills, and land that rises or falls beside it.
///
/// A place has coordinates along the street's middle (s), to the left of it (d) and above the ground.
struct StreetCourse: Sendable {
  /// Curvature to the left, 1/m.
  let curvature: Double
  /// Half the height of the hills and their length, metres; the vehicle starts on level ground.
  let hill: (height: Double, length: Double)
  /// Rise of the land beyond `edge` metres from the middle, on the right and on the left.
  let rise: (right: Double, left: Double)
  let edge: Double

  init(edge: Double, _ generator: inout SeededGenerator) {
    self.edge = edge
    curvature = generator.chance(0.5) ? 0 : generator.between(-1, 1) / 140
    hill = (
      generator.chance(0.4) ? 0 : generator.between(-0.7, 1.2), generator.between(140, 320)
    )
    func side() -> Double { generator.chance(0.5) ? 0 : generator.between(-0.05, 0.08) }
    rise = (side(), side())
  }

  /// Height of the ground.
  func height(_ s: Double, _ d: Double) -> Double {
    let along = hill.height * (1 - cos(2 * .pi * s / hill.length))
    return along + (d < 0 ? rise.right : rise.left) * max(0, abs(d) - edge)
  }

  /// Heading of the street.
  func heading(_ s: Double) -> Double { curvature * s }

  /// A place in the world frame.
  func point(_ s: Double, _ d: Double, _ z: Double = 0) -> Vector3 {
    let angle = curvature * s
    let middle: Vector3 =
      abs(curvature) < 1e-9
      ? Vector3(s, 0, 0)
      : Vector3(sin(angle) / curvature, (1 - cos(angle)) / curvature, 0)
    return middle + Vector3(-sin(angle) * d, cos(angle) * d, height(s, d) + z)
  }

  /// An upright thing at a place, turned by `yaw` against the street.
  func pose(_ s: Double, _ d: Double, _ z: Double = 0, yaw: Double = 0) -> Pose {
    let place = point(s, d, z)
    return Pose(x: place.x, y: place.y, z: place.z, yaw: heading(s) + yaw)
  }

  /// Bends a mesh of street coordinates into the world.
  ///
  /// Normals are turned but not tilted with the hills: the slopes are below 0.08.
  func bend(_ mesh: inout SurfaceMesh) {
    for index in mesh.triangles.indices {
      var triangle = mesh.triangles[index]
      func move(_ corner: inout Float3, _ normal: inout Float3) {
        let angle = Float(heading(Double(corner.x)))
        corner = Float3(point(Double(corner.x), Double(corner.y), Double(corner.z)))
        normal = Float3(
          cos(angle) * normal.x - sin(angle) * normal.y,
          sin(angle) * normal.x + cos(angle) * normal.y, normal.z)
      }
      move(&triangle.a, &triangle.normalA)
      move(&triangle.b, &triangle.normalB)
      move(&triangle.c, &triangle.normalC)
      mesh.triangles[index] = triangle
    }
  }
}
