public import Tensors

/// Adds normally distributed noise to every value.
public struct RandomNoise: Augmentation {
  /// Standard deviation of the noise, values being from 0 to 1.
  public var standardDeviation: Float

  /// Noise.
  ///
  /// - Parameter standardDeviation: Standard deviation of the noise, not negative.
  public init(standardDeviation: Float) {
    precondition(standardDeviation >= 0, "no noise deviates by \(standardDeviation)")
    self.standardDeviation = standardDeviation
  }

  /// Adds noise.
  ///
  /// - Parameters:
  ///   - image: `[C, H, W]` Float, values from 0 to 1.
  ///   - generator: Source of the noise: two draws for each value.
  /// - Returns: The image with noise, limited to 0 and 1.
  public func callAsFunction(_ image: Tensor, using generator: inout SeededGenerator) -> Tensor {
    requireImage(image)
    var image = image
    image.withUnsafeMutableElements(of: Float.self) { pixels in
      for at in pixels.indices {
        let noise = standardDeviation * Float(generator.normal())
        pixels[at] = max(0, min(1, pixels[at] + noise))
      }
    }
    return image
  }
}
