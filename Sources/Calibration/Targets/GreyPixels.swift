import Geometry
import Tensors
import Vision

/// An image of one channel and 8 bits, and its noise.
struct GreyPixels: Sendable {
  let image: Image
  let width: Int
  let height: Int

  init(_ image: Image) throws {
    self.image = try image.grey()
    width = image.width
    height = image.height
  }

  func withPixels<Result>(
    _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    try image.pixels.withUnsafeElements(of: UInt8.self, body)
  }

  /// Brightness at a place between pixels, bilinear; nil outside.
  func sample(_ p: Vector2) -> Double? {
    guard p.x >= 0, p.y >= 0, p.x < Double(width - 1), p.y < Double(height - 1) else { return nil }
    let (x, y) = (Int(p.x), Int(p.y))
    let (fx, fy) = (p.x - Double(x), p.y - Double(y))
    return withPixels { pixels in
      let at = { Double(pixels[$0]) }
      let i = y * width + x
      return (at(i) * (1 - fx) + at(i + 1) * fx) * (1 - fy)
        + (at(i + width) * (1 - fx) + at(i + width + 1) * fx) * fy
    }
  }

  /// Standard deviation of the pixels' noise in a part of the image, grey levels: at least that of rounding.
  ///
  /// - Note: Source: Immerkær, "Fast Noise Variance Estimation", Computer Vision and Image Understanding 64(2), 1996, its
  ///   mask. Differs: the median of the responses, which edges do not move, instead of their mean.
  func noise(from low: Vector2, to high: Vector2) -> Double {
    let rounding = (1.0 / 12).squareRoot()
    let (left, right) = (max(1, Int(low.x.rounded())), min(width - 2, Int(high.x.rounded())))
    let (top, bottom) = (max(1, Int(low.y.rounded())), min(height - 2, Int(high.y.rounded())))
    guard left <= right, top <= bottom else { return rounding }
    var counts = [Int](repeating: 0, count: 16 * 256)
    var total = 0
    // 60,000 pixels are enough for a median.
    let step = max(1, Int((Double((right - left + 1) * (bottom - top + 1)) / 60_000).squareRoot()))
    withPixels { p in
      counts.withUnsafeMutableBufferPointer { counts in
        var y = top
        while y <= bottom {
          var x = left
          while x <= right {
            let i = y * width + x
            let (up, down) = (i - width, i + width)
            let corners = Int(p[up - 1]) + Int(p[up + 1]) + Int(p[down - 1]) + Int(p[down + 1])
            let sides = Int(p[up]) + Int(p[down]) + Int(p[i - 1]) + Int(p[i + 1])
            counts[min(abs(corners - 2 * sides + 4 * Int(p[i])), 4095)] += 1
            total += 1
            x += step
          }
          y += step
        }
      }
    }
    var (seen, median) = (0, 0.0)
    for (value, count) in counts.enumerated() where count > 0 {
      if 2 * (seen + count) >= total {
        // Inside the class of one whole number, from value - 0.5 to value + 0.5.
        let part = (Double(total) / 2 - Double(seen)) / Double(count)
        median = value == 0 ? part / 2 : Double(value) - 0.5 + part
        break
      }
      seen += count
    }
    // The mask multiplies the noise by 6; 0.6745 is the median of |normal|.
    return max(median / 0.6745 / 6, rounding)
  }
}
