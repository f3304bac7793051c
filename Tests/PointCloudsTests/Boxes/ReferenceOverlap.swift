import Foundation
import Geometry
import Tensors

/// Areas of rectangles on the ground by slicing: between two neighbouring x of corners or crossings everything is linear.
enum ReferenceOverlap {
  /// The area that all of the convex polygons share.
  static func area(_ a: [Vector2], _ b: [Vector2]) -> Double {
    var cuts = (a + b).map(\.x)
    for (p, q) in edges(a) {
      for (r, s) in edges(b) {
        let (d, e) = (q - p, s - r)
        let turn = d.x * e.y - d.y * e.x
        if turn != 0 { cuts.append(p.x + d.x * ((r.x - p.x) * e.y - (r.y - p.y) * e.x) / turn) }
      }
    }
    cuts.sort()
    var sum = 0.0
    for (low, high) in zip(cuts, cuts.dropFirst()) where high > low {
      let x = (low + high) / 2
      guard let first = span(a, x), let second = span(b, x) else { continue }
      sum += (high - low) * max(0, min(first.1, second.1) - max(first.0, second.0))
    }
    return sum
  }

  private static func edges(_ polygon: [Vector2]) -> [(Vector2, Vector2)] {
    polygon.indices.map { (polygon[$0], polygon[($0 + 1) % polygon.count]) }
  }

  /// Lowest and highest y of a polygon at x.
  private static func span(_ polygon: [Vector2], _ x: Double) -> (Double, Double)? {
    let heights = edges(polygon).filter { min($0.x, $1.x) < x && x < max($0.x, $1.x) }
      .map { $0.y + ($1.y - $0.y) * (x - $0.x) / ($1.x - $0.x) }
    guard let low = heights.min(), let high = heights.max() else { return nil }
    return (low, high)
  }

  /// The area of the convex hull: an edge of it has all points on its left.
  static func hull(_ points: [Vector2]) -> Double {
    var twice = 0.0
    for p in points {
      for q in points where p != q {
        let d = q - p
        if points.allSatisfy({ d.x * ($0.y - p.y) - d.y * ($0.x - p.x) >= 0 }) {
          twice += p.x * q.y - p.y * q.x
        }
      }
    }
    return twice / 2
  }

  static func ground(_ box: Box3D) -> [Vector2] { box.corners[0..<4].map { Vector2($0.x, $0.y) } }

  /// The five measures of ``BoxOverlap``, in the order of its cases.
  static func measures(_ a: Box3D, _ b: Box3D) -> [Double] {
    let common = area(ground(a), ground(b))
    let (low, high) = (
      max(a.center.z - a.size.z / 2, b.center.z - b.size.z / 2),
      min(a.center.z + a.size.z / 2, b.center.z + b.size.z / 2)
    )
    let volume = common * max(0, high - low)
    let (areaA, areaB) = (a.size.x * a.size.y, b.size.x * b.size.y)
    let union = areaA + areaB - common
    let bulk = areaA * a.size.z + areaB * b.size.z - volume
    let around = hull(ground(a) + ground(b))
    let reach =
      max(a.center.z + a.size.z / 2, b.center.z + b.size.z / 2)
      - min(a.center.z - a.size.z / 2, b.center.z - b.size.z / 2)
    return [
      common, common / union, volume / bulk, common / union - 1 + union / around,
      volume / bulk - 1 + bulk / (around * reach),
    ]
  }

  /// Random boxes in a small space.
  static func boxes(_ count: Int, seed: UInt64, extent: Double = 6) -> [Box3D] {
    var generator = SeededGenerator(seed: seed)
    func number(_ low: Double, _ high: Double) -> Double {
      low + (high - low) * generator.uniform()
    }
    return (0..<count).map { _ in
      Box3D(
        center: Vector3(number(0, extent), number(0, extent), number(-0.5, 0.5)),
        size: Vector3(number(0.5, 4), number(0.5, 2), number(0.5, 2)), yaw: number(-7, 7))
    }
  }
}
