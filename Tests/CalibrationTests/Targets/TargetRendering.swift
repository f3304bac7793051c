import Foundation
import Geometry
import Tensors
import Vision

@testable import Calibration

/// Pictures of targets with known truth.
struct TargetRendering {
  var width: Int
  var height: Int
  /// From the target's plane, metres, to pixels.
  var homography: PlaneHomography

  /// A camera with a focal length of 500 pixels before the target's middle.
  init(
    _ target: CalibrationTarget, width: Int = 320, height: Int = 240, tilt: Double = 0.3,
    roll: Double = 0.1, fill: Double = 0.75
  ) {
    (self.width, self.height) = (width, height)
    let points = target.points
    let (xs, ys) = (points.map(\.x), points.map(\.y))
    let middle = Vector3(
      ((xs.min() ?? 0) + (xs.max() ?? 0)) / 2, ((ys.min() ?? 0) + (ys.max() ?? 0)) / 2, 0)
    let size = max((xs.max() ?? 1) - (xs.min() ?? 0), (ys.max() ?? 1) - (ys.min() ?? 0))
    let rotation =
      Quaternion(angle: roll, axis: Vector3(0, 0, 1))
      * Quaternion(angle: tilt, axis: Vector3(0.6, 0.8, 0))
    let depth = 500 * size / (fill * Double(min(width, height)))
    let (x, y) = (rotation.rotate(Vector3(1, 0, 0)), rotation.rotate(Vector3(0, 1, 0)))
    let origin = Vector3(0, 0, depth) - rotation.rotate(middle)
    let camera = Matrix3(rows: [
      Vector3(500, 0, Double(width) / 2), Vector3(0, 500, Double(height) / 2), Vector3(0, 0, 1),
    ])
    homography = PlaneHomography(
      camera
        * Matrix3(rows: [
          Vector3(x.x, y.x, origin.x), Vector3(x.y, y.y, origin.y), Vector3(x.z, y.z, origin.z),
        ]))
  }

  func pixel(_ point: Vector2) -> Vector2 { homography(point) ?? .zero }

  /// The printed sheet as the camera sees it, four times over-sampled.
  func image(of sheet: TargetSheet) throws -> Image {
    var canvas = ImageCanvas(
      width: 4 * width, height: 4 * height, background: PixelColor(225, 225, 225))
    func project(_ x: Double, _ y: Double) -> Vector2 {
      4 * pixel(Vector2(x - sheet.origin.x, y - sheet.origin.y) / 1000) + 1.5
    }
    for group in sheet.rectangles {
      let level: UInt8 = group.isBlack ? 30 : 225
      let color = PixelColor(level, level, level)
      for r in group.rectangles {
        let (right, bottom) = (r.x + r.width, r.y + r.height)
        try canvas.fillPolygon(
          [project(r.x, r.y), project(right, r.y), project(right, bottom), project(r.x, bottom)],
          color: color)
      }
    }
    for disc in sheet.discs {
      let outline = (0..<90).map { step in
        let angle = Double(step) * .pi / 45
        let side = Quaternion(angle: angle, axis: Vector3(0, 0, 1)).rotate(Vector3(1, 0, 0))
        return project(disc.x + disc.radius * side.x, disc.y + disc.radius * side.y)
      }
      try canvas.fillPolygon(outline, color: PixelColor(30, 30, 30))
    }
    return try canvas.image.grey().resized(toWidth: width, height: height)
  }

  /// An endless checkerboard by formula, edges blurred by 0.8 pixels, with noise.
  func checkerboard(square: Double, noise: Double, seed: UInt64) -> Image {
    var random = SeededGenerator(seed: seed)
    let inverse = homography.matrix.inverse
    var clean = [Double](repeating: 0, count: width * height)
    for y in 0..<height {
      for x in 0..<width {
        let p = inverse * Vector3(Double(x), Double(y), 1)
        let point = Vector2(p.x, p.y) / p.z
        let scale = homography.areaScale(at: point).squareRoot() * square / (0.8 * 2.0.squareRoot())
        let (c, r) = (point.x / square, point.y / square)
        let (n, m) = (c.rounded(), r.rounded())
        let sign = Int(n + m) % 2 == 0 ? 1.0 : -1
        clean[y * width + x] = 120 - 80 * sign * erf((c - n) * scale) * erf((r - m) * scale)
      }
    }
    return Image(
      pixels: Tensor(shape: [height, width, 1], of: UInt8.self) { target in
        for i in 0..<target.count {
          target[i] = UInt8(min(max(clean[i] + noise * random.normal(), 0), 255).rounded())
        }
      })
  }
}
