import Foundation
import Tensors
import Testing

@testable import Networks

private func ramp(_ shape: [Int]) -> Tensor {
  let count = shape.reduce(1, *)
  return Tensor((0..<count).map { Float($0) / Float(count) }, shape: shape)
}

private let all: [any Augmentation] = [
  RandomCrop(padding: 2), RandomFlip(), RandomFlip(.vertical),
  RandomAffine(rotation: 0.3, translation: 0.1, scale: 0.8...1.2, shear: 0.2),
  RandomResizedCrop(), ColourJitter(brightness: 0.3, contrast: 0.3, saturation: 0.3, hue: 0.1),
  RandomNoise(standardDeviation: 0.1), Cutout(size: 3),
]

@Test func `the same generator gives the same image, another one a different image`() {
  let image = ramp([3, 9, 7])
  for step in all {
    var (first, second) = (SeededGenerator(seed: 1), SeededGenerator(seed: 1))
    let changed = (0..<8).map { _ in step(image, using: &first).array(of: Float.self) }
    let again = (0..<8).map { _ in step(image, using: &second).array(of: Float.self) }
    #expect(changed == again)
    #expect(Set(changed).count > 1, "\(step) never changes")
    #expect(changed.joined().allSatisfy { $0 >= -1e-6 && $0 <= 1 + 1e-6 })
    #expect(step.shape(ofImage: [3, 9, 7]) == [3, 9, 7])
  }
}

@Test func `the source image stays as it is`() {
  let image = ramp([3, 5, 5])
  let before = image.array(of: Float.self)
  var generator = SeededGenerator(seed: 2)
  _ = AugmentationChain(all)(image, using: &generator)
  #expect(image.array(of: Float.self) == before)
}

@Test func `a crop is a window of the padded image`() {
  let image = ramp([2, 3, 4])
  var generator = SeededGenerator(seed: 3)
  let crop = RandomCrop(height: 2, width: 2, padding: 1, fill: -1)
  let pixels = image.array(of: Float.self)
  func padded(_ c: Int, _ y: Int, _ x: Int) -> Float {
    (0..<3).contains(y) && (0..<4).contains(x) ? pixels[(c * 3 + y) * 4 + x] : -1
  }
  var seen: Set<[Int]> = []
  for _ in 0..<200 {
    let window = crop(image, using: &generator).array(of: Float.self)
    let places = (-1...2).flatMap { y in (-1...3).map { [y, $0] } }
    let place = places.first { place in
      (0..<8).allSatisfy { at in
        window[at] == padded(at / 4, place[0] + at / 2 % 2, place[1] + at % 2)
      }
    }
    seen.insert(place ?? [])
  }
  // Every place occurs, and nothing else.
  #expect(seen == Set((-1...2).flatMap { y in (-1...3).map { [y, $0] } }))
  #expect(RandomCrop(height: 6).shape(ofImage: [1, 5, 5]) == nil)
}

@Test func `a mirror taken twice is the image`() {
  let image = ramp([2, 3, 4])
  var generator = SeededGenerator(seed: 1)
  for axis in RandomFlip.Axis.allCases {
    let flip = RandomFlip(axis, probability: 1)
    let once = flip(image, using: &generator)
    #expect(flip(once, using: &generator).array(of: Float.self) == image.array(of: Float.self))
    let from = axis == .horizontal ? image[1, 0, 3] : image[1, 2, 0]
    #expect(once[1, 0, 0].item(of: Float.self) == from.item(of: Float.self))
  }
}

@Test func `affine maps: identity, whole shifts and quarter turns are exact`() {
  let image = ramp([1, 5, 5])
  func warped(_ angle: Float, _ x: Float, _ y: Float, _ scale: Float = 1) -> Tensor {
    let map = RandomAffine.sourceFromTarget(
      height: 5, width: 5, angle: angle, move: (x, y), scale: scale, slope: 0)
    return BilinearSampling.warped(image, to: (5, 5), map: map, fill: 9)
  }
  let pixels = image.array(of: Float.self)
  #expect(warped(0, 0, 0).array(of: Float.self) == pixels)
  let shifted = warped(0, 2, 1).array(of: Float.self)
  #expect(shifted[1 * 5 + 2] == pixels[0])
  #expect(shifted[0] == 9)
  // A turn from the row axis (right) towards the column axis (down): (right of centre) goes below.
  let turned = warped(.pi / 2, 0, 0).array(of: Float.self)
  for row in 0..<5 {
    for column in 0..<5 {
      let (fromX, fromY) = (2 + (row - 2), 2 - (column - 2))
      #expect(abs(turned[row * 5 + column] - pixels[fromY * 5 + fromX]) < 1e-5)
    }
  }
  // Twice as large: the pixel one to the right shows half a pixel to the right.
  let larger = warped(0, 0, 0, 2).array(of: Float.self)
  #expect(abs(larger[2 * 5 + 3] - (pixels[12] + pixels[13]) / 2) < 1e-6)
}

