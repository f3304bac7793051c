import Geometry

/// The map from a plane to an image that fits point pairs best in the algebraic sense.
///
/// - Note: Source: Hartley and Zisserman, "Multiple View Geometry", 2nd edition, algorithm 4.2 (normalised DLT).
struct PlaneHomography {
  /// Row-major 3 x 3.
  let matrix: Matrix3

  init(_ matrix: Matrix3) { self.matrix = matrix }

  /// Nil for fewer than 4 pairs and for pairs that do not determine a map.
  init?(_ pairs: [(plane: Vector2, image: Vector2)]) {
    guard pairs.count >= 4, let from = Self.normaliser(pairs.map(\.plane)),
      let to = Self.normaliser(pairs.map(\.image))
    else { return nil }
    var rows = LeastSquaresRows(columns: 9)
    for pair in pairs {
      let p = (pair.plane - from.center) * from.scale
      let q = (pair.image - to.center) * to.scale
      var first = [p.x, p.y, 1, 0, 0, 0, -q.x * p.x, -q.x * p.y, -q.x]
      var second = [0, 0, 0, p.x, p.y, 1, -q.y * p.x, -q.y * p.y, -q.y]
      rows.add(&first)
      rows.add(&second)
    }
    let (values, vectors) = rows.singular
    guard values[7] > 1e-9 * values[0] else { return nil }
    let back = Matrix3(rows: [
      Vector3(1 / to.scale, 0, to.center.x), Vector3(0, 1 / to.scale, to.center.y),
      Vector3(0, 0, 1),
    ])
    let forth = Matrix3(rows: [
      Vector3(from.scale, 0, -from.scale * from.center.x),
      Vector3(0, from.scale, -from.scale * from.center.y), Vector3(0, 0, 1),
    ])
    let matrix = back * Matrix3(rowMajor: vectors[8]) * forth
    guard matrix.elements.allSatisfy(\.isFinite), matrix.determinant != 0 else { return nil }
    // The sign that puts the plane's points before the camera.
    let mean = pairs.reduce(Vector2.zero) { $0 + $1.plane } / Double(pairs.count)
    let w = (matrix * Vector3(mean.x, mean.y, 1)).z
    guard w != 0 else { return nil }
    self.matrix = Matrix3(rowMajor: matrix.elements.map { $0 / w })
  }

  /// Where a point of the plane lies in the image; nil beyond the horizon.
  func callAsFunction(_ point: Vector2) -> Vector2? {
    let p = matrix * Vector3(point.x, point.y, 1)
    guard p.z > 0 else { return nil }
    let pixel = Vector2(p.x, p.y) / p.z
    return pixel.x.isFinite && pixel.y.isFinite ? pixel : nil
  }

  /// Area of the image of a small area of the plane, relative to it; negative for a mirrored view.
  func areaScale(at point: Vector2) -> Double {
    let z = (matrix * Vector3(point.x, point.y, 1)).z
    return matrix.determinant / (z * z * z)
  }

  private static func normaliser(_ points: [Vector2]) -> (center: Vector2, scale: Double)? {
    let n = Double(points.count)
    let center = points.reduce(.zero, +) / n
    let spread = points.reduce(0) { $0 + ($1 - center).lengthSquared } / n
    guard spread > 0, spread.isFinite else { return nil }
    return (center, (2 / spread).squareRoot())
  }
}

extension SIMD2 where Scalar == Double {
  var lengthSquared: Double { x * x + y * y }
  var length: Double { lengthSquared.squareRoot() }
  /// Area of the parallelogram, positive when `other` is clockwise from this as an image shows it.
  func cross(_ other: Self) -> Double { x * other.y - y * other.x }
}
