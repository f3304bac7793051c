import Geometry

/// Boxes around boxes around triangles, for the nearest place on a surface.
///
/// Triangles are sorted along a curve that fills space (Morton's order) and halved again and again.
struct TriangleTree {
  private struct Node {
    var low: Vector3
    var high: Vector3
    /// The first of a leaf's triangles in the order, else the node of the second half.
    var next: Int32
    /// Triangles of a leaf; 0 for a node with halves, the first of which follows it.
    var count: Int32
  }

  private static let leafSize = 4

  private var nodes: [Node] = []
  /// Numbers of the triangles along the curve.
  private var order: [Int32] = []
  /// Corners of the triangles in that order, three each.
  private var corners: [Vector3] = []

  init(_ mesh: Mesh) {
    mesh.withCorners { points in
      let finite = (0..<mesh.triangleCount).filter { face in
        let (a, b, c) = points[face]
        let sum = a + b + c
        return sum.x.isFinite && sum.y.isFinite && sum.z.isFinite
      }
      let middles = finite.map { face -> Vector3 in
        let (a, b, c) = points[face]
        return (a + b + c) / 3
      }
      let keys = Self.mortonCodes(middles)
      let sorted = finite.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
      order = sorted.map { Int32(truncatingIfNeeded: finite[$0]) }
      corners = order.flatMap { face -> [Vector3] in
        let (a, b, c) = points[Int(face)]
        return [a, b, c]
      }
    }
    if !order.isEmpty { build(0, order.count) }
  }

  private static func mortonCodes(_ points: [Vector3]) -> [UInt64] {
    let low = points.reduce(Vector3(repeating: .infinity)) { pointwiseMin($0, $1) }
    let high = points.reduce(Vector3(repeating: -.infinity)) { pointwiseMax($0, $1) }
    let extent = max(high.x - low.x, high.y - low.y, high.z - low.z)
    let scale = extent > 0 ? Double((1 << 20) - 1) / extent : 0
    return points.map { point in
      let cell = (point - low) * scale
      return spread(whole(cell.x)) << 2 | spread(whole(cell.y)) << 1 | spread(whole(cell.z))
    }
  }

  /// A number of a cell; differences of huge coordinates may be infinite or no number.
  private static func whole(_ value: Double) -> UInt64 {
    value > 0 ? UInt64(min(value, Double(1 << 20))) : 0
  }

  /// The lower 21 bits with two zeros between each two.
  private static func spread(_ value: UInt64) -> UInt64 {
    var v = value & 0x1F_FFFF
    v = (v | v << 32) & 0x1F_0000_0000_FFFF
    v = (v | v << 16) & 0x1F_0000_FF00_00FF
    v = (v | v << 8) & 0x100F_00F0_0F00_F00F
    v = (v | v << 4) & 0x10C3_0C30_C30C_30C3
    return (v | v << 2) & 0x1249_2492_4924_9249
  }

  private mutating func build(_ first: Int, _ end: Int) {
    let index = nodes.count
    var node = Node(
      low: Vector3(repeating: .infinity), high: Vector3(repeating: -.infinity),
      next: Int32(truncatingIfNeeded: first), count: Int32(truncatingIfNeeded: end - first))
    nodes.append(node)
    if end - first <= Self.leafSize {
      for corner in corners[3 * first..<3 * end] {
        node.low = pointwiseMin(node.low, corner)
        node.high = pointwiseMax(node.high, corner)
      }
    } else {
      let middle = (first + end) / 2
      build(first, middle)
      let second = nodes.count
      build(middle, end)
      node.low = pointwiseMin(nodes[index + 1].low, nodes[second].low)
      node.high = pointwiseMax(nodes[index + 1].high, nodes[second].high)
      node.next = Int32(truncatingIfNeeded: second)
      node.count = 0
    }
    nodes[index] = node
  }

  /// The nearest place on the triangles; of equally near ones that of the lowest triangle.
  ///
  /// - Returns: Squared distance, place, number of the triangle; nil when there is no triangle or the point is invalid.
  func nearest(to point: Vector3) -> (square: Double, place: Vector3, triangle: Int32)? {
    guard !nodes.isEmpty, (point.x + point.y + point.z).isFinite else { return nil }
    var best = (square: Double.infinity, place: point, triangle: Int32.max)
    return nodes.withUnsafeBufferPointer { nodes in
      corners.withUnsafeBufferPointer { corners in
        withUnsafeTemporaryAllocation(of: (Double, Int32).self, capacity: 80) { stack in
          stack[0] = (Self.squaredDistance(point, nodes[0].low, nodes[0].high), 0)
          var top = 1
          while top > 0 {
            top -= 1
            let (distance, index) = stack[top]
            if distance > best.square { continue }
            let node = nodes[Int(index)]
            if node.count == 0 {
              let (a, b) = (Int(index) + 1, Int(node.next))
              let (da, db) = (
                Self.squaredDistance(point, nodes[a].low, nodes[a].high),
                Self.squaredDistance(point, nodes[b].low, nodes[b].high)
              )
              // The nearer half is looked at first. Halving makes 31 levels at most, so the stack is deep enough.
              let nearFirst = da <= db
              stack[top] = nearFirst ? (db, Int32(b)) : (da, Int32(a))
              stack[top + 1] = nearFirst ? (da, Int32(a)) : (db, Int32(b))
              top += 2
              continue
            }
            for slot in Int(node.next)..<Int(node.next + node.count) {
              let place = Self.nearestPlace(
                to: point, corners[3 * slot], corners[3 * slot + 1], corners[3 * slot + 2])
              let offset = place - point
              let square = offset.dot(offset)
              let triangle = order[slot]
              if square < best.square || (square == best.square && triangle < best.triangle) {
                best = (square, place, triangle)
              }
            }
          }
        }
      }
      return best.triangle == .max ? nil : best
    }
  }

  @inline(__always)
  private static func squaredDistance(_ p: Vector3, _ low: Vector3, _ high: Vector3) -> Double {
    let outside = p - pointwiseMin(pointwiseMax(p, low), high)
    return outside.dot(outside)
  }

  /// The place on a triangle nearest to a point; sound for triangles without area as well.
  @inline(__always)
  static func nearestPlace(to p: Vector3, _ a: Vector3, _ b: Vector3, _ c: Vector3) -> Vector3 {
    let (ab, ac, ap) = (b - a, c - a, p - a)
    let normal = ab.cross(ac)
    let square = normal.dot(normal)
    if square > 0 {
      // Barycentric coordinates of the foot of the perpendicular.
      let v = ap.cross(ac).dot(normal) / square
      let w = ab.cross(ap).dot(normal) / square
      if v >= 0 && w >= 0 && v + w <= 1 { return a + v * ab + w * ac }
    }
    var best = nearestPlace(to: p, a, b)
    let second = nearestPlace(to: p, b, c)
    if (second - p).dot(second - p) < (best - p).dot(best - p) { best = second }
    let last = nearestPlace(to: p, c, a)
    return (last - p).dot(last - p) < (best - p).dot(best - p) ? last : best
  }

  @inline(__always)
  private static func nearestPlace(to p: Vector3, _ a: Vector3, _ b: Vector3) -> Vector3 {
    let ab = b - a
    let square = ab.dot(ab)
    guard square > 0 else { return a }
    return a + min(max((p - a).dot(ab) / square, 0), 1) * ab
  }
}
