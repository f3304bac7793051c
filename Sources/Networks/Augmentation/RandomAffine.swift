import Foundation
public import Tensors

/// Turns, shifts, scales and shears the image about its centre, with bilinear interpolation.
public struct RandomAffine: Augmentation {
  /// Largest rotation to either side, radians.
  public var rotation: Float
  /// Largest shift to each side, as a share of the image's height and width.
  public var translation: Float
  /// Smallest and largest enlargement.
  public var scale: ClosedRange<Float>
  /// Largest shear to either side along the rows, radians.
  public var shear: Float
  /// Value beyond the image's border.
  public var fill: Float

  /// A random affine map.
  ///
  /// - Parameters:
  ///   - rotation: Largest rotation to either side, radians.
  ///   - translation: Largest shift to each side, as a share of the image's height and width.
  ///   - scale: Smallest and largest enlargement, above 0.
  ///   - shear: Largest shear to either side along the rows, radians, below a right angle.
  ///   - fill: Value beyond the image's border.
  public init(
    rotation: Float = 0, translation: Float = 0, scale: ClosedRange<Float> = 1...1,
    shear: Float = 0, fill: Float = 0
  ) {
    precondition(scale.lowerBound > 0, "an image cannot be enlarged by \(scale.lowerBound)")
    precondition(abs(shear) < .pi / 2, "an image cannot be sheared by \(shear) radians")
    self.rotation = rotation
    self.translation = translation
    self.scale = scale
    self.shear = shear
    self.fill = fill
  }

  /// Maps the image.
  ///
  /// - Parameters:
  ///   - image: `[C, H, W]` Float.
  ///   - generator: Source of the map: five draws.
  /// - Returns: An image of the same size.
  public func callAsFunction(_ image: Tensor, using generator: inout SeededGenerator) -> Tensor {
    requireImage(image)
    let (height, width) = (image.shape[1], image.shape[2])
    let angle = generator.uniform(in: -abs(rotation)...abs(rotation))
    let moveX = generator.uniform(in: -abs(translation)...abs(translation)) * Float(width)
    let moveY = generator.uniform(in: -abs(translation)...abs(translation)) * Float(height)
    let enlargement = generator.uniform(in: scale)
    let slope = tan(generator.uniform(in: -abs(shear)...abs(shear)))
    let map = Self.sourceFromTarget(
      height: height, width: width, angle: angle, move: (moveX, moveY), scale: enlargement,
      slope: slope)
    return BilinearSampling.warped(image, to: (height, width), map: map, fill: fill)
  }

  /// The inverse of: shear, turn and enlarge about the centre, then shift.
  ///
  /// - Returns: The upper two rows of the matrix, row-major.
  static func sourceFromTarget(
    height: Int, width: Int, angle: Float, move: (x: Float, y: Float), scale: Float, slope: Float
  ) -> [Float] {
    let (centreX, centreY) = (Float(width - 1) / 2, Float(height - 1) / 2)
    let (cosine, sine) = (cos(angle) / scale, sin(angle) / scale)
    // The inverse of the rotation, then that of the shear: x -= slope * y.
    let (a, b) = (cosine + slope * sine, sine - slope * cosine)
    let (c, d) = (-sine, cosine)
    let (fromX, fromY) = (centreX + move.x, centreY + move.y)
    return [
      a, b, centreX - a * fromX - b * fromY,
      c, d, centreY - c * fromX - d * fromY,
    ]
  }
}
