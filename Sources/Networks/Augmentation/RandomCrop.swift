public import Tensors

/// Cuts a window at a random place out of the image, which is first surrounded by a margin.
public struct RandomCrop: Augmentation {
  /// Height of the window, pixels; the image's height when nil.
  public var height: Int?
  /// Width of the window, pixels; the image's width when nil.
  public var width: Int?
  /// Margin around the image, pixels.
  public var padding: Int
  /// Value of the margin.
  public var fill: Float

  /// A random window.
  ///
  /// - Parameters:
  ///   - height: Height of the window, pixels; the image's height when nil.
  ///   - width: Width of the window, pixels; the image's width when nil.
  ///   - padding: Margin around the image, pixels.
  ///   - fill: Value of the margin.
  public init(height: Int? = nil, width: Int? = nil, padding: Int = 0, fill: Float = 0) {
    precondition(padding >= 0, "a margin cannot be \(padding) pixels wide")
    self.height = height
    self.width = width
    self.padding = padding
    self.fill = fill
  }

  /// Shape of the window.
  ///
  /// - Parameter shape: Channels, height and width of the image.
  /// - Returns: Shape of the window; nil when it is larger than the image with its margin.
  public func shape(ofImage shape: [Int]) -> [Int]? {
    let (rows, columns) = (height ?? shape[1], width ?? shape[2])
    let fits =
      (1...shape[1] + 2 * padding).contains(rows) && (1...shape[2] + 2 * padding).contains(columns)
    return fits ? [shape[0], rows, columns] : nil
  }

  /// Cuts a window out.
  ///
  /// - Parameters:
  ///   - image: `[C, H, W]` Float.
  ///   - generator: Source of the window's place: two draws.
  /// - Returns: The window.
  public func callAsFunction(_ image: Tensor, using generator: inout SeededGenerator) -> Tensor {
    requireImage(image)
    let source = image.shape
    guard let shape = shape(ofImage: source) else {
      preconditionFailure("no window of \(height ?? 0) x \(width ?? 0) fits into \(source)")
    }
    let top = generator.uniform(below: source[1] + 2 * padding - shape[1] + 1) - padding
    let left = generator.uniform(below: source[2] + 2 * padding - shape[2] + 1) - padding
    return image.withUnsafeElements(of: Float.self) { pixels in
      Tensor(shape: shape, of: Float.self) { target in
        target.initialize(repeating: fill)
        let columns = max(0, -left)..<max(max(0, -left), min(shape[2], source[2] - left))
        for channel in 0..<shape[0] {
          for row in max(0, -top)..<max(max(0, -top), min(shape[1], source[1] - top)) {
            let from = (channel * source[1] + row + top) * source[2] + left
            let to = (channel * shape[1] + row) * shape[2]
            for column in columns { target[to + column] = pixels[from + column] }
          }
        }
      }
    }
  }
}
