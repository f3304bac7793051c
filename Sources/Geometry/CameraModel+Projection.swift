import Foundation

extension CameraModel {
  /// The pixel that sees a point.
  ///
  /// - Parameter point: A point in the camera's frame, metres.
  /// - Returns: The pixel, which may lie outside the image; nil for a point that the lens cannot show: behind a pinhole
  ///   camera, or at or beyond the first radius at which the lens model folds back into the image.
  /// - Note: Source: OpenCV's documentation of module calib3d, "Detailed Description" and namespace fisheye.
  public func project(_ point: Vector3) -> Vector2? {
    let normalized: Vector2?
    switch distortion {
    case .fisheye(let k): normalized = equidistant(point, k)
    case .none: normalized = point.z > 0 ? Vector2(point.x, point.y) / point.z : nil
    case .brownConrady(let k):
      guard point.z > 0 else { return nil }
      let ideal = Vector2(point.x, point.y) / point.z
      normalized =
        (ideal * ideal).sum() < foldLimit ? BrownConrady(k).distort(ideal) : nil
    }
    guard let normalized else { return nil }
    let pixel = pixel(ofDistorted: normalized)
    return pixel.x.isFinite && pixel.y.isFinite ? pixel : nil
  }

  /// The direction that a pixel sees.
  ///
  /// - Parameter pixel: A pixel, inside the image or not.
  /// - Returns: A vector of length 1 in the camera's frame; nil where the lens model has no inverse.
  public func ray(through pixel: Vector2) -> Vector3? {
    if case .fisheye(let k) = distortion {
      return equidistantRay(normalizedDistorted(pixel), k)
    }
    guard let ideal = undistort(normalizedDistorted(pixel)) else { return nil }
    return Vector3(ideal.x, ideal.y, 1).normalized
  }

  /// The point that a pixel sees at a depth.
  ///
  /// - Parameters:
  ///   - pixel: A pixel.
  ///   - depth: Distance along +z, metres (not along the ray).
  /// - Returns: The point in the camera's frame; nil where the lens model has no inverse or the ray points backwards.
  public func unproject(_ pixel: Vector2, depth: Double) -> Vector3? {
    guard let ray = ray(through: pixel), ray.z > 0 else { return nil }
    return ray * (depth / ray.z)
  }

  /// Applies the lens distortion.
  ///
  /// - Parameter ideal: Normalised coordinates x/z and y/z of a point.
  /// - Returns: Normalised coordinates in which K gives the pixel.
  public func distort(_ ideal: Vector2) -> Vector2 {
    switch distortion {
    case .none: ideal
    case .brownConrady(let k): BrownConrady(k).distort(ideal)
    case .fisheye(let k): equidistant(Vector3(ideal.x, ideal.y, 1), k) ?? ideal
    }
  }

  /// Removes the lens distortion; the inverse of ``distort(_:)``.
  ///
  /// - Parameter distorted: Normalised coordinates as distorted by the lens.
  /// - Returns: Normalised coordinates x/z and y/z, exact to about 1e-12; nil where there is no inverse.
  public func undistort(_ distorted: Vector2) -> Vector2? {
    switch distortion {
    case .none: return distorted
    case .brownConrady(let k): return BrownConrady(k).undistort(distorted, within: foldLimit)
    case .fisheye(let k):
      guard let ray = equidistantRay(distorted, k), ray.z > 1e-12 else { return nil }
      return Vector2(ray.x, ray.y) / ray.z
    }
  }

  /// The same camera without lens distortion.
  public var withoutDistortion: CameraModel {
    var camera = self
    camera.distortion = .none
    return camera
  }

  /// The camera for an image that is a uniformly scaled version of the calibrated size.
  ///
  /// - Parameters:
  ///   - width: Width of the image, pixels.
  ///   - height: Height of the image, pixels.
  /// - Returns: The scaled camera; nil when the image's shape differs by more than the rounding of its sides.
  public func fitted(toWidth width: Int, height: Int) -> CameraModel? {
    if width == self.width && height == self.height { return self }
    guard width > 0, height > 0, self.width > 0, self.height > 0 else { return nil }
    let expected = Double(width) * Double(self.height) / Double(self.width)
    let slack = 1 + Double(self.height) / Double(self.width)
    guard abs(expected - Double(height)) <= slack else { return nil }
    return scaled(toWidth: width, height: height)
  }

  private func pixel(ofDistorted p: Vector2) -> Vector2 {
    Vector2(focalLength.x * p.x + skew * p.y, focalLength.y * p.y) + principalPoint
  }

  private func normalizedDistorted(_ pixel: Vector2) -> Vector2 {
    let y = (pixel.y - principalPoint.y) / focalLength.y
    return Vector2((pixel.x - principalPoint.x - skew * y) / focalLength.x, y)
  }

  // MARK: Equidistant fisheye

  private func equidistant(_ point: Vector3, _ k: [Double]) -> Vector2? {
    let radius = (point.x * point.x + point.y * point.y).squareRoot()
    if radius == 0 { return point.z > 0 ? .zero : nil }
    let theta = atan2(radius, point.z)
    guard theta * theta < foldLimit else { return nil }
    return Vector2(point.x, point.y) * (Self.bentAngle(theta, k).0 / radius)
  }

