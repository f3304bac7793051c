import Foundation
import Geometry

/// Moves a corner to the place that the image's gradients point to, and says how well it is known.
///
/// At a place p of an edge that runs through the corner c the gradient g is perpendicular to p - c; c is where the weighted sum
/// of g (g · (p - c)) over a window vanishes. Gradients are taken at whole pixels and the window moves with c, so that no pixel
/// is interpolated and its noise goes into c linearly: the covariance follows without assumptions about edges or contrast.
///
/// - Note: Source: Förstner and Gülch, "A Fast Operator for Detection and Precise Location of Distinct Points", ISPRS 1987, and
///   the documentation of OpenCV's cornerSubPix. Differs: no interpolation, a window with soft borders, covariance.
struct CornerRefiner {
  let grey: GreyPixels
  /// Standard deviation of a pixel's noise, grey levels.
  let noise: Double

  struct Refined: Equatable {
    var position: Vector2
    var covariance: CornerCovariance
    /// Half the window's side in use, pixels.
    var halfSize: Int
  }

  /// - Parameters:
  ///   - start: The corner to within the window.
  ///   - halfSize: Half the window's side, pixels; made smaller at the image's border, down to 2.
  /// - Returns: Nil where there is no corner: at the border, without contrast in two directions, or when the place leaves the
  ///   window.
  func refine(_ start: Vector2, halfSize: Int) -> Refined? {
    guard start.x.isFinite, start.y.isFinite else { return nil }
    let room = min(
      start.x, start.y, Double(grey.width - 1) - start.x, Double(grey.height - 1) - start.y)
    let half = min(halfSize, Int(room.rounded(.down)) - 3)
    guard half >= min(2, halfSize), half >= 1 else { return nil }
    return grey.withPixels { pixels in
      var corner = start
      for _ in 0..<60 {
        guard let sums = sums(pixels, corner, half) else { return nil }
        let step = sums.step
        corner += step
        let moved = corner - start
        guard abs(moved.x) <= Double(half), abs(moved.y) <= Double(half) else { return nil }
        let isDone = step.lengthSquared < 1e-8
        if isDone { break }
      }
      guard let covariance = covariance(pixels, corner, half) else { return nil }
      return Refined(position: corner, covariance: covariance, halfSize: half)
    }
  }

  /// Weighted sums over a window.
  private struct Sums {
    var (xx, xy, yy) = (0.0, 0.0, 0.0)
    var (bx, by) = (0.0, 0.0)

    var determinant: Double { xx * yy - xy * xy }
    var step: Vector2 {
      Vector2(yy * bx - xy * by, xx * by - xy * bx) / determinant
    }
    /// Contrast in two directions.
    var isCorner: Bool {
      let trace = xx + yy
      return trace > 0 && determinant > 1e-4 * trace * trace
    }
  }

  /// exp(-(d / half)^2) with a border that falls from 1 to 0 within a pixel.
  @inline(__always)
  private static func weight(_ d: Double, _ half: Double) -> Double {
    let edge = half + 0.5 - abs(d)
    guard edge > 0 else { return 0 }
    return exp(-(d / half) * (d / half)) * min(edge, 1)
  }

  private func sums(
    _ pixels: UnsafeBufferPointer<UInt8>, _ corner: Vector2, _ half: Int
  ) -> Sums? {
    let (stride, h) = (grey.width, Double(half))
    let (left, top) = (Int(corner.x.rounded()) - half - 1, Int(corner.y.rounded()) - half - 1)
    let side = 2 * half + 3
    guard left >= 1, top >= 1, left + side < grey.width, top + side < grey.height else {
      return nil
    }
    var sums = Sums()
    withUnsafeTemporaryAllocation(of: Double.self, capacity: side) { columnWeights in
      for i in 0..<side {
        columnWeights[i] = Self.weight(Double(left + i) - corner.x, h)
      }
      for row in 0..<side {
        let dy = Double(top + row) - corner.y
        let rowWeight = Self.weight(dy, h)
        if rowWeight == 0 { continue }
        let base = (top + row) * stride + left
        for column in 0..<side {
          let w = rowWeight * columnWeights[column]
          if w == 0 { continue }
          let i = base + column
          let gx = Double(Int(pixels[i + 1]) - Int(pixels[i - 1]))
          let gy = Double(Int(pixels[i + stride]) - Int(pixels[i - stride]))
          let across = gx * (Double(left + column) - corner.x) + gy * dy
          sums.xx += w * gx * gx
          sums.xy += w * gx * gy
          sums.yy += w * gy * gy
          sums.bx += w * gx * across
          sums.by += w * gy * across
        }
      }
    }
    return sums.isCorner ? sums : nil
  }

