import Foundation
import Geometry

/// Projection of camera coordinates into the picture, lens distortion included.
///
/// - Note: Source: Brown, "Close-range camera calibration", 1971, with the rational radial part as in OpenCV's documentation;
///   Kannala and Brandt, "A generic camera model and calibration method", TPAMI 28, 2006.
struct CameraProjection {
  private let camera: CameraModel
  private let coefficients: [Double]
  private let isFisheye: Bool
  /// Largest tangent of the viewing angle at which the distortion formula is trusted.
  ///
  /// A polynomial that was fitted inside the picture folds back outside of it.
  private let reach: Double

  init(_ camera: CameraModel) {
    self.camera = camera
    switch camera.distortion {
    case .none: (coefficients, isFisheye) = ([], false)
    case .brownConrady(let values):
      (coefficients, isFisheye) = (values + [Double](repeating: 0, count: 8 - values.count), false)
    case .fisheye(let values): (coefficients, isFisheye) = (values, true)
    }
    var reach = Double.infinity
    if !isFisheye && !coefficients.isEmpty {
      reach = Self.turningPoint(coefficients)
    }
    self.reach = reach
  }

  /// The pixel of a point in front of the camera; nil behind it, or where the lens model does not hold.
  func pixel(_ point: Vector3) -> Vector2? {
    guard point.z > 1e-6 else { return nil }
    let (x, y) = (point.x / point.z, point.y / point.z)
    guard x * x + y * y <= reach * reach else { return nil }
    let (u, v) = distorted(x, y)
    let pixel = Vector2(
      camera.focalLength.x * u + camera.skew * v + camera.principalPoint.x,
      camera.focalLength.y * v + camera.principalPoint.y)
    return pixel.x.isFinite && pixel.y.isFinite ? pixel : nil
  }

  private func distorted(_ x: Double, _ y: Double) -> (Double, Double) {
    guard !coefficients.isEmpty else { return (x, y) }
    let k = coefficients
    let r2 = x * x + y * y
    if isFisheye {
      let r = r2.squareRoot()
      guard r > 1e-9, k.count >= 4 else { return (x, y) }
      let angle = atan(r)
      let a2 = angle * angle
      let scale = angle * (1 + a2 * (k[0] + a2 * (k[1] + a2 * (k[2] + a2 * k[3])))) / r
      return (x * scale, y * scale)
    }
    let radial =
      (1 + r2 * (k[0] + r2 * (k[1] + r2 * k[4]))) / (1 + r2 * (k[5] + r2 * (k[6] + r2 * k[7])))
    return (
      x * radial + 2 * k[2] * x * y + k[3] * (r2 + 2 * x * x),
      y * radial + k[2] * (r2 + 2 * y * y) + 2 * k[3] * x * y
    )
  }

  /// The smallest radius at which the radial part stops growing, at most 4 (an angle of 76 degrees).
  private static func turningPoint(_ k: [Double]) -> Double {
    var last = 0.0
    for step in 1...400 {
      let r = Double(step) * 0.01
      let r2 = r * r
      let radial =
        r * (1 + r2 * (k[0] + r2 * (k[1] + r2 * k[4])))
        / (1 + r2 * (k[5] + r2 * (k[6] + r2 * k[7])))
      if !(radial > last) { return r - 0.01 }
      last = radial
    }
    return .infinity
  }

  /// A straight line in space as it appears: pieces short enough to follow the bend of the lens, cut at `nearest` metres.
  func path(from start: Vector3, to end: Vector3, nearest: Double = 0.05) -> [[Vector2]] {
    guard let (a, b) = Self.clipped(start, end, nearest: nearest) else { return [] }
    let pieces = coefficients.isEmpty ? 1 : 16
    var paths: [[Vector2]] = [[]]
    for step in 0...pieces {
      let point = a + (b - a) * (Double(step) / Double(pieces))
      if let pixel = pixel(point) {
        paths[paths.count - 1].append(pixel)
      } else if paths.last?.isEmpty == false {
        paths.append([])
      }
    }
    return paths.filter { $0.count > 1 }
  }

  /// The part of a segment that lies at least `nearest` metres in front of the camera.
  static func clipped(_ start: Vector3, _ end: Vector3, nearest: Double) -> (Vector3, Vector3)? {
    if start.z < nearest && end.z < nearest { return nil }
    func cut(_ behind: Vector3, _ ahead: Vector3) -> Vector3 {
      var point = behind + (ahead - behind) * ((nearest - behind.z) / (ahead.z - behind.z))
      point.z = nearest
      return point
    }
    return (
      start.z < nearest ? cut(start, end) : start, end.z < nearest ? cut(end, start) : end
    )
  }
}
