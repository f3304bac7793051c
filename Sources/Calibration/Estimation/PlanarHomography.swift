import Geometry

/// The projective map from a flat target to image coordinates, by linear least squares in normalised coordinates.
///
/// - Note: Source: Hartley and Zisserman, "Multiple View Geometry", 2nd edition, algorithm 4.2.
struct PlanarHomography {
  /// Row-major, 3 x 3; target x, y, 1 to image u, v, 1.
  let matrix: Matrix3

  /// Nil with fewer than 4 pairs or where points or images lie on a line.
  init?(from points: [Vector2], to images: [Vector2]) {
    guard points.count == images.count, points.count >= 4,
      let (source, centre, scale) = Self.normalised(points),
      let (target, imageCentre, imageScale) = Self.normalised(images)
    else { return nil }
    var rows = LeastSquaresRows(columns: 9)
    for (p, q) in zip(source, target) {
      var row = [p.x, p.y, 1, 0, 0, 0, -q.x * p.x, -q.x * p.y, -q.x]
      rows.add(&row)
      row = [0, 0, 0, p.x, p.y, 1, -q.y * p.x, -q.y * p.y, -q.y]
      rows.add(&row)
    }
    let (values, vectors) = rows.singular
    guard values[7] > 1e-9 * values[0] else { return nil }
    let h = Matrix3(rowMajor: vectors[8])
    let forward = Matrix3(rowMajor: [
      scale, 0, -scale * centre.x, 0, scale, -scale * centre.y, 0, 0, 1,
    ])
    let back = Matrix3(rowMajor: [
      1 / imageScale, 0, imageCentre.x, 0, 1 / imageScale, imageCentre.y, 0, 0, 1,
    ])
    let product = back * h * forward
    guard product.elements.allSatisfy(\.isFinite), abs(product.determinant) > 0 else { return nil }
    matrix = product
  }

  /// Moved to mean 0 and scaled to mean distance √2; nil when the points lie on a line.
  private static func normalised(
    _ points: [Vector2]
  ) -> (points: [Vector2], centre: Vector2, scale: Double)? {
    let count = Double(points.count)
    let centre = points.reduce(Vector2.zero, +) / count
    let moved = points.map { $0 - centre }
    let (xx, xy, yy) = moved.reduce((0.0, 0.0, 0.0)) {
      ($0.0 + $1.x * $1.x, $0.1 + $1.x * $1.y, $0.2 + $1.y * $1.y)
    }
    // The smaller eigenvalue of the scatter.
    let half = (xx + yy) / 2
    let spread = (half * half - (xx * yy - xy * xy)).squareRoot()
    guard half > 0, half - spread > 1e-10 * half else { return nil }
    let scale = 2.squareRoot() / (moved.reduce(0) { $0 + ($1 * $1).sum().squareRoot() } / count)
    guard scale.isFinite else { return nil }
    return (moved.map { $0 * scale }, centre, scale)
  }

  /// The pose of the target before a camera with this matrix; nil when it would be at or behind the camera.
  func cameraFromTarget(_ camera: Matrix3) -> Pose? {
    let h = camera.inverse * matrix
    let columns = h.transpose.rows
    var scale = 2 / (columns[0].length + columns[1].length)
    if columns[2].z < 0 { scale = -scale }
    guard scale.isFinite else { return nil }
    // The perpendicular pair nearest to the first two columns.
    let (a, b) = (columns[0].normalized, columns[1].normalized)
    let sum = ((a + b) * (scale < 0 ? -1 : 1)).normalized
    var difference = (a - b) * (scale < 0 ? -1 : 1)
    difference = (difference - sum * sum.dot(difference)).normalized
    let half = 0.5.squareRoot()
    let (first, second) = ((sum + difference) * half, (sum - difference) * half)
    let rotation = Matrix3(rows: [first, second, first.cross(second)]).transpose
    let translation = columns[2] * scale
    guard rotation.elements.allSatisfy(\.isFinite), translation.z > 0, translation.length.isFinite
    else { return nil }
    return Pose(rotation: Quaternion(rotation), translation: translation)
  }
}
