import Foundation
import Geometry

/// Moves a corner to the place that the image's gradients point to, and says how well it is known.
///
/// At a place p of an edge that runs through the corner c the gradient g is perpendicular to p - c; c is where the weighted sum
/// of g (g · (p - c)) over a window vanishes. Gradients are taken at whole pixels and the window moves with c, so that no pixel
/// is interpolated: the covariance follows from the noise of each pixel, without assumptions about edges or contrast. What is not
/// noise of pixels (JPEG, uneven print, a bent board) is not in it; a solver has to scale it by its own residuals.
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
    // The window, a pixel of softness, and two of the gradients' kernel.
    let room = min(
      start.x, start.y, Double(grey.width - 1) - start.x, Double(grey.height - 1) - start.y)
    guard room >= 0 else { return nil }
    let half = min(halfSize, Int(room) - 4)
    guard half >= min(2, halfSize), half >= 1 else { return nil }
    // Enough for a corner that moves by half a window, as far as the image reaches.
    let reach = min(half + 2 + (half + 1) / 2, Int(room) - 2)
    func gradients(around p: Vector2) -> GradientPatch? {
      GradientPatch(
        grey, left: Int(p.x.rounded()) - reach, top: Int(p.y.rounded()) - reach,
        side: 2 * reach + 1)
    }
    guard var patch = gradients(around: start) else { return nil }
    var corner = start
    for _ in 0..<60 {
      if window(patch, corner, half) == nil {
        guard let next = gradients(around: corner) else { return nil }
        patch = next
      }
      guard let sums = sums(patch, corner, half) else { return nil }
      let step = sums.step
      corner += step
      let moved = corner - start
      guard abs(moved.x) <= Double(half), abs(moved.y) <= Double(half) else { return nil }
      let isDone = step.lengthSquared < 1e-8
      if isDone { break }
    }
    guard let covariance = covariance(patch, corner, half) else { return nil }
    return Refined(position: corner, covariance: covariance, halfSize: half)
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

  /// First column and row of the window in the patch, and its side; nil when it reaches beyond.
  private func window(
    _ patch: GradientPatch, _ corner: Vector2, _ half: Int
  ) -> (column: Int, row: Int, side: Int)? {
    let column = Int(corner.x.rounded()) - half - 1 - patch.left
    let row = Int(corner.y.rounded()) - half - 1 - patch.top
    let side = 2 * half + 3
    guard column >= 0, row >= 0, column + side <= patch.side, row + side <= patch.side else {
      return nil
    }
    return (column, row, side)
  }

  private func sums(_ patch: GradientPatch, _ corner: Vector2, _ half: Int) -> Sums? {
    guard let window = window(patch, corner, half) else { return nil }
    let (h, side) = (Double(half), window.side)
    let (left, top) = (patch.left + window.column, patch.top + window.row)
    var sums = Sums()
    patch.values.withUnsafeBufferPointer { gradients in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: side) { columnWeights in
        for i in 0..<side {
          columnWeights[i] = Self.weight(Double(left + i) - corner.x, h)
        }
        for row in 0..<side {
          let dy = Double(top + row) - corner.y
          let rowWeight = Self.weight(dy, h)
          if rowWeight == 0 { continue }
          let base = (window.row + row) * patch.side + window.column
          for column in 0..<side {
            let w = rowWeight * columnWeights[column]
            if w == 0 { continue }
            let i = 2 * (base + column)
            let gx = Double(gradients[i])
            let gy = Double(gradients[i + 1])
            let across = gx * (Double(left + column) - corner.x) + gy * dy
            sums.xx += w * gx * gx
            sums.xy += w * gx * gy
            sums.yy += w * gy * gy
            sums.bx += w * gx * across
            sums.by += w * gy * across
          }
        }
      }
    }
    return sums.isCorner ? sums : nil
  }

  /// Propagates the noise of each pixel through the condition that the corner fulfils.
  private func covariance(
    _ patch: GradientPatch, _ corner: Vector2, _ half: Int
  ) -> CornerCovariance? {
    guard let window = window(patch, corner, half) else { return nil }
    let (h, side) = (Double(half), window.side)
    let (left, top) = (patch.left + window.column, patch.top + window.row)
    let wide = side + 4
    // Derivative of the condition by the corner, and by each gradient's x and y.
    var (jxx, jxy, jyx, jyy) = (0.0, 0.0, 0.0, 0.0)
    var byX = [SIMD2<Double>](repeating: .zero, count: side * side)
    var byY = byX
    for row in 0..<side {
      let dy = Double(top + row) - corner.y
      let rowWeight = Self.weight(dy, h)
      for column in 0..<side {
        let dx = Double(left + column) - corner.x
        let w = rowWeight * Self.weight(dx, h)
        if w == 0 { continue }
        let i = 2 * ((window.row + row) * patch.side + window.column + column)
        let (gx, gy) = (Double(patch.values[i]), Double(patch.values[i + 1]))
        let across = gx * dx + gy * dy
        let bend = 2 * across / (h * h)
        jxx += w * gx * (gx - bend * dx)
        jxy += w * gx * (gy - bend * dy)
        jyx += w * gy * (gx - bend * dx)
        jyy += w * gy * (gy - bend * dy)
        byX[row * side + column] = Vector2(w * (across + gx * dx), w * gy * dx)
        byY[row * side + column] = Vector2(w * gx * dy, w * (across + gy * dy))
      }
    }
    // Each pixel's share: the transposed kernels, first down the columns, then along the rows.
    var downX = [SIMD2<Double>](repeating: .zero, count: wide * side)
    var downY = downX
    for row in 0..<side {
      for k in 0..<5 {
        let (s, d) = (Double(GradientPatch.smoothing[k]), Double(GradientPatch.derivative[k]))
        for column in 0..<side {
          downX[(row + k) * side + column] += s * byX[row * side + column]
          downY[(row + k) * side + column] += d * byY[row * side + column]
        }
      }
    }
    var (sxx, sxy, syy) = (0.0, 0.0, 0.0)
    for row in 0..<wide {
      for column in 0..<wide {
        var share = SIMD2<Double>.zero
        for k in 0..<5 where column - k >= 0 && column - k < side {
          let i = row * side + column - k
          share += Double(GradientPatch.derivative[k]) * downX[i]
          share += Double(GradientPatch.smoothing[k]) * downY[i]
        }
        sxx += share.x * share.x
        sxy += share.x * share.y
        syy += share.y * share.y
      }
    }
    let determinant = jxx * jyy - jxy * jyx
    guard determinant > 0 else { return nil }
    // J^-1 S J^-T.
    let (ixx, ixy, iyx, iyy) = (
      jyy / determinant, -jxy / determinant, -jyx / determinant, jxx / determinant
    )
    let variance = noise * noise
    return CornerCovariance(
      xx: variance * (ixx * ixx * sxx + 2 * ixx * ixy * sxy + ixy * ixy * syy),
      xy: variance * (ixx * iyx * sxx + (ixx * iyy + ixy * iyx) * sxy + ixy * iyy * syy),
      yy: variance * (iyx * iyx * sxx + 2 * iyx * iyy * sxy + iyy * iyy * syy))
  }
}
