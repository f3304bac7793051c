import Foundation
public import Tensors

/// Cuts a window of random size, proportions and place out of the image and brings it to a fixed size.
///
/// - Note: Source: Szegedy et al., "Going deeper with convolutions", CVPR 2015, section 6. Differs: a window that does not fit
///   is shrunk instead of being drawn again, so that the number of draws is fixed.
public struct RandomResizedCrop: Augmentation {
  /// Height of the result, pixels; the image's height when nil.
  public var height: Int?
  /// Width of the result, pixels; the image's width when nil.
  public var width: Int?
  /// Smallest and largest share of the image's area.
  public var area: ClosedRange<Float>
  /// Smallest and largest quotient of width and height.
  public var aspect: ClosedRange<Float>

  /// A random window, resized.
  ///
  /// - Parameters:
  ///   - height: Height of the result, pixels; the image's height when nil.
  ///   - width: Width of the result, pixels; the image's width when nil.
  ///   - area: Smallest and largest share of the image's area, above 0, at most 1.
  ///   - aspect: Smallest and largest quotient of width and height, above 0.
  public init(
    height: Int? = nil, width: Int? = nil, area: ClosedRange<Float> = 0.08...1,
    aspect: ClosedRange<Float> = 3 / 4...4 / 3
  ) {
    precondition(area.lowerBound > 0 && area.upperBound <= 1, "an area of \(area) is no share")
    precondition(aspect.lowerBound > 0, "a window cannot have the proportions \(aspect)")
    self.height = height
    self.width = width
    self.area = area
    self.aspect = aspect
  }

  /// Shape of the result.
  ///
  /// - Parameter shape: Channels, height and width of the image.
  /// - Returns: Shape of the result; nil when a length is not above 0.
  public func shape(ofImage shape: [Int]) -> [Int]? {
    let (rows, columns) = (height ?? shape[1], width ?? shape[2])
    return rows > 0 && columns > 0 && shape[1] > 0 && shape[2] > 0
      ? [shape[0], rows, columns] : nil
  }

  /// Cuts a window out and resizes it.
  ///
  /// - Parameters:
  ///   - image: `[C, H, W]` Float.
  ///   - generator: Source of the window: four draws.
  /// - Returns: The resized window.
  public func callAsFunction(_ image: Tensor, using generator: inout SeededGenerator) -> Tensor {
    requireImage(image)
    let (rows, columns) = (Float(image.shape[1]), Float(image.shape[2]))
    let part = generator.uniform(in: area) * rows * columns
    let quotient = exp(generator.uniform(in: log(aspect.lowerBound)...log(aspect.upperBound)))
    let windowWidth = min(columns, sqrt(part * quotient))
    let windowHeight = min(rows, sqrt(part / quotient))
    let left = generator.uniform(in: 0...columns - windowWidth)
    let top = generator.uniform(in: 0...rows - windowHeight)
    let (height, width) = (height ?? image.shape[1], width ?? image.shape[2])
    let (scaleX, scaleY) = (windowWidth / Float(width), windowHeight / Float(height))
    // Pixel centres are whole numbers; borders of pixels lie half a pixel beside.
    let map = [scaleX, 0, left + scaleX / 2 - 0.5, 0, scaleY, top + scaleY / 2 - 0.5]
    return BilinearSampling.warped(image, to: (height, width), map: map, fill: nil)
  }
}