  /// Propagates the noise of each pixel through the condition that the corner fulfils.
  private func covariance(
    _ pixels: UnsafeBufferPointer<UInt8>, _ corner: Vector2, _ half: Int
  ) -> CornerCovariance? {
    let (stride, h) = (grey.width, Double(half))
    let (left, top) = (Int(corner.x.rounded()) - half - 1, Int(corner.y.rounded()) - half - 1)
    let side = 2 * half + 3
    let wide = side + 2
    guard left >= 1, top >= 1, left + side < grey.width, top + side < grey.height else {
      return nil
    }
    // Derivative of the condition by the corner, and by each pixel (x then y).
    var (jxx, jxy, jyx, jyy) = (0.0, 0.0, 0.0, 0.0)
    let sums = withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * wide * wide) { a in
      a.initialize(repeating: 0)
      for row in 0..<side {
        let dy = Double(top + row) - corner.y
        let rowWeight = Self.weight(dy, h)
        for column in 0..<side {
          let dx = Double(left + column) - corner.x
          let w = rowWeight * Self.weight(dx, h)
          if w == 0 { continue }
          let i = (top + row) * stride + left + column
          let gx = Double(Int(pixels[i + 1]) - Int(pixels[i - 1]))
          let gy = Double(Int(pixels[i + stride]) - Int(pixels[i - stride]))
          let across = gx * dx + gy * dy
          let bend = 2 * across / (h * h)
          jxx += w * gx * (gx - bend * dx)
          jxy += w * gx * (gy - bend * dy)
          jyx += w * gy * (gx - bend * dx)
          jyy += w * gy * (gy - bend * dy)
          let center = 2 * ((row + 1) * wide + column + 1)
          let byX = Vector2(w * (across + gx * dx), w * gy * dx)
          let byY = Vector2(w * gx * dy, w * (across + gy * dy))
          a[center + 2] += byX.x
          a[center + 3] += byX.y
          a[center - 2] -= byX.x
          a[center - 1] -= byX.y
          a[center + 2 * wide] += byY.x
          a[center + 2 * wide + 1] += byY.y
          a[center - 2 * wide] -= byY.x
          a[center - 2 * wide + 1] -= byY.y
        }
      }
      var (sxx, sxy, syy) = (0.0, 0.0, 0.0)
      for i in 0..<wide * wide {
        let (x, y) = (a[2 * i], a[2 * i + 1])
        sxx += x * x
        sxy += x * y
        syy += y * y
      }
      return (sxx, sxy, syy)
    }
    let determinant = jxx * jyy - jxy * jyx
    guard determinant > 0 else { return nil }
    // J^-1 S J^-T.
    let (ixx, ixy, iyx, iyy) = (
      jyy / determinant, -jxy / determinant, -jyx / determinant, jxx / determinant
    )
    let (sxx, sxy, syy) = sums
    let variance = noise * noise
    return CornerCovariance(
      xx: variance * (ixx * ixx * sxx + 2 * ixx * ixy * sxy + ixy * ixy * syy),
      xy: variance * (ixx * iyx * sxx + (ixx * iyy + ixy * iyx) * sxy + ixy * iyy * syy),
      yy: variance * (iyx * iyx * sxx + 2 * iyx * iyy * sxy + iyy * iyy * syy))
  }
}
