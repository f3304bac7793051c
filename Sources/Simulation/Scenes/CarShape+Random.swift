import Tensors

extension CarShape {
  /// A car of random build and size; sizes follow the labels of European streets.
  ///
  /// - Note: Mean sizes of the classes as in KITTI's training labels: cars 3.88 x 1.63 x 1.53 m, vans 5.07 x 1.90 x 2.21 m.
  static func random(_ label: String, _ generator: inout SeededGenerator) -> CarShape {
    label == "Van" ? randomVan(&generator) : randomCar(&generator)
  }

  /// What ground truth calls the car: without its mirrors.
  var box: (low: Float3, high: Float3) {
    let half = Float3(length / 2, (width - Self.mirrors) / 2, height)
    return (Float3(-half.x, -half.y, 0), half)
  }

  /// What the mirrors add to the width.
  private static let mirrors: Float = 0.1

  private static func randomCar(_ generator: inout SeededGenerator) -> CarShape {
    let build = generator.normal()
    let length = min(max(3.88 + 0.4 * build, 3.1), 5.1)
    // Longer cars are wider.
    let width = min(max(1.63 + 0.055 * build + 0.083 * generator.normal(), 1.4), 1.98)
    let height = generator.normal(1.53, 0.13, in: 1.25...2)
    let isTall = height > 1.6
    func draw(_ low: Double, _ high: Double) -> Float { Float(generator.between(low, high)) }
    let belt = Float(height) * draw(0.58, 0.67)
    let hasBoot = !isTall && length > 3.9 && generator.chance(0.45)
    let bonnet = Float(length) * (isTall ? draw(0.16, 0.25) : draw(0.2, 0.29))
    let cabin = Float(length) - bonnet
    return CarShape(
      length: Float(length), width: Float(width) + mirrors, height: Float(height), belt: belt,
      windscreenLean: min(cabin * 0.4, isTall ? draw(0.4, 0.75) : draw(0.5, 0.95)),
      rearLean: hasBoot ? draw(0.45, 0.8) : draw(0.05, 0.5),
      bonnet: bonnet, boot: hasBoot ? Float(length) * draw(0.09, 0.15) : draw(0.02, 0.15),
      wheelRadius: isTall ? draw(0.31, 0.38) : draw(0.27, 0.33))
  }

  private static func randomVan(_ generator: inout SeededGenerator) -> CarShape {
    func draw(_ low: Double, _ high: Double) -> Float { Float(generator.between(low, high)) }
    let length = generator.normal(5.07, 0.6, in: 4.1...7)
    let width = generator.normal(1.9, 0.12, in: 1.65...2.2)
    let height = generator.normal(2.21, 0.28, in: 1.75...2.9)
    return CarShape(
      label: "Van", length: Float(length), width: Float(width) + mirrors, height: Float(height),
      belt: min(Float(height) * 0.56, draw(1.05, 1.3)), windscreenLean: draw(0.35, 0.8),
      rearLean: draw(0.02, 0.15), bonnet: draw(0.45, 1.1), boot: draw(0.02, 0.1),
      wheelRadius: draw(0.31, 0.37))
  }
}
