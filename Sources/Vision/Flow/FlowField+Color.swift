import Foundation
import Tensors

extension FlowField {
  /// A picture of the motion: hue is the direction, paleness the lack of speed; no motion is white.
  ///
  /// - Parameter largest: Speed with full colour, pixels; that of the fastest pixel when left out or 0. Faster pixels are
  ///   darkened, those that are not numbers black.
  /// - Returns: A picture of three channels of UInt8.
  /// - Note: Source: Baker et al., "A database and evaluation methodology for optical flow", IJCV 2011: the colour wheel.
  public func colored(largest: Double? = nil) -> Image {
    let wheel = Self.wheel
    let shape = [height, width, 3]
    let pixels = vectors.withUnsafeElements(of: Float.self) { vectors in
      let limit = largest.flatMap { $0 > 0 ? Float($0) : nil } ?? Self.fastest(vectors)
      let scale = limit > 0 ? 1 / limit : 0
      return wheel.withUnsafeBufferPointer { wheel in
        Tensor(shape: shape, of: UInt8.self) { target in
          for i in 0..<(target.count / 3) {
            Self.paint(
              vectors[2 * i] * scale, vectors[2 * i + 1] * scale, wheel, target, at: 3 * i)
          }
        }
      }
    }
    return Image(pixels: pixels)
  }

  private static func fastest(_ vectors: UnsafeBufferPointer<Float>) -> Float {
    var largest: Float = 0
    var i = 0
    while i < vectors.count {
      let square = vectors[i] * vectors[i] + vectors[i + 1] * vectors[i + 1]
      if square > largest && square.isFinite { largest = square }
      i += 2
    }
    return largest.squareRoot()
  }

  @inline(__always)
  private static func paint(
    _ u: Float, _ v: Float, _ wheel: UnsafeBufferPointer<Float>,
    _ target: UnsafeMutableBufferPointer<UInt8>, at offset: Int
  ) {
    let speed = (u * u + v * v).squareRoot()
    guard speed.isFinite else {
      for channel in 0..<3 { target[offset + channel] = 0 }
      return
    }
    let steps = wheel.count / 3
    let turn = (atan2(-v, -u) / .pi + 1) / 2 * Float(steps - 1)
    let low = min(Int(turn), steps - 1)
    let high = low + 1 == steps ? 0 : low + 1
    let part = turn - Float(low)
    for channel in 0..<3 {
      let pure = wheel[3 * low + channel] * (1 - part) + wheel[3 * high + channel] * part
      let color = speed <= 1 ? 1 - speed * (1 - pure) : pure * 0.75
      target[offset + channel] = UInt8(min(max(color * 255, 0), 255))
    }
  }

  /// The wheel's colours, 0 to 1: six arcs between the pure colours, of lengths that look even.
  private static let wheel: [Float] = {
    let arcs: [(count: Int, from: [Float], to: [Float])] = [
      (15, [1, 0, 0], [1, 1, 0]), (6, [1, 1, 0], [0, 1, 0]), (4, [0, 1, 0], [0, 1, 1]),
      (11, [0, 1, 1], [0, 0, 1]), (13, [0, 0, 1], [1, 0, 1]), (6, [1, 0, 1], [1, 0, 0]),
    ]
    return arcs.flatMap { arc in
      (0..<arc.count).flatMap { step in
        (0..<3).map { channel in
          let part = Float(step) / Float(arc.count)
          return arc.from[channel] * (1 - part) + arc.to[channel] * part
        }
      }
    }
  }()
}
