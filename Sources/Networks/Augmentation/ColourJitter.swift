public import Tensors

/// Changes brightness, contrast, saturation and hue at random, in this order.
///
/// Images with other than three channels keep their saturation and hue. Values stay between 0 and 1.
///
/// - Note: The definitions of the four changes are those of torchvision's `functional` module.
public struct ColourJitter: Augmentation {
  /// The factor for the brightness lies between 1 minus and 1 plus this.
  public var brightness: Float
  /// The factor for the contrast lies between 1 minus and 1 plus this.
  public var contrast: Float
  /// The factor for the saturation lies between 1 minus and 1 plus this.
  public var saturation: Float
  /// The hue is turned by at most this share of a full circle to either side.
  public var hue: Float

  /// A random change of colours.
  ///
  /// - Parameters:
  ///   - brightness: Spread of the factor for the brightness, from 0 to 1.
  ///   - contrast: Spread of the factor for the contrast, from 0 to 1.
  ///   - saturation: Spread of the factor for the saturation, from 0 to 1.
  ///   - hue: Largest turn of the hue, as a share of a full circle, from 0 to 0.5.
  public init(
    brightness: Float = 0, contrast: Float = 0, saturation: Float = 0, hue: Float = 0
  ) {
    precondition(
      [brightness, contrast, saturation].allSatisfy { (0...1).contains($0) }
        && (0...0.5).contains(hue), "a spread of colours is out of its range")
    self.brightness = brightness
    self.contrast = contrast
    self.saturation = saturation
    self.hue = hue
  }

  /// Changes the colours.
  ///
  /// - Parameters:
  ///   - image: `[C, H, W]` Float, values from 0 to 1.
  ///   - generator: Source of the change: four draws.
  /// - Returns: The changed image.
  public func callAsFunction(_ image: Tensor, using generator: inout SeededGenerator) -> Tensor {
    requireImage(image)
    let factors = [brightness, contrast, saturation].map {
      generator.uniform(in: 1 - $0...1 + $0)
    }
    let turn = generator.uniform(in: -hue...hue)
    return Self.changed(
      image, brightness: factors[0], contrast: factors[1], saturation: factors[2], hue: turn)
  }

  /// Applies given factors.
  static func changed(
    _ image: Tensor, brightness: Float, contrast: Float, saturation: Float, hue: Float
  ) -> Tensor {
    var image = image
    let (channels, area) = (image.shape[0], image.shape[1] * image.shape[2])
    guard area > 0 else { return image }
    image.withUnsafeMutableElements(of: Float.self) { pixels in
      if brightness != 1 {
        for at in pixels.indices { pixels[at] = limited(pixels[at] * brightness) }
      }
      if contrast != 1 {
        var sum: Float = 0
        for at in 0..<(channels == 3 ? area : pixels.count) {
          sum += channels == 3 ? grey(pixels, at, area) : pixels[at]
        }
        let mean = sum / Float(channels == 3 ? area : pixels.count)
        for at in pixels.indices { pixels[at] = blend(pixels[at], mean, contrast) }
      }
      guard channels == 3 else { return }
      if saturation != 1 {
        for at in 0..<area {
          let level = grey(pixels, at, area)
          for plane in 0..<3 {
            pixels[plane * area + at] = blend(pixels[plane * area + at], level, saturation)
          }
        }
      }
      if hue != 0 { for at in 0..<area { turn(pixels, at, area, by: hue) } }
    }
    return image
  }

  @inline(__always)
  private static func limited(_ value: Float) -> Float { max(0, min(1, value)) }

  @inline(__always)
  private static func blend(_ value: Float, _ other: Float, _ factor: Float) -> Float {
    limited(factor * value + (1 - factor) * other)
  }

  /// Luma by ITU-R BT.601.
  @inline(__always)
  private static func grey(_ pixels: UnsafeMutableBufferPointer<Float>, _ at: Int, _ area: Int)
    -> Float
  {
    0.2989 * pixels[at] + 0.587 * pixels[area + at] + 0.114 * pixels[2 * area + at]
  }

  /// Turns the hue of the hexcone model by a share of the circle.
  @inline(__always)
  private static func turn(
    _ pixels: UnsafeMutableBufferPointer<Float>, _ at: Int, _ area: Int, by share: Float
  ) {
    let (red, green, blue) = (pixels[at], pixels[area + at], pixels[2 * area + at])
    let (high, low) = (max(red, green, blue), min(red, green, blue))
    let range = high - low
    guard range > 0 else { return }
    var sixths: Float
    if high == red {
      sixths = (green - blue) / range
    } else if high == green {
      sixths = (blue - red) / range + 2
    } else {
      sixths = (red - green) / range + 4
    }
    sixths += share * 6
    for (plane, offset) in [(0, 5), (1, 3), (2, 1)] as [(Int, Float)] {
      // The hexcone's inverse: value - range * max(0, min(k, 4 - k, 1)) with k = (offset + 6 * hue) mod 6.
      var k = (offset + sixths).truncatingRemainder(dividingBy: 6)
      if k < 0 { k += 6 }
      pixels[plane * area + at] = high - range * max(0, min(k, 4 - k, 1))
    }
  }
}
