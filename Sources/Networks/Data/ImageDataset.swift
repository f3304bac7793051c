public import Tensors

/// Labelled images as a network sees them: changed at random, then normalised.
///
/// ```swift
/// let train = ImageDataset(images, augmentation: [RandomCrop(padding: 2)])
/// ```
public struct ImageDataset: Dataset {
  /// The images.
  public let images: LabelledImages
  /// What happens to each image, with values from 0 to 1.
  public let augmentation: AugmentationChain
  /// Subtracted from each channel.
  public let mean: [Float]
  /// What each channel is divided by.
  public let standardDeviation: [Float]

  /// Number of images.
  public var count: Int { images.count }

  /// Images for a network.
  ///
  /// - Parameters:
  ///   - images: The images.
  ///   - augmentation: What happens to each image, with values from 0 to 1.
  ///   - mean: Subtracted from each channel; the images' own when nil. Give the training images' to test images.
  ///   - standardDeviation: What each channel is divided by; the images' own when nil.
  public init(
    _ images: LabelledImages, augmentation: [any Augmentation] = [], mean: [Float]? = nil,
    standardDeviation: [Float]? = nil
  ) {
    let channels = images.images.shape[1]
    precondition(
      (mean?.count ?? channels) == channels && (standardDeviation?.count ?? channels) == channels,
      "\(channels) channels need as many means and deviations")
    self.images = images
    self.augmentation = AugmentationChain(augmentation)
    let own = mean == nil || standardDeviation == nil ? images.channelStatistics() : ([], [])
    self.mean = mean ?? own.0
    self.standardDeviation = standardDeviation ?? own.1
  }

  /// One image.
  ///
  /// - Parameters:
  ///   - index: Its number.
  ///   - generator: Source of the random changes.
  /// - Returns: `[C, H, W]` and the class.
  public func sample(at index: Int, using generator: inout SeededGenerator) -> LabelledSample {
    let shape = images.imageShape
    let size = shape.reduce(1, *)
    var image = images.images.withUnsafeElements(of: UInt8.self) { bytes in
      Tensor(shape: shape, of: Float.self) { target in
        let start = index * size
        for at in 0..<size { target[at] = Float(bytes[start + at]) * (1 / 255) }
      }
    }
    image = augmentation(image, using: &generator)
    let area = image.shape[1] * image.shape[2]
    image.withUnsafeMutableElements(of: Float.self) { pixels in
      for channel in mean.indices {
        let (shift, scale) = (mean[channel], 1 / standardDeviation[channel])
        for at in channel * area..<(channel + 1) * area {
          pixels[at] = (pixels[at] - shift) * scale
        }
      }
    }
    return LabelledSample(input: image, label: images.labels[index])
  }

  /// Puts images together.
  ///
  /// - Parameter samples: Images of one size.
  /// - Returns: The batch.
  public func batch(of samples: [LabelledSample]) -> LabelledBatch {
    LabelledBatch(stacking: samples)
  }
}
