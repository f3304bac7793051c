import Geometry

/// Gradients of a part of an image, smoothed by a binomial of five pixels.
///
/// Without smoothing the corners of sharp images lean towards pixel centres by up to 0.1 pixels, since a gradient's square
/// weighs a step unevenly over the pixels that share it.
struct GradientPatch {
  /// Pixel of the first gradient.
  let left: Int
  let top: Int
  /// Gradients along a side.
  let side: Int
  /// x and y of each gradient, row by row, grey levels a pixel.
  let values: [Float]

  /// The kernels: smoothing and derivative.
  static let smoothing: [Float] = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16]
  static let derivative: [Float] = [-1 / 8, -2 / 8, 0, 2 / 8, 1 / 8]

  /// Nil when the part reaches beyond the image.
  init?(_ grey: GreyPixels, left: Int, top: Int, side: Int) {
    guard side > 0, left >= 2, top >= 2, left + side + 2 <= grey.width,
      top + side + 2 <= grey.height
    else { return nil }
    (self.left, self.top, self.side) = (left, top, side)
    let rows = side + 4
    values = grey.withPixels { pixels in
      [Float](unsafeUninitializedCapacity: 2 * side * side) { out, count in
        // Along the rows: smoothed and differentiated.
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * rows * side) { across in
          for row in 0..<rows {
            let base = (top - 2 + row) * grey.width + left - 2
            for column in 0..<side {
              let i = base + column
              let a = Float(pixels[i])
              let b = Float(pixels[i + 1])
              let c = Float(pixels[i + 2])
              let d = Float(pixels[i + 3])
              let e = Float(pixels[i + 4])
              across[2 * (row * side + column)] = (a + e + 4 * (b + d) + 6 * c) / 16
              across[2 * (row * side + column) + 1] = (e - a + 2 * (d - b)) / 8
            }
          }
          for row in 0..<side {
            for column in 0..<side {
              let i = 2 * (row * side + column)
              let s = 2 * side
              let smooth =
                across[i + 1] + across[i + 4 * s + 1]
                + 4 * (across[i + s + 1] + across[i + 3 * s + 1]) + 6 * across[i + 2 * s + 1]
              out[i] = smooth / 16
              out[i + 1] =
                (across[i + 4 * s] - across[i] + 2 * (across[i + 3 * s] - across[i + s])) / 8
            }
          }
        }
        count = 2 * side * side
      }
    }
  }
}
