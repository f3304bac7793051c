import Geometry

extension ImageCoverage {
  /// The coverage by the active corners of all views.
  init(_ input: EstimationInput) {
    let (columns, rows) = (32, 24)
    var counts = [Int](repeating: 0, count: columns * rows)
    let cell = Vector2(Double(input.width), Double(input.height)) / Vector2(32, 24)
    for view in input.views {
      let hull = Self.convexHull(view.active.map { view.corners[$0].position })
      guard hull.count >= 3 else { continue }
      for place in counts.indices {
        let middle = Vector2(Double(place % columns), Double(place / columns)) + 0.5
        if Self.contains(hull, middle * cell - 0.5) { counts[place] += 1 }
      }
    }
    self.init(columns: columns, rows: rows, counts: counts)
  }

  /// - Note: Source: Andrew, "Another efficient algorithm for convex hulls in two dimensions", 1979.
  static func convexHull(_ points: [Vector2]) -> [Vector2] {
    let sorted = points.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
    guard sorted.count >= 3 else { return sorted }
    func chain(_ points: some Sequence<Vector2>) -> [Vector2] {
      var hull: [Vector2] = []
      for point in points {
        while hull.count >= 2, turn(hull[hull.count - 2], hull[hull.count - 1], point) <= 0 {
          hull.removeLast()
        }
        hull.append(point)
      }
      hull.removeLast()
      return hull
    }
    return chain(sorted) + chain(sorted.reversed())
  }

  private static func turn(_ a: Vector2, _ b: Vector2, _ c: Vector2) -> Double {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
  }

  private static func contains(_ hull: [Vector2], _ point: Vector2) -> Bool {
    var last = hull[hull.count - 1]
    for next in hull {
      if turn(last, next, point) < 0 { return false }
      last = next
    }
    return true
  }
}
