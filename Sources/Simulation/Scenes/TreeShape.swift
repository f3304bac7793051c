import Foundation
import Tensors

/// A broad-leaved tree: trunk, some branches, and tufts of leaves as small faces around balls of foliage.
enum TreeShape {
  /// A tree with its foot at the origin; the generator shapes its crown.
  static func mesh(
    height: Float, leaves: Int, bark: Int32, foliage: [Int32], generator: inout SeededGenerator
  ) -> SurfaceMesh {
    var mesh = SurfaceMesh()
    func random(_ low: Float, _ high: Float) -> Float {
      low + (high - low) * Float(generator.uniform())
    }
    let fork = Float3(random(-0.1, 0.1), random(-0.1, 0.1), height * 0.42)
    mesh.addTube(
      from: Float3(0, 0, -0.05), to: fork, radii: (height * 0.026, height * 0.017), sides: 9,
      material: bark, capped: false)
    let middle = height * 0.66
    var balls: [(center: Float3, radius: Float)] = []
    let count = 7
    for index in 0..<count {
      let angle = 2 * Float.pi * (Float(index) + random(-0.3, 0.3)) / Float(count - 1)
      let isTop = index == count - 1
      let reach = isTop ? 0 : height * random(0.13, 0.2)
      let center = Float3(
        cos(angle) * reach, sin(angle) * reach,
        isTop ? height * 0.83 : middle + height * random(-0.12, 0.1))
      let radius = height * random(0.13, 0.17)
      balls.append((center, radius))
      mesh.addTube(
        from: fork - Float3(0, 0, height * 0.04), to: center,
        radii: (height * 0.011, height * 0.004), sides: 5, material: bark, capped: false)
      // A dark heart keeps the crown from being see-through everywhere.
      mesh.addEllipsoid(
        center: center, radii: Float3(repeating: radius * 0.72), sides: 8, rings: 5,
        material: foliage[0])
    }
    for index in 0..<leaves {
      let ball = balls[index % count]
      // A direction uniform over the sphere.
      let z = random(-1, 1)
      let azimuth = random(0, 2 * .pi)
      let flat = (1 - z * z).squareRoot()
      let out = Float3(cos(azimuth) * flat, sin(azimuth) * flat, z)
      let center = ball.center + out * (ball.radius * random(0.72, 1.08))
      let size = height * random(0.018, 0.036)
      let tilt = (out + Float3(random(-0.7, 0.7), random(-0.7, 0.7), random(-0.4, 0.9)))
      let normal = tilt.normalized
      let first = normal.cross(abs(normal.z) < 0.9 ? Float3(0, 0, 1) : Float3(1, 0, 0)).normalized
      let second = normal.cross(first)
      let corners = [
        center - first * size, center + second * (size * 0.8), center + first * size,
        center - second * (size * 0.8),
      ]
      addTuft(
        &mesh, corners, normal: (out * 1.3 + normal).normalized,
        material: foliage[1 + index % (foliage.count - 1)], offset: Float(index))
    }
    return mesh
  }

  /// Two faces lit as part of the whole crown.
  private static func addTuft(
    _ mesh: inout SurfaceMesh, _ corners: [Float3], normal: Float3, material: Int32, offset: Float
  ) {
    let size = (corners[2] - corners[0]).length
    let shift = Float2(offset * 1.7, offset * 0.3)
    let surface = [
      Float2(0, 0), Float2(size / 2, size / 2), Float2(size, 0), Float2(size / 2, -size / 2),
    ].map { $0 + shift }
    for (i, j, k) in [(0, 1, 2), (0, 2, 3)] {
      mesh.addSmoothTriangle(
        corners[i], corners[j], corners[k], normals: (normal, normal, normal),
        surface: (surface[i], surface[j], surface[k]), material: material)
    }
  }
}
