public import Tensors

/// Mirrors the image with a given probability.
public struct RandomFlip: Augmentation {
  /// Which way the image is mirrored.
  public enum Axis: String, Sendable, CaseIterable {
    /// Left and right change places.
    case horizontal
    /// Top and bottom change places.
    case vertical
  }

  /// Which way the image is mirrored.
  public var axis: Axis
  /// How often.
  public var probability: Double

  /// A random mirror.
  ///
  /// - Parameters:
  ///   - axis: Which way the image is mirrored.
  ///   - probability: How often, from 0 to 1.
  public init(_ axis: Axis = .horizontal, probability: Double = 0.5) {
    self.axis = axis
    self.probability = probability
  }

  /// Mirrors the image, or not.
  ///
  /// - Parameters:
  ///   - image: `[C, H, W]` Float.
  ///   - generator: Source of the decision: one draw.
  /// - Returns: The image or its mirror.
  public func callAsFunction(_ image: Tensor, using generator: inout SeededGenerator) -> Tensor {
    requireImage(image)
    guard generator.uniform() < probability else { return image }
    let (rows, columns) = (image.shape[1], image.shape[2])
    return image.withUnsafeElements(of: Float.self) { pixels in
      Tensor(shape: image.shape, of: Float.self) { target in
        for line in 0..<image.shape[0] * rows {
          let to = line * columns
          if axis == .horizontal {
            for column in 0..<columns { target[to + column] = pixels[to + columns - 1 - column] }
          } else {
            let from = (line / rows * rows + rows - 1 - line % rows) * columns
            for column in 0..<columns { target[to + column] = pixels[from + column] }
          }
        }
      }
    }
  }
}
