import Foundation

extension LensModel {
  /// Projects a point with derivatives, as fast as an optimisation needs it.
  ///
  /// Works on plain memory and takes none. Unlike ``CameraModel/project(_:)`` it goes on beyond the fold of a lens, so that an
  /// optimisation can come back from there.
  ///
  /// - Parameters:
  ///   - x: First coordinate of the point in the camera's frame.
  ///   - y: Second coordinate.
  ///   - z: Third coordinate.
  ///   - parameters: The model's parameters in order.
  ///   - pixel: Receives u and v.
  ///   - pointJacobian: Receives the derivatives by the point, 2 rows of 3; nil: not wanted.
  ///   - parameterJacobian: Receives the derivatives by the parameters, 2 rows of ``parameterCount``; nil: not wanted.
  /// - Returns: False for a point that the lens cannot show; nothing is written then.
  public func project(
    _ x: Double, _ y: Double, _ z: Double, parameters: UnsafePointer<Double>,
    pixel: UnsafeMutablePointer<Double>, pointJacobian: UnsafeMutablePointer<Double>?,
    parameterJacobian: UnsafeMutablePointer<Double>?
  ) -> Bool {
    switch self {
    case .fisheye4:
      fisheye(x, y, z, parameters, pixel, pointJacobian, parameterJacobian)
    case .pinhole, .pinhole5, .pinhole8:
      perspective(x, y, z, parameters, pixel, pointJacobian, parameterJacobian)
    }
  }

  private func perspective(
    _ x: Double, _ y: Double, _ z: Double, _ c: UnsafePointer<Double>,
    _ pixel: UnsafeMutablePointer<Double>, _ byPoint: UnsafeMutablePointer<Double>?,
    _ byParameters: UnsafeMutablePointer<Double>?
  ) -> Bool {
    guard z > 0 else { return false }
    let inverse = 1 / z
    let (u, v) = (x * inverse, y * inverse)
    let s = u * u + v * v
    var (k1, k2, k3, p1, p2) = (0.0, 0.0, 0.0, 0.0, 0.0)
    if self != .pinhole { (k1, k2, p1, p2, k3) = (c[5], c[6], c[7], c[8], c[9]) }
    var (below, belowSlope) = (1.0, 0.0)
    if self == .pinhole8 {
      below = 1 + s * (c[10] + s * (c[11] + s * c[12]))
      belowSlope = c[10] + s * (2 * c[11] + 3 * s * c[12])
      guard below > 0 else { return false }
    }
    let share = 1 / below
    let factor = (1 + s * (k1 + s * (k2 + s * k3))) * share
    let cross = 2 * u * v
    let (sideX, sideY) = (s + 2 * u * u, s + 2 * v * v)
    let xd = u * factor + p1 * cross + p2 * sideX
    let yd = v * factor + p1 * sideY + p2 * cross
    let (fx, fy, skew) = (c[0], c[1], c[4])
    let (column, row) = (fx * xd + skew * yd + c[2], fy * yd + c[3])
    guard column.isFinite, row.isFinite else { return false }
    pixel[0] = column
    pixel[1] = row
    if let j = byPoint {
      let slope = (k1 + s * (2 * k2 + 3 * s * k3) - factor * belowSlope) * share
      let a = factor + 2 * u * u * slope + 2 * p1 * v + 6 * p2 * u
      let b = 2 * u * v * slope + 2 * p1 * u + 2 * p2 * v
      let d = factor + 2 * v * v * slope + 6 * p1 * v + 2 * p2 * u
      let (xu, xv) = ((fx * a + skew * b) * inverse, (fx * b + skew * d) * inverse)
      let (yu, yv) = (fy * b * inverse, fy * d * inverse)
      j[0] = xu
      j[1] = xv
      j[2] = -(xu * u + xv * v)
      j[3] = yu
      j[4] = yv
      j[5] = -(yu * u + yv * v)
    }
    guard let first = byParameters else { return true }
    let second = first + parameterCount
    Self.linearPart(first, second, xd, yd)
    if self == .pinhole { return true }
    // Derivatives of the distorted coordinates by a coefficient, then of the pixel.
    let (r2, r4, r6) = (s * share, s * s * share, s * s * s * share)
    Self.put(u * r2, v * r2, 5, c, first, second)
    Self.put(u * r4, v * r4, 6, c, first, second)
    Self.put(u * r6, v * r6, 9, c, first, second)
    Self.put(cross, sideY, 7, c, first, second)
    Self.put(sideX, cross, 8, c, first, second)
    if self == .pinhole8 {
      Self.put(-u * factor * r2, -v * factor * r2, 10, c, first, second)
      Self.put(-u * factor * r4, -v * factor * r4, 11, c, first, second)
      Self.put(-u * factor * r6, -v * factor * r6, 12, c, first, second)
    }
    return true
  }