  private func equidistantRay(_ p: Vector2, _ k: [Double]) -> Vector3? {
    let bent = (p * p).sum().squareRoot()
    if bent == 0 { return Vector3(0, 0, 1) }
    // Newton's method with bisection up to the fold, where it leaves the bracket.
    var (low, high) = (0.0, min(.pi, foldLimit.squareRoot()))
    var theta = min(bent, high)
    for _ in 0..<60 {
      let (value, slope) = Self.bentAngle(theta, k)
      if slope <= 0 || value > bent { high = theta } else { low = theta }
      let step = theta - (value - bent) / slope
      let next = slope > 0 && step >= low && step <= high ? step : (low + high) / 2
      if abs(next - theta) <= 1e-15 * max(theta, 1e-3) { break }
      theta = next
    }
    let (value, slope) = Self.bentAngle(theta, k)
    guard theta * theta < foldLimit, slope > 0, abs(value - bent) <= 1e-10 * max(bent, 1) else {
      return nil
    }
    let side = sin(theta) / bent
    return Vector3(p.x * side, p.y * side, cos(theta))
  }

  /// The angle as the lens bends it, and its derivative.
  private static func bentAngle(_ theta: Double, _ k: [Double]) -> (Double, Double) {
    let square = theta * theta
    var (sum, slope, power) = (1.0, 1.0, 1.0)
    for (index, coefficient) in k.enumerated() {
      power *= square
      sum += coefficient * power
      slope += Double(2 * index + 3) * coefficient * power
    }
    return (theta * sum, slope)
  }
}

/// The Brown-Conrady lens: radial part `(1 + k1 s + k2 s² + k3 s³) / (1 + k4 s + k5 s² + k6 s³)` with s = r², and tangential
/// part with p1, p2.
struct BrownConrady {
  let k: (Double, Double, Double, Double, Double, Double)
  let p: (Double, Double)

  /// Missing coefficients are 0.
  init(_ c: [Double]) {
    func at(_ index: Int) -> Double { index < c.count ? c[index] : 0 }
    k = (at(0), at(1), at(4), at(5), at(6), at(7))
    p = (at(2), at(3))
  }

  /// The radial factor at s = r² and its derivative in s.
  func radial(_ s: Double) -> (factor: Double, slope: Double) {
    let above = 1 + s * (k.0 + s * (k.1 + s * k.2))
    let below = 1 + s * (k.3 + s * (k.4 + s * k.5))
    let aboveSlope = k.0 + s * (2 * k.1 + 3 * s * k.2)
    let belowSlope = k.3 + s * (2 * k.4 + 3 * s * k.5)
    return (above / below, (aboveSlope * below - above * belowSlope) / (below * below))
  }

  func distort(_ q: Vector2) -> Vector2 {
    let s = q.x * q.x + q.y * q.y
    let factor = radial(s).factor
    let cross = 2 * q.x * q.y
    return Vector2(
      q.x * factor + p.0 * cross + p.1 * (s + 2 * q.x * q.x),
      q.y * factor + p.0 * (s + 2 * q.y * q.y) + p.1 * cross)
  }

  /// Newton's method with the exact Jacobian; steps are halved until the error shrinks inside the fold.
  func undistort(_ target: Vector2, within foldLimit: Double) -> Vector2? {
    guard target.x.isFinite, target.y.isFinite else { return nil }
    var q = target
    let start = (q * q).sum()
    if start >= foldLimit { q *= 0.9 * (foldLimit / start).squareRoot() }
    var error = distort(q) - target
    let tolerance = 1e-15 * max(1, abs(target.x), abs(target.y))
    for _ in 0..<50 {
      let size = (error * error).sum().squareRoot()
      if size <= tolerance { break }
      let s = q.x * q.x + q.y * q.y
      let (factor, slope) = radial(s)
      let a = factor + 2 * q.x * q.x * slope + 2 * p.0 * q.y + 6 * p.1 * q.x
      let b = 2 * q.x * q.y * slope + 2 * p.0 * q.x + 2 * p.1 * q.y
      let d = factor + 2 * q.y * q.y * slope + 6 * p.0 * q.y + 2 * p.1 * q.x
      let determinant = a * d - b * b
      guard determinant != 0 else { return nil }
      let step = Vector2(d * error.x - b * error.y, a * error.y - b * error.x) / determinant
      var (scale, accepted) = (1.0, false)
      while !accepted && scale > 1e-6 {
        let candidate = q - step * scale
        let left = distort(candidate) - target
        let isOnBranch = (candidate * candidate).sum() < foldLimit
        if isOnBranch && (left * left).sum().squareRoot() < size {
          (q, error, accepted) = (candidate, left, true)
        }
        scale /= 2
      }
      if !accepted { break }
    }
    let isExact = (error * error).sum().squareRoot() <= 1e-12 * max(1, abs(target.x), abs(target.y))
    return isExact && (q * q).sum() < foldLimit ? q : nil
  }
}

extension StereoRig {
  /// Whether rows of the two images correspond: no distortion, no rotation between the cameras, equal focal lengths and
  /// rows, the right camera displaced along +x only.
  public var isRectified: Bool {
    left.distortion == .none && right.distortion == .none && left.focalLength == right.focalLength
      && left.principalPoint.y == right.principalPoint.y && left.skew == right.skew
      && abs(rightFromLeft.rotation.w) > 1 - 1e-12 && rightFromLeft.translation.x < 0
      && abs(rightFromLeft.translation.y) <= 1e-9 * baseline
      && abs(rightFromLeft.translation.z) <= 1e-9 * baseline
  }

  /// The rig for images that are uniformly scaled versions of the calibrated size.
  ///
  /// - Parameters:
  ///   - width: Width of the images, pixels.
  ///   - height: Height of the images, pixels.
  /// - Returns: The scaled rig; nil when the images' shape differs.
  public func fitted(toWidth width: Int, height: Int) -> StereoRig? {
    guard
      let left = left.fitted(toWidth: width, height: height),
      let right = right.fitted(toWidth: width, height: height)
    else { return nil }
    return StereoRig(
      left: left, right: right, rightFromLeft: rightFromLeft,
      uncertainty: uncertainty?.scaled(by: Double(width) / Double(self.left.width)))
  }
}
