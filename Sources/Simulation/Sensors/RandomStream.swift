import Tensors

/// Independent random streams for each row or column of each sensor in each frame, so that threads cannot change results.
enum RandomStream {
  enum Purpose: UInt64 {
    case leftImage = 1
    case rightImage
    case colorImage
    case depthImage
    case lidar
    case monoImage
    case lidarState
  }

  static func generator(seed: UInt64, _ purpose: Purpose, frame: Int, line: Int)
    -> SeededGenerator
  {
    // The highest bit keeps sensors apart from the streams that lay out the world.
    let stream =
      1 << 63 | UInt64(truncatingIfNeeded: frame) << 24 | purpose.rawValue << 16
      | UInt64(truncatingIfNeeded: line)
    return SeededGenerator(seed: seed, stream: stream)
  }
}

extension SeededGenerator {
  /// Nearly normal, standard deviation 1: the sum of four uniform numbers, at most 3.5 from 0.
  @inline(__always)
  mutating func nearlyNormal() -> Float {
    let bits = next()
    let sum =
      Int32(bits & 0xFFFF) + Int32(bits >> 16 & 0xFFFF) + Int32(bits >> 32 & 0xFFFF)
      + Int32(bits >> 48)
    return Float(sum - 131_070) / 37_837.2
  }
}
