public import Tensors

/// Images of one size with a class each, in memory.
public struct LabelledImages: Sendable {
  /// The images, `[N, C, H, W]` UInt8; colour order RGB.
  public let images: Tensor
  /// Number of each image's class, counted from 0.
  public let labels: [Int]
  /// Names of the classes.
  public let classNames: [String]
  /// The files that the images come from; may be empty.
  public var files: [String] = []

  /// Number of images.
  public var count: Int { labels.count }
  /// Channels, height and width of each image.
  public var imageShape: [Int] { Array(images.shape[1...]) }

  /// Labelled images.
  ///
  /// - Parameters:
  ///   - images: `[N, C, H, W]` UInt8.
  ///   - labels: One class for each image, below the number of names.
  ///   - classNames: Names of the classes.
  public init(images: Tensor, labels: [Int], classNames: [String]) {
    precondition(
      images.rank == 4 && images.elementType == .uint8,
      "labelled images need [N, C, H, W] of uint8, not \(images.shape) of \(images.elementType)")
    precondition(
      images.shape[0] == labels.count, "\(images.shape[0]) images with \(labels.count) labels")
    precondition(
      labels.allSatisfy { classNames.indices.contains($0) },
      "a label is none of the \(classNames.count) classes")
    self.images = images
    self.labels = labels
    self.classNames = classNames
  }

  /// Some of the images, in a given order.
  ///
  /// - Parameter indices: Their numbers.
  /// - Returns: Copies of the images.
  public func subset(_ indices: [Int]) -> LabelledImages {
    let size = imageShape.reduce(1, *)
    let chosen = images.withUnsafeElements(of: UInt8.self) { source in
      Tensor(shape: [indices.count] + imageShape, of: UInt8.self) { target in
        for (place, index) in indices.enumerated() {
          precondition(labels.indices.contains(index), "there is no image \(index) of \(count)")
          let image = UnsafeBufferPointer(rebasing: source[index * size..<(index + 1) * size])
          _ = UnsafeMutableBufferPointer(rebasing: target[place * size..<(place + 1) * size])
            .initialize(from: image)
        }
      }
    }
    return LabelledImages(
      images: chosen, labels: indices.map { labels[$0] }, classNames: classNames)
  }

  /// The images of some classes, which are numbered anew in the given order.
  ///
  /// - Parameter classes: Numbers of the classes, each at most once.
  /// - Returns: Copies of their images, in the old order.
  public func restricted(toClasses classes: [Int]) -> LabelledImages {
    var newNumber = [Int?](repeating: nil, count: classNames.count)
    for (number, old) in classes.enumerated() { newNumber[old] = number }
    let kept = subset(labels.indices.filter { newNumber[labels[$0]] != nil })
    return LabelledImages(
      images: kept.images, labels: kept.labels.compactMap { newNumber[$0] },
      classNames: classes.map { classNames[$0] })
  }

  /// Mean and standard deviation of each channel over all images, with values from 0 to 1.
  ///
  /// - Returns: Means and standard deviations; a deviation of 0 is given as 1.
  public func channelStatistics() -> (mean: [Float], standardDeviation: [Float]) {
    let (channels, area) = (images.shape[1], images.shape[2] * images.shape[3])
    var sums = [Int](repeating: 0, count: channels)
    var squares = [Int](repeating: 0, count: channels)
    images.withUnsafeElements(of: UInt8.self) { bytes in
      for plane in 0..<count * channels {
        var (sum, square) = (0, 0)
        for at in plane * area..<(plane + 1) * area {
          let value = Int(bytes[at])
          sum &+= value
          square &+= value &* value
        }
        sums[plane % channels] += sum
        squares[plane % channels] += square
      }
    }
    let total = Double(max(1, count * area))
    let means = sums.map { Double($0) / total }
    let deviations = zip(squares, means).map { (Double($0) / total - $1 * $1).squareRoot() / 255 }
    return (means.map { Float($0 / 255) }, deviations.map { $0 > 0 ? Float($0) : 1 })
  }
}
