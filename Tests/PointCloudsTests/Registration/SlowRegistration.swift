import Foundation
import Geometry
import PointClouds

/// Iterated closest points as the textbook says: every pair of points compared, double precision, full covariance matrices.
struct SlowRegistration {
  var method: Registration.Method
  var maxDistance: Double
  var neighbours: Int
  var flatness = 1e-3

  /// The pose after a number of Gauss-Newton steps, whose turns are about the target's mean in whole metres.
  func align(_ source: [Vector3], to target: [Vector3], initial: Pose, steps: Int) -> Pose {
    let targetNormals = target.map { normal(at: $0, in: target) }
    let sourceNormals = source.map { normal(at: $0, in: source) }
    let middle = (target.reduce(.zero, +) / Double(target.count)).rounded(.toNearestOrEven)
    var pose = initial
    for _ in 0..<steps {
      var matrix = [[Double]](repeating: [Double](repeating: 0, count: 6), count: 6)
      var right = [Double](repeating: 0, count: 6)
      for (i, s) in source.enumerated() {
        let y = pose * s
        let j = nearest(y, target)
        let e = target[j] - y
        if e.length > maxDistance { continue }
        let weight = weight(targetNormals[j], pose.rotation.rotate(sourceNormals[i]))
        // Rows of the derivative of e for (w, v): -(w x y) - v.
        let c = y - middle
        let rows = [
          [0, c.z, -c.y, 1, 0, 0], [-c.z, 0, c.x, 0, 1, 0], [c.y, -c.x, 0, 0, 0, 1],
        ]
        for a in 0..<3 {
          for b in 0..<3 {
            for m in 0..<6 {
              right[m] += rows[a][m] * weight.rows[a][b] * e[b]
              for n in 0..<6 { matrix[m][n] += rows[a][m] * weight.rows[a][b] * rows[b][n] }
            }
          }
        }
      }
      let step = Self.solve(matrix, right)
      let turn = Vector3(step[0], step[1], step[2])
      let rotation = Quaternion(angle: turn.length, axis: turn)
      pose = Pose(
        rotation: rotation * pose.rotation,
        translation: rotation.rotate(pose.translation - middle) + middle
          + Vector3(step[3], step[4], step[5]))
    }
    return pose
  }

  private func weight(_ n: Vector3, _ m: Vector3) -> Matrix3 {
    func outer(_ v: Vector3) -> Matrix3 { Matrix3(rows: (0..<3).map { v * v[$0] }) }
    switch method {
    case .pointToPoint: return .identity
    case .pointToPlane: return outer(n)
    case .generalized:
      let sum = (0..<3).map { axis -> Vector3 in
        var row = Vector3.zero
        row[axis] = 2
        return row - (1 - flatness) * (outer(n).rows[axis] + outer(m).rows[axis])
      }
      return Matrix3(rows: sum).inverse
    }
  }

  private func nearest(_ point: Vector3, _ points: [Vector3]) -> Int {
    var best = 0
    for i in points.indices where (points[i] - point).length < (points[best] - point).length {
      best = i
    }
    return best
  }

  private func normal(at point: Vector3, in points: [Vector3]) -> Vector3 {
    if method == .pointToPoint { return .zero }
    let order = points.indices.sorted {
      ((points[$0] - point).length, $0) < ((points[$1] - point).length, $1)
    }
    let near = order.prefix(neighbours).map { points[$0] }
    let mean = near.reduce(.zero, +) / Double(near.count)
    var rows = [Vector3](repeating: .zero, count: 3)
    for p in near { for axis in 0..<3 { rows[axis] += (p - mean)[axis] * (p - mean) } }
    return Matrix3(rows: rows).symmetricEigen.vectors[0]
  }

  /// Gaussian elimination with pivots.
  static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
    var (a, b) = (matrix, right)
    for c in 0..<6 {
      let pivot = (c..<6).max { abs(a[$0][c]) < abs(a[$1][c]) } ?? c
      a.swapAt(c, pivot)
      b.swapAt(c, pivot)
      for r in c + 1..<6 {
        let f = a[r][c] / a[c][c]
        for k in c..<6 { a[r][k] -= f * a[c][k] }
        b[r] -= f * b[c]
      }
    }
    for c in (0..<6).reversed() {
      for k in c + 1..<6 { b[c] -= a[c][k] * b[k] }
      b[c] /= a[c][c]
    }
    return b
  }
}