  private func fisheye(
    _ x: Double, _ y: Double, _ z: Double, _ c: UnsafePointer<Double>,
    _ pixel: UnsafeMutablePointer<Double>, _ byPoint: UnsafeMutablePointer<Double>?,
    _ byParameters: UnsafeMutablePointer<Double>?
  ) -> Bool {
    let (side, distance) = (x * x + y * y, x * x + y * y + z * z)
    let radius = side.squareRoot()
    guard radius > 0 || z > 0 else { return false }
    let theta = atan2(radius, z)
    let t = theta * theta
    let bent = theta * (1 + t * (c[5] + t * (c[6] + t * (c[7] + t * c[8]))))
    let slope = 1 + t * (3 * c[5] + t * (5 * c[6] + t * (7 * c[7] + t * 9 * c[8])))
    // Close to the axis the quotients lose their digits; the series is exact there.
    let isNearAxis = z > 0 && radius < 1e-4 * z
    let scale =
      isNearAxis ? (1 + side / (z * z) * (c[5] - 1.0 / 3)) / z : bent / radius
    let (xd, yd) = (x * scale, y * scale)
    let (fx, fy, skew) = (c[0], c[1], c[4])
    let (column, row) = (fx * xd + skew * yd + c[2], fy * yd + c[3])
    guard column.isFinite, row.isFinite else { return false }
    pixel[0] = column
    pixel[1] = row
    if let j = byPoint {
      // The scale's derivative by x is `growth` x, by y `growth` y.
      let growth =
        isNearAxis
        ? 2 * (c[5] - 1.0 / 3) / (z * z * z) : (slope * z / distance - scale) / side
      let byZ = -slope / distance
      let (a, b, d) = (scale + growth * x * x, growth * x * y, scale + growth * y * y)
      j[0] = fx * a + skew * b
      j[1] = fx * b + skew * d
      j[2] = fx * x * byZ + skew * y * byZ
      j[3] = fy * b
      j[4] = fy * d
      j[5] = fy * y * byZ
    }
    guard let first = byParameters else { return true }
    let second = first + parameterCount
    Self.linearPart(first, second, xd, yd)
    let (cosine, sine) = radius > 0 ? (x / radius, y / radius) : (0, 0)
    let (t3, t5) = (theta * t, theta * t * t)
    let (t7, t9) = (t5 * t, t5 * t * t)
    Self.put(cosine * t3, sine * t3, 5, c, first, second)
    Self.put(cosine * t5, sine * t5, 6, c, first, second)
    Self.put(cosine * t7, sine * t7, 7, c, first, second)
    Self.put(cosine * t9, sine * t9, 8, c, first, second)
    return true
  }

  /// Derivatives by fx, fy, cx, cy and skew.
  @inline(__always)
  private static func linearPart(
    _ first: UnsafeMutablePointer<Double>, _ second: UnsafeMutablePointer<Double>, _ xd: Double,
    _ yd: Double
  ) {
    first[0] = xd
    first[1] = 0
    first[2] = 1
    first[3] = 0
    first[4] = yd
    second[0] = 0
    second[1] = yd
    second[2] = 0
    second[3] = 1
    second[4] = 0
  }

  /// Derivatives by one coefficient, from those of the distorted coordinates.
  @inline(__always)
  private static func put(
    _ xd: Double, _ yd: Double, _ place: Int, _ c: UnsafePointer<Double>,
    _ first: UnsafeMutablePointer<Double>, _ second: UnsafeMutablePointer<Double>
  ) {
    first[place] = c[0] * xd + c[4] * yd
    second[place] = c[1] * yd
  }
}
