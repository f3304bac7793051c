import Geometry

/// Triangles made of polygons, each with the corners and the polygon it comes from.
struct PolygonTriangulation {
  /// For each corner of each triangle, its number among the corners of the polygons.
  private(set) var corners: [Int] = []
  /// For each triangle, the polygon it is a part of.
  private(set) var polygons: [Int32] = []
  /// Whether polygons with more than three corners were taken apart.
  private(set) var hasPolygons = false

  /// Steps that clipping ears may take in all; a file made to be slow gets fans from there on.
  private var budget = 10_000_000

  /// - Parameters:
  ///   - list: The polygons.
  ///   - isSound: Which polygons count; the others are passed over.
  ///   - vertices: Coordinates x, y, z of the vertices.
  init(_ list: PolygonList, isSound: [Bool], vertices: [Double]) {
    corners.reserveCapacity(list.corners.count)
    for polygon in 0..<list.count where isSound[polygon] {
      let number = Int32(truncatingIfNeeded: polygon)
      let (start, end) = (list.starts[polygon], list.starts[polygon + 1])
      guard end - start >= 3 else { continue }
      if end - start == 3 {
        corners += [start, start + 1, start + 2]
        polygons.append(number)
      } else {
        hasPolygons = true
        let before = corners.count
        addPolygon(start..<end, list, vertices)
        polygons += [Int32](repeating: number, count: (corners.count - before) / 3)
      }
    }
  }

  private mutating func addPolygon(
    _ range: Range<Int>, _ list: PolygonList, _ vertices: [Double]
  ) {
    let flat = Self.flattened(range, list, vertices)
    let isConvex = flat.indices.allSatisfy { i in
      let (a, b) = (flat[i], flat[(i + 1) % flat.count])
      return Self.turn(a, b, flat[(i + 2) % flat.count]) >= 0
    }
    if !isConvex, let ears = clipEars(flat) {
      corners += ears.map { range.lowerBound + $0 }
      return
    }
    // A fan: right for convex polygons, and all that can be done for those that cross themselves.
    for k in range.lowerBound + 1..<range.upperBound - 1 {
      corners += [range.lowerBound, k, k + 1]
    }
  }

  /// The polygon in its own plane, counter-clockwise; the plane is Newell's.
  private static func flattened(
    _ range: Range<Int>, _ list: PolygonList, _ vertices: [Double]
  ) -> [Vector2] {
    func vertex(_ corner: Int) -> Vector3 {
      let first = 3 * Int(list.corners[corner])
      return Vector3(vertices[first], vertices[first + 1], vertices[first + 2])
    }
    var normal = Vector3.zero
    let anchor = vertex(range.lowerBound)
    for corner in range.lowerBound + 1..<range.upperBound - 1 {
      normal += (vertex(corner) - anchor).cross(vertex(corner + 1) - anchor)
    }
    // Dropping the axis that the normal is nearest to keeps the order of turns.
    let size = Vector3(abs(normal.x), abs(normal.y), abs(normal.z))
    let axis = size.z >= size.x && size.z >= size.y ? 2 : size.y >= size.x ? 1 : 0
    let (u, v) = ((axis + 1) % 3, (axis + 2) % 3)
    let isFlipped = normal[axis] < 0
    return range.map { corner in
      let p = vertex(corner) - anchor
      return isFlipped ? Vector2(p[v], p[u]) : Vector2(p[u], p[v])
    }
  }

  /// Twice the signed area of a triangle; above 0 for a left turn.
  private static func turn(_ a: Vector2, _ b: Vector2, _ c: Vector2) -> Double {
    let (p, q) = (b - a, c - a)
    return p.x * q.y - p.y * q.x
  }

  /// Corners of triangles, the first triangle beginning with corner 0; nil when the polygon is not simple.
  private mutating func clipEars(_ points: [Vector2]) -> [Int]? {
    var rest = Array(points.indices)
    var triangles: [[Int]] = []
    var first = 0
    while rest.count > 3 {
      var clipped: Int?
      for step in rest.indices {
        let i = (first + step) % rest.count
        let (a, b, c) = (
          rest[(i + rest.count - 1) % rest.count], rest[i], rest[(i + 1) % rest.count]
        )
        budget -= rest.count
        guard budget > 0 else { return nil }
        guard Self.turn(points[a], points[b], points[c]) > 0 else { continue }
        let isEmpty = rest.allSatisfy { other in
          if other == a || other == b || other == c { return true }
          let p = points[other]
          // Bridges to holes touch the same place twice.
          if p == points[a] || p == points[b] || p == points[c] { return true }
          return Self.turn(points[a], points[b], p) < 0 || Self.turn(points[b], points[c], p) < 0
            || Self.turn(points[c], points[a], p) < 0
        }
        guard isEmpty else { continue }
        triangles.append([a, b, c])
        clipped = i
        break
      }
      guard let clipped else { return nil }
      rest.remove(at: clipped)
      first = clipped % rest.count
    }
    triangles.append(rest)
    // Writers find the polygon's first corner at the first place of its first triangle.
    if let index = triangles.firstIndex(where: { $0.contains(0) }) {
      var leading = triangles.remove(at: index)
      while leading[0] != 0 { leading.append(leading.removeFirst()) }
      triangles.insert(leading, at: 0)
    }
    return triangles.flatMap { $0 }
  }
}
