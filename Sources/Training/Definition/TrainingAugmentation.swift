import Configuration
import Networks

/// The random changes that a definition may name.
enum TrainingAugmentation {
  static let kinds = TrainingKinds<TrainingChange>(part: "augmentation", kinds: images + clouds)

  private static let images: [TrainingKinds<TrainingChange>.Kind] = [
    image("crop", "a window of the padded image", CropSettings.self) {
      RandomCrop(
        height: $0.height, width: $0.width, padding: $0.padding, fill: Float($0.fill))
    },
    image("horizontal_flip", "left and right change places", FlipSettings.self) {
      RandomFlip(.horizontal, probability: $0.probability)
    },
    image("vertical_flip", "top and bottom change places", FlipSettings.self) {
      RandomFlip(.vertical, probability: $0.probability)
    },
    image("affine", "rotation, shift, scale and shear", AffineSettings.self) {
      let scale = try range($0.scale, "scale")
      return RandomAffine(
        rotation: Float($0.rotation * .pi / 180), translation: Float($0.translation),
        scale: scale, shear: Float($0.shear * .pi / 180), fill: Float($0.fill))
    },
    image("resized_crop", "a window of random size, resized", ResizedCropSettings.self) {
      RandomResizedCrop(
        height: $0.height, width: $0.width, area: try range($0.area, "area"),
        aspect: try range($0.aspect, "aspect"))
    },
    image("colour", "brightness, contrast, saturation and hue", ColourSettings.self) {
      ColourJitter(
        brightness: Float($0.brightness), contrast: Float($0.contrast),
        saturation: Float($0.saturation), hue: Float($0.hue))
    },
    image("noise", "normally distributed noise", NoiseSettings.self) {
      RandomNoise(standardDeviation: Float($0.standardDeviation))
    },
    image("cutout", "a blank square", CutoutSettings.self) {
      Cutout(size: $0.size, fill: Float($0.fill))
    },
  ]

  private static func image<Settings: ParameterSet>(
    _ name: String, _ summary: String, _ type: Settings.Type,
    make: @escaping @Sendable (Settings) throws -> any Augmentation
  ) -> TrainingKinds<TrainingChange>.Kind {
    .init(name, summary, type) { .image(try make($0)) }
  }

  static func range(_ ends: [Double], _ name: String) throws -> ClosedRange<Float> {
    guard ends.count == 2, ends[0] <= ends[1] else {
      throw TrainingError("'\(name)' takes a smallest and a largest value, such as [0.9, 1.1]")
    }
    return Float(ends[0])...Float(ends[1])
  }
}

private struct CropSettings: ParameterSet {
  @Setting("Height of the window, pixels; the image's when left out", in: 1...100_000)
  var height: Int? = nil
  @Setting("Width of the window, pixels; the image's when left out", in: 1...100_000)
  var width: Int? = nil
  @Setting("Margin around the image, pixels", in: 0...10_000) var padding = 0
  @Setting("Value of the margin, from 0 to 1", in: 0...1) var fill = 0.0
}

private struct FlipSettings: ParameterSet {
  @Setting("How often", in: 0...1) var probability = 0.5
}

private struct AffineSettings: ParameterSet {
  @Setting("Largest rotation to either side, degrees", in: 0...180) var rotation = 0.0
  @Setting("Largest shift, as a share of the image's size", in: 0...1) var translation = 0.0
  @Setting("Smallest and largest enlargement", in: 0.01...100) var scale = [1.0, 1.0]
  @Setting("Largest shear to either side, degrees", in: 0...80) var shear = 0.0
  @Setting("Value beyond the border, from 0 to 1", in: 0...1) var fill = 0.0
}

private struct ResizedCropSettings: ParameterSet {
  @Setting("Height of the result, pixels; the image's when left out", in: 1...100_000)
  var height: Int? = nil
  @Setting("Width of the result, pixels; the image's when left out", in: 1...100_000)
  var width: Int? = nil
  @Setting("Smallest and largest share of the image's area", in: 0.0001...1)
  var area = [0.08, 1.0]
  @Setting("Smallest and largest quotient of width and height", in: 0.01...100)
  var aspect = [0.75, 1.3333]
}

private struct ColourSettings: ParameterSet {
  @Setting("Spread of the factor for the brightness", in: 0...1) var brightness = 0.0
  @Setting("Spread of the factor for the contrast", in: 0...1) var contrast = 0.0
  @Setting("Spread of the factor for the saturation", in: 0...1) var saturation = 0.0
  @Setting("Largest turn of the hue, as a share of a circle", in: 0...0.5) var hue = 0.0
}

private struct NoiseSettings: ParameterSet {
  @Setting("Standard deviation, values being from 0 to 1", in: 0...1)
  var standardDeviation = 0.05
}

private struct CutoutSettings: ParameterSet {
  @Setting("Edge of the square, pixels", in: 0...100_000) var size = 8
  @Setting("Value inside, from 0 to 1", in: 0...1) var fill = 0.0
}
