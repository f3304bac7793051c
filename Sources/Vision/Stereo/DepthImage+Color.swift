import Tensors

extension DepthImage {
  /// A picture of the depths; pixels without a value are black.
  ///
  /// - Parameters:
  ///   - map: Scale of colours; its last colour stands for near.
  ///   - range: Nearest and farthest depth of the scale, metres; others are clamped. Colours are even in 1 / depth.
  /// - Returns: A picture of three channels of UInt8.
  /// - Throws: ``VisionError``.
  public func colored(_ map: ColorMap = .turbo, range: ClosedRange<Double>) throws -> Image {
    let inverse = depths.withUnsafeElements(of: Float.self) { source in
      Tensor(shape: depths.shape, of: Float.self) { target in
        for i in 0..<source.count { target[i] = source[i] > 0 ? 1 / source[i] : .nan }
      }
    }
    let low = Float(1 / max(range.upperBound, 1e-9))
    let high = Float(1 / max(range.lowerBound, 1e-9))
    var image = try map.image(of: inverse, range: low...high)
    image.camera = camera
    return image
  }
}

extension DisparityImage {
  /// A picture of the disparities; pixels without a value are black.
  ///
  /// - Parameters:
  ///   - map: Scale of colours; its last colour stands for the largest disparity (near).
  ///   - range: Smallest and largest disparity of the scale, pixels; others are clamped.
  /// - Returns: A picture of three channels of UInt8.
  /// - Throws: ``VisionError``.
  public func colored(_ map: ColorMap = .turbo, range: ClosedRange<Double>) throws -> Image {
    var image = try map.image(
      of: disparities, range: Float(range.lowerBound)...Float(range.upperBound), none: 0)
    image.camera = rig?.left
    return image
  }
}
