import Geometry

/// Camera matrices from the homographies of a flat target, in closed form.
///
/// - Note: Source: Zhang, "A Flexible New Technique for Camera Calibration", PAMI 22, 2000, section 3.1.
struct ZhangIntrinsics {
  private let homographies: [[Vector3]]
  private let centre: Vector2
  private let scale: Double

  /// Takes maps from the target to pixels.
  init(_ homographies: [PlanarHomography], width: Int, height: Int) {
    let centre = Vector2(Double(width - 1), Double(height - 1)) / 2
    let scale = Double(max(width, height)) / 2
    let frame = Matrix3(rowMajor: [
      1 / scale, 0, -centre.x / scale, 0, 1 / scale, -centre.y / scale, 0, 0, 1,
    ])
    self.centre = centre
    self.scale = scale
    self.homographies = homographies.map { homography in
      let columns = (frame * homography.matrix).transpose.rows
      // Each view counts the same.
      let size = (columns[0].length + columns[1].length) / 2
      return columns.map { $0 / size }
    }
  }

  /// All five parameters, or four without skew; nil where the views do not determine them.
  func general(withSkew: Bool) -> Matrix3? {
    guard homographies.count >= (withSkew ? 3 : 2) else { return nil }
    let used = withSkew ? [0, 1, 2, 3, 4, 5] : [0, 2, 3, 4, 5]
    var rows = LeastSquaresRows(columns: used.count)
    for columns in homographies {
      let (a, b) = (columns[0], columns[1])
      var row = Self.products(a, b)
      row = used.map { row[$0] }
      rows.add(&row)
      let (aa, bb) = (Self.products(a, a), Self.products(b, b))
      row = used.map { aa[$0] - bb[$0] }
      rows.add(&row)
    }
    let (values, vectors) = rows.singular
    guard values[used.count - 2] > 1e-9 * values[0], let last = vectors.last else { return nil }
    var b = [Double](repeating: 0, count: 6)
    for (place, value) in zip(used, last) { b[place] = last[0] < 0 ? -value : value }
    let (b11, b12, b22, b13, b23, b33) = (b[0], b[1], b[2], b[3], b[4], b[5])
    let minor = b11 * b22 - b12 * b12
    guard b11 > 0, minor > 0 else { return nil }
    let cy = (b12 * b13 - b11 * b23) / minor
    let factor = b33 - (b13 * b13 + cy * (b12 * b13 - b11 * b23)) / b11
    guard factor > 0 else { return nil }
    let (fx, fy) = ((factor / b11).squareRoot(), (factor * b11 / minor).squareRoot())
    let skew = -b12 * fx * fx * fy / factor
    return matrix(fx, fy, skew * cy / fy - b13 * fx * fx / factor, cy, skew: skew)
  }

  /// The two focal lengths, or their common value, with the principal point in the middle of the image.
  func centred(isSquare: Bool) -> Matrix3? {
    // a · xx' + b · yy' + zz' = 0 with a = 1/fx², b = 1/fy².
    var (aa, ab, bb, ac, bc) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for columns in homographies {
      let (first, second) = (columns[0], columns[1])
      for row in [first * second, first * first - second * second] {
        let (x, y) = isSquare ? (row.x + row.y, 0) : (row.x, row.y)
        aa += x * x
        ab += x * y
        bb += y * y
        ac -= x * row.z
        bc -= y * row.z
      }
    }
    if isSquare {
      let a = ac / aa
      guard a > 0, a.isFinite else { return nil }
      return matrix(1 / a.squareRoot(), 1 / a.squareRoot(), 0, 0)
    }
    let determinant = aa * bb - ab * ab
    let (a, b) = ((ac * bb - bc * ab) / determinant, (bc * aa - ac * ab) / determinant)
    guard a > 0, b > 0, a.isFinite, b.isFinite else { return nil }
    return matrix(1 / a.squareRoot(), 1 / b.squareRoot(), 0, 0)
  }

  private static func products(_ a: Vector3, _ b: Vector3) -> [Double] {
    [
      a.x * b.x, a.x * b.y + a.y * b.x, a.y * b.y, a.z * b.x + a.x * b.z, a.z * b.y + a.y * b.z,
      a.z * b.z,
    ]
  }

  /// In pixels; nil for a camera that nobody builds.
  private func matrix(
    _ fx: Double, _ fy: Double, _ cx: Double, _ cy: Double, skew: Double = 0
  ) -> Matrix3? {
    let sane = [fx, fy].allSatisfy { $0 > 0.05 && $0 < 500 } && abs(cx) < 2 && abs(cy) < 2
    guard sane, abs(skew) < fx / 2 else { return nil }
    return Matrix3(rowMajor: [
      fx * scale, skew * scale, cx * scale + centre.x, 0, fy * scale, cy * scale + centre.y, 0, 0,
      1,
    ])
  }
}
