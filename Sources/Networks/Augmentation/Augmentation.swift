public import Tensors

/// A random change of an image that leaves its meaning as it is.
///
/// All randomness comes from the generator that is passed in: the same generator gives the same image, on any thread.
public protocol Augmentation: Sendable {
  /// Shape of the changed image, checked before anything is loaded.
  ///
  /// - Parameter shape: Channels, height and width of the image.
  /// - Returns: Channels, height and width after the change; nil when the change cannot be applied.
  func shape(ofImage shape: [Int]) -> [Int]?

  /// A changed copy of an image.
  ///
  /// - Parameters:
  ///   - image: `[C, H, W]` Float, values from 0 to 1, colour order RGB.
  ///   - generator: Source of all randomness.
  /// - Returns: The changed image.
  func callAsFunction(_ image: Tensor, using generator: inout SeededGenerator) -> Tensor
}

extension Augmentation {
  /// The same shape.
  ///
  /// - Parameter shape: Channels, height and width of the image.
  /// - Returns: The same.
  public func shape(ofImage shape: [Int]) -> [Int]? { shape }

  func requireImage(_ image: Tensor) {
    precondition(
      image.rank == 3 && image.elementType == .float32,
      "\(Self.self): an image is [C, H, W] of float32, not \(image.shape) of \(image.elementType)")
  }
}

/// Several changes, one after the other.
public struct AugmentationChain: Augmentation {
  /// The changes in their order.
  public var steps: [any Augmentation]

  /// Changes in their order.
  ///
  /// - Parameter steps: The changes.
  public init(_ steps: [any Augmentation]) { self.steps = steps }

  /// Shape after all changes.
  ///
  /// - Parameter shape: Channels, height and width of the image.
  /// - Returns: Shape after all changes; nil when one of them cannot be applied.
  public func shape(ofImage shape: [Int]) -> [Int]? {
    steps.reduce(shape) { shape, step in shape.flatMap { step.shape(ofImage: $0) } }
  }

  /// Applies all changes.
  ///
  /// - Parameters:
  ///   - image: `[C, H, W]` Float, values from 0 to 1.
  ///   - generator: Source of all randomness.
  /// - Returns: The changed image.
  public func callAsFunction(_ image: Tensor, using generator: inout SeededGenerator) -> Tensor {
    steps.reduce(image) { image, step in step(image, using: &generator) }
  }
}

extension SeededGenerator {
  /// A number from a closed range.
  mutating func uniform(in range: ClosedRange<Float>) -> Float {
    range.lowerBound + (range.upperBound - range.lowerBound) * Float(uniform())
  }
}