@Test func `shear moves rows against each other by the tangent of its angle`() {
  let image = ramp([1, 5, 9])
  let map = RandomAffine.sourceFromTarget(
    height: 5, width: 9, angle: 0, move: (0, 0), scale: 1, slope: 1)
  let pixels = image.array(of: Float.self)
  let sheared = BilinearSampling.warped(image, to: (5, 9), map: map, fill: 0)
    .array(of: Float.self)
  // One row below the centre: x' = x + 1.
  #expect(sheared[3 * 9 + 5] == pixels[3 * 9 + 4])
  #expect(sheared[1 * 9 + 3] == pixels[1 * 9 + 4])
}

@Test func `a resized crop of a linear ramp is linear`() {
  // Values equal the column, so a window keeps equal steps whatever its place.
  let image = Tensor((0..<64).map { Float($0 % 8) / 8 }, shape: [1, 8, 8])
  var generator = SeededGenerator(seed: 4)
  let crop = RandomResizedCrop(height: 4, width: 4, area: 0.1...0.3)
  for _ in 0..<20 {
    let result = crop(image, using: &generator)
    #expect(result.shape == [1, 4, 4])
    let row = result.array(of: Float.self)
    let steps = (0..<3).map { row[$0 + 1] - row[$0] }
    #expect(steps.max() ?? 0 > 0)
    #expect((steps[1] - (steps.max() ?? 0)).magnitude < 0.1)
  }
}

/// Colours and the same colours with their hue turned by 0.1 of a circle, by Python's `colorsys`:
/// `h, s, v = rgb_to_hsv(*c); hsv_to_rgb((h + 0.1) % 1, s, v)`.
private let turnedColours: [(from: [Float], to: [Float])] = [
  ([1, 0, 0], [1, 0.6, 0]), ([0, 1, 0], [0, 1, 0.6]), ([0.2, 0.4, 0.8], [0.36, 0.2, 0.8]),
  ([0.9, 0.8, 0.1], [0.52, 0.9, 0.1]), ([0.5, 0.5, 0.5], [0.5, 0.5, 0.5]),
]

@Test func `hue is turned on the colour circle`() {
  for (from, to) in turnedColours {
    let image = Tensor(from, shape: [3, 1, 1])
    let turned = ColourJitter.changed(
      image, brightness: 1, contrast: 1, saturation: 1, hue: 0.1)
    for (value, expected) in zip(turned.array(of: Float.self), to) {
      #expect(abs(value - expected) < 1e-6, "\(from): \(turned.array(of: Float.self))")
    }
    let back = ColourJitter.changed(turned, brightness: 1, contrast: 1, saturation: 1, hue: -0.1)
    for (value, expected) in zip(back.array(of: Float.self), from) {
      #expect(abs(value - expected) < 1e-6)
    }
  }
}

@Test func `brightness, contrast and saturation by hand`() {
  func changed(_ values: [Float], _ b: Float, _ c: Float, _ s: Float) -> [Float] {
    ColourJitter.changed(
      Tensor(values, shape: [3, 1, values.count / 3]), brightness: b, contrast: c, saturation: s,
      hue: 0
    ).array(of: Float.self)
  }
  #expect(
    changed([0.2, 0.4, 0.8], 1.5, 1, 1).elementsEqual([0.3, 0.6, 1]) { abs($0 - $1) < 1e-6 })
  // Saturation 0 leaves the luma.
  let luma: Float = 0.2989 * 0.2 + 0.587 * 0.4 + 0.114 * 0.8
  #expect(changed([0.2, 0.4, 0.8], 1, 1, 0).allSatisfy { abs($0 - luma) < 1e-6 })
  // Contrast 0 leaves the mean luma of the image: of black and of (1, 1, 1) here.
  let mean: Float = 0.9999 / 2
  #expect(changed([0, 1, 0, 1, 0, 1], 1, 0, 1).allSatisfy { abs($0 - mean) < 1e-6 })
}

@Test func `cutout blanks a square, part of which may lie outside`() {
  var generator = SeededGenerator(seed: 8)
  let image = Tensor(repeating: Float(1), shape: [2, 6, 6])
  var counts: Set<Int> = []
  for _ in 0..<100 {
    let pixels = Cutout(size: 4, fill: 0)(image, using: &generator).array(of: Float.self)
    let blank = pixels.prefix(36).filter { $0 == 0 }.count
    #expect(pixels.suffix(36).filter { $0 == 0 }.count == blank)
    counts.insert(blank)
  }
  #expect(counts.max() == 16)
  #expect((counts.min() ?? 0) < 16)
}

@Test func `noise has the stated deviation`() {
  var generator = SeededGenerator(seed: 8)
  let image = Tensor(repeating: Float(0.5), shape: [1, 100, 100])
  let noise = RandomNoise(standardDeviation: 0.1)(image, using: &generator)
    .array(of: Float.self).map { $0 - 0.5 }
  let variance = noise.reduce(0) { $0 + $1 * $1 } / 10_000
  // Five standard errors of a variance from 10,000 numbers.
  #expect(abs(variance - 0.01) < 5 * 0.01 * (2.0 / 10_000).squareRoot())
}
