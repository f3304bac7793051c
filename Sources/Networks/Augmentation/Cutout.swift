public import Tensors

/// Blanks out a square at a random place.
///
/// - Note: Source: DeVries and Taylor, "Improved regularization of convolutional neural networks with cutout", 2017: the
///   centre lies anywhere in the image, so that part of the square may lie outside.
public struct Cutout: Augmentation {
  /// Edge of the square, pixels.
  public var size: Int
  /// Value inside the square.
  public var fill: Float

  /// A random square.
  ///
  /// - Parameters:
  ///   - size: Edge of the square, pixels, not negative.
  ///   - fill: Value inside the square.
  public init(size: Int, fill: Float = 0) {
    precondition(size >= 0, "a square cannot have an edge of \(size) pixels")
    self.size = size
    self.fill = fill
  }

  /// Blanks out a square.
  ///
  /// - Parameters:
  ///   - image: `[C, H, W]` Float.
  ///   - generator: Source of the place: two draws.
  /// - Returns: The image with the square.
  public func callAsFunction(_ image: Tensor, using generator: inout SeededGenerator) -> Tensor {
    requireImage(image)
    let (rows, columns) = (image.shape[1], image.shape[2])
    guard rows > 0, columns > 0 else { return image }
    let top = generator.uniform(below: rows) - size / 2
    let left = generator.uniform(below: columns) - size / 2
    let (firstRow, firstColumn) = (max(0, top), max(0, left))
    let (endRow, endColumn) = (min(rows, top + size), min(columns, left + size))
    guard firstRow < endRow, firstColumn < endColumn else { return image }
    var image = image
    let channels = image.shape[0]
    image.withUnsafeMutableElements(of: Float.self) { pixels in
      for channel in 0..<channels {
        for row in firstRow..<endRow {
          let line = (channel * rows + row) * columns
          for column in firstColumn..<endColumn { pixels[line + column] = fill }
        }
      }
    }
    return image
  }
}
