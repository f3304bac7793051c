import Tensors

/// Sums of differences between two pictures, warped along flow and as they are.
struct FlowResidual {
  /// Sums over the pixels that were looked at.
  struct Sums: Equatable {
    /// Pixels looked at.
    var seen = 0
    /// Of these, pixels that move.
    var moving = 0
    /// Of these, pixels whose place lies within the picture.
    var used = 0
    /// Sum of absolute differences as the pictures are, grey levels.
    var plain = 0.0
    /// The same after warping.
    var warped = 0.0

    /// What warping leaves of the difference; nil when too few pixels say anything.
    var ratio: Double? {
      guard used >= 50, 4 * used >= moving, plain >= 0.5 * Double(used) else { return nil }
      return warped / plain
    }

    static func + (left: Sums, right: Sums) -> Sums {
      Sums(
        seen: left.seen + right.seen, moving: left.moving + right.moving,
        used: left.used + right.used, plain: left.plain + right.plain,
        warped: left.warped + right.warped)
    }
  }

  /// Pixels looked at, at most about this many.
  private static let mostPixels = 40_000
  private let width: Int
  private let height: Int
  private let limit: Float
  private let mean: (u: Float, v: Float)

  init(width: Int, height: Int, _ convention: FlowConvention) {
    self.width = width
    self.height = height
    limit = convention.bound.map { Float($0) * 0.999 } ?? .infinity
    mean = (Float(convention.subtractedMean?.x ?? 0), Float(convention.subtractedMean?.y ?? 0))
  }

  /// Differences of `second`, fetched along the vectors, from `first`; both `[H, W, 1]` of UInt8.
  func sums(_ vectors: Tensor, _ reading: FlowReading, _ first: Tensor, _ second: Tensor) -> Sums {
    let area = width * height
    var step = 1
    while area / (step * step) > Self.mostPixels { step += 1 }
    let isSwapped = reading == .picturesSwapped
    return vectors.withUnsafeElements(of: Float.self) { values in
      (isSwapped ? second : first).withUnsafeElements(of: UInt8.self) { target in
        (isSwapped ? first : second).withUnsafeElements(of: UInt8.self) { source in
          var sums = Sums()
          var y = step / 2
          while y < height {
            add(&sums, row: y, step, reading, values, target, source)
            y += step
          }
          return sums
        }
      }
    }
  }

  private func add(
    _ sums: inout Sums, row y: Int, _ step: Int, _ reading: FlowReading,
    _ values: UnsafeBufferPointer<Float>, _ target: UnsafeBufferPointer<UInt8>,
    _ source: UnsafeBufferPointer<UInt8>
  ) {
    let area = width * height
    let (lastX, lastY) = (Float(width - 1), Float(height - 1))
    var x = step / 2
    while x < width {
      let i = y * width + x
      x += step
      sums.seen += 1
      var (u, v) = reading.vector(at: i, in: values, area: area)
      guard abs(u) < limit, abs(v) < limit else { continue }
      (u, v) = (u + mean.u, v + mean.v)
      guard u * u + v * v >= FlowCheck.leastMotion * FlowCheck.leastMotion else { continue }
      sums.moving += 1
      let (px, py) = (Float(i % width) + u, Float(y) + v)
      guard px >= 0, py >= 0, px < lastX, py < lastY else { continue }
      let (x0, y0) = (Int(px), Int(py))
      let (fx, fy) = (px - Float(x0), py - Float(y0))
      let j = y0 * width + x0
      let top = Float(source[j]) * (1 - fx) + Float(source[j + 1]) * fx
      let bottom = Float(source[j + width]) * (1 - fx) + Float(source[j + width + 1]) * fx
      let here = Float(target[i])
      sums.used += 1
      sums.warped += Double(abs(top * (1 - fy) + bottom * fy - here))
      sums.plain += Double(abs(Float(source[i]) - here))
    }
  }
}
