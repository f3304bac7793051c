import Geometry

/// Finds the projected centres of circles.
///
/// The centre of mass of a circle's image, weighted by how far each pixel is from the background, is unbiased by blur. It is the
/// centre of an ellipse, which is not the image of the circle's centre: perspective moves it towards the viewer. The difference
/// follows from the plane's homography and the circle's radius and is added; a lens distortion that bends a circle by itself is
/// not corrected for.
struct CircleRefiner {
  let grey: GreyPixels
  let noise: Double
  /// Distance of neighbouring circles in the plane, in the plane's units.
  let distance: Double

  struct Refined {
    var position: Vector2
    var covariance: CornerCovariance
    /// The circle's radius, in the plane's units.
    var radius: Double
  }

  /// All circles, with perspective bias removed; nil for those that have no contrast or touch the border.
  func refine(_ starts: [Vector2], plane: [Vector2]) -> [Refined?] {
    guard let rough = PlaneHomography(pairs(plane, starts)) else {
      return starts.map { _ in nil }
    }
    var circles = zip(starts, plane).map { massCenter($0, at: $1, rough) }
    let radii = circles.compactMap { $0?.radius }.sorted()
    guard !radii.isEmpty else { return circles }
    let radius = radii[radii.count / 2]
    let found = circles.indices.filter { circles[$0] != nil }
    let centers = found.compactMap { circles[$0]?.position }
    guard let fine = PlaneHomography(pairs(found.map { plane[$0] }, centers)) else {
      return circles
    }
    for index in found {
      let shift = Self.perspectiveShift(of: plane[index], radius: radius, under: fine)
      circles[index]?.position += shift
    }
    return circles
  }

  /// Image of a circle's centre minus centre of the circle's image.
  ///
  /// - Note: Source: Hartley and Zisserman, "Multiple View Geometry", 2nd edition, result 8.8 (dual conics).
  static func perspectiveShift(
    of center: Vector2, radius: Double, under homography: PlaneHomography
  ) -> Vector2 {
    guard let image = homography(center) else { return .zero }
    let (x, y, r) = (center.x, center.y, radius * radius)
    let dual = Matrix3(rows: [
      Vector3(x * x - r, x * y, x), Vector3(x * y, y * y - r, y), Vector3(x, y, 1),
    ])
    let h = homography.matrix
    let projected = h * dual * h.transpose
    let scale = projected.rows[2].z
    guard scale > 0 else { return .zero }
    return image - Vector2(projected.rows[0].z, projected.rows[1].z) / scale
  }

  private func pairs(_ plane: [Vector2], _ image: [Vector2]) -> [(plane: Vector2, image: Vector2)] {
    zip(plane, image).map { (plane: $0, image: $1) }
  }

  /// Plane offset of a pixel's offset: the inverse Jacobian of the homography at a point.
  private func localPlane(_ h: PlaneHomography, at p: Vector2) -> (x: Vector2, y: Vector2)? {
    let small = distance * 1e-3
    guard let c = h(p), let r = h(p + Vector2(small, 0)), let d = h(p + Vector2(0, small)) else {
      return nil
    }
    let (u, v) = ((r - c) / small, (d - c) / small)
    let determinant = u.x * v.y - u.y * v.x
    guard determinant != 0, determinant.isFinite else { return nil }
    return (Vector2(v.y, -u.y) / determinant, Vector2(-v.x, u.x) / determinant)
  }

  private func massCenter(
    _ start: Vector2, at point: Vector2, _ homography: PlaneHomography
  ) -> Refined? {
    guard let plane = localPlane(homography, at: point) else { return nil }
    let areaOfPixel = abs(plane.x.cross(plane.y))
    // Farthest pixel of a plane disc of radius 1 in x and in y.
    let reach = 0.5 * distance
    let extentX = reach * Vector2(plane.x.y, plane.y.y).length / areaOfPixel
    let extentY = reach * Vector2(plane.x.x, plane.y.x).length / areaOfPixel
    guard extentX < 4096, extentY < 4096 else { return nil }
    var (center, radius) = (start, 0.25 * distance)
    var result: Refined?
    for _ in 0..<8 {
      let onePixel = max(plane.x.length, plane.y.length)
      let outer = min(max(1.25 * radius, radius + 1.5 * onePixel), reach)
      let (left, right) = (Int(center.x - extentX) - 1, Int(center.x + extentX) + 1)
      let (top, bottom) = (Int(center.y - extentY) - 1, Int(center.y + extentY) + 1)
      guard left >= 0, top >= 0, right < grey.width, bottom < grey.height else { return nil }
      var (ground, groundCount, ink, inkCount) = (0.0, 0.0, 0.0, 0.0)
      var (mass, mx, my, count, sxx, sxy, syy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
      grey.withPixels { pixels in
        for pass in 0..<2 {
          for y in top...bottom {
            for x in left...right {
              let (dx, dy) = (Double(x) - center.x, Double(y) - center.y)
              let u = plane.x.x * dx + plane.y.x * dy
              let v = plane.x.y * dx + plane.y.y * dy
              let rho = (u * u + v * v).squareRoot()
              let value = Double(pixels[y * grey.width + x])
              if pass == 0 {
                if rho <= 0.5 * radius { (ink, inkCount) = (ink + value, inkCount + 1) }
                if rho > outer, rho <= max(reach, outer + onePixel) {
                  (ground, groundCount) = (ground + value, groundCount + 1)
                }
              } else {
                // A border of one pixel that falls from 1 to 0.
                let w = min(max((outer - rho) / onePixel + 0.5, 0), 1)
                if w == 0 { continue }
                let m = w * (ground - value)
                (mass, mx, my, count) = (mass + m, mx + m * dx, my + m * dy, count + w)
                (sxx, sxy, syy) = (sxx + w * dx * dx, sxy + w * dx * dy, syy + w * dy * dy)
              }
            }
          }
          if pass == 0 {
            ground = groundCount > 0 ? ground / groundCount : 0
            ink = inkCount > 0 ? ink / inkCount : ground
          }
        }
      }
      let contrast = ground - ink
      guard groundCount > 0, inkCount > 0, abs(contrast) > 6 * noise, mass * contrast > 0 else {
        return nil
      }
      let step = Vector2(mx, my) / mass
      guard step.length < max(extentX, extentY) else { return nil }
      center += step
      let next = (mass / contrast * areaOfPixel / .pi).squareRoot()
      let isDone = step.lengthSquared < 1e-6 && abs(next - radius) < 1e-3 * radius
      radius = min(next, reach)
      let variance = noise * noise / (mass * mass)
      result = Refined(
        position: center,
        covariance: CornerCovariance(xx: variance * sxx, xy: variance * sxy, yy: variance * syy),
        radius: radius)
      if isDone { break }
    }
    guard (center - start).length < max(extentX, extentY) else { return nil }
    return result
  }
}
