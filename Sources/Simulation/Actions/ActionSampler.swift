import Foundation
import SensorLogs
import Tensors
import Vision

/// Draws clips of moving shapes.
///
/// The frame is a torus, so that a place says nothing about a motion. Motion, angle and size run evenly through the middle of the
/// clip: a clip and the one of the opposite class with the same start have the same frames in opposite order, so that no single
/// frame tells them apart.
struct ActionSampler {
  let contents: ActionContents
  let seed: UInt64
  private let photographs: [Image]

  init(_ contents: ActionContents, seed: UInt64, folder: String) throws {
    self.contents = contents
    self.seed = seed
    photographs = try Self.photographs(contents, folder)
  }

  private static func photographs(_ contents: ActionContents, _ folder: String) throws -> [Image] {
    guard !contents.photographs.isEmpty else { return [] }
    let path =
      contents.photographs.hasPrefix("/") || folder.isEmpty
      ? contents.photographs : folder + "/" + contents.photographs
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    let found = names.compactMap { name -> Image? in
      guard let bytes = FileManager.default.contents(atPath: path + "/" + name),
        let image = try? ImageCodec.decode(Array(bytes), named: name), image.channels == 3,
        image.pixels.elementType == .uint8
      else { return nil }
      return image
    }
    guard !found.isEmpty else { throw SimulationError.withoutPhotographs(folder: path) }
    return found
  }

  /// Classes in the order of labels.
  var classes: [ActionClass] {
    contents.classes.isEmpty ? ActionClass.allCases : contents.classes
  }

  /// The class of a clip: each run of as many clips as there are classes shows every class once.
  func kind(ofClip number: Int) -> ActionClass {
    var kinds = classes
    var generator = SeededGenerator(seed: seed, stream: 1 << 62 | UInt64(number / kinds.count))
    kinds.shuffle(using: &generator)
    return kinds[number % kinds.count]
  }

  /// A clip and what happens in it.
  func clip(_ number: Int, rate: Double) throws -> (clip: VideoClip, kind: ActionClass) {
    let kind = kind(ofClip: number)
    var generator = SeededGenerator(seed: seed, stream: 1 << 61 | UInt64(number))
    let side = contents.size
    let unit = Float(side) / 32
    var shape = MovingShape(&generator, unit: unit)
    let back = try background(&generator)
    shape.chooseColour(against: back, &generator)
    let pace = Self.within(contents.speed, &generator) * unit
    let turn = Self.within(contents.turn, &generator)
    let count = contents.clipFrames
    let frames = (0..<count).map { frame -> Image in
      let moment = Float(frame) - Float(count - 1) / 2
      var now = shape
      switch kind {
      case .left: now.x -= pace * moment
      case .right: now.x += pace * moment
      case .up: now.y -= pace * moment
      case .down: now.y += pace * moment
      case .turnLeft: now.angle -= turn * moment
      case .turnRight: now.angle += turn * moment
      case .grow: now.scale = exp(Float(contents.growth) * moment)
      case .shrink: now.scale = exp(-Float(contents.growth) * moment)
      }
      return now.drawn(over: back, side: side, noise: Float(contents.noise), &generator)
    }
    return (VideoClip(images: frames, times: (0..<count).map { Double($0) / rate }), kind)
  }

  /// What stands still behind the shape, `side * side * 3` values from 0 to 1.
  private func background(_ generator: inout SeededGenerator) throws -> [Float] {
    let side = contents.size
    guard !photographs.isEmpty else {
      let colour = (0..<3).map { _ in generator.within(0.1, 0.9) }
      return (0..<side * side * 3).map { colour[$0 % 3] + generator.within(-0.08, 0.08) }
    }
    let photograph = photographs[generator.uniform(below: photographs.count)]
    // A square part, so that objects of the photograph keep their shape.
    let shorter = min(photograph.width, photograph.height)
    let edge = max(1, Int(Float(shorter) * generator.within(0.3, 1)))
    let left = generator.uniform(below: photograph.width - edge + 1)
    let top = generator.uniform(below: photograph.height - edge + 1)
    let part = Image(
      pixels: photograph.pixels.narrowed(axis: 0, to: top..<top + edge)
        .narrowed(axis: 1, to: left..<left + edge).contiguous())
    return try part.resized(toWidth: side, height: side).pixels.array(of: UInt8.self)
      .map { Float($0) / 255 }
  }

  private static func within(_ range: [Double], _ generator: inout SeededGenerator) -> Float {
    generator.within(Float(range.first ?? 0), Float(range.last ?? 0))
  }
}

/// A rectangle or a triangle at a place of the torus.
private struct MovingShape {
  var x: Float
  var y: Float
  var angle: Float
  var scale: Float = 1
  let isTriangle: Bool
  /// Half of its length and of its width, pixels.
  let half: (Float, Float)
  var colour: [Float] = [1, 1, 1]

  init(_ generator: inout SeededGenerator, unit: Float) {
    x = generator.within(0, 32) * unit
    y = generator.within(0, 32) * unit
    angle = generator.within(-.pi, .pi)
    isTriangle = generator.uniform() < 0.5
    let length = generator.within(5.5, 7.5) * unit
    half = (length, length * generator.within(0.45, 0.7))
  }

  /// A colour that can be told from what lies behind.
  mutating func chooseColour(against back: [Float], _ generator: inout SeededGenerator) {
    var mean: [Float] = [0, 0, 0]
    for (place, value) in back.enumerated() { mean[place % 3] += value }
    mean = mean.map { $0 / Float(max(1, back.count / 3)) }
    for _ in 0..<100 {
      colour = (0..<3).map { _ in generator.within(0, 1) }
      let distance = zip(colour, mean).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      if distance > 0.2 { return }
    }
  }

  /// The frame with the shape in it; edges are smoothed by 3 x 3 samples in each pixel.
  func drawn(
    over back: [Float], side: Int, noise: Float, _ generator: inout SeededGenerator
  ) -> Image {
    let (c, s) = (cos(angle), sin(angle))
    let width = Float(side)
    let reach = (half.0 + 2 * half.1) * scale
    let pixels = Tensor(shape: [side, side, 3], of: UInt8.self) { target in
      for row in 0..<side {
        for column in 0..<side {
          var dx = Float(column) - x
          dx -= width * (dx / width).rounded()
          var dy = Float(row) - y
          dy -= width * (dy / width).rounded()
          var cover: Float = 0
          if abs(dx) <= reach + 1 && abs(dy) <= reach + 1 {
            for sample in 0..<9 {
              let u = dx + Float(sample % 3 - 1) / 3
              let v = dy + Float(sample / 3 - 1) / 3
              if covers((c * u + s * v) / scale, (c * v - s * u) / scale) { cover += 1 / 9 }
            }
          }
          for channel in 0..<3 {
            let place = 3 * (row * side + column) + channel
            let value = back[place] * (1 - cover) + colour[channel] * cover
            let noisy = noise > 0 ? value + noise * Float(generator.normal()) : value
            target[place] = UInt8(min(255, max(0, noisy * 255 + 0.5)))
          }
        }
      }
    }
    return Image(pixels: pixels)
  }

  /// Whether a point of the shape's own axes lies inside.
  private func covers(_ u: Float, _ v: Float) -> Bool {
    guard abs(u) <= half.0 else { return false }
    // A triangle narrows from its base to its tip.
    let width = isTriangle ? half.1 * (half.0 - u) / half.0 : half.1
    return abs(v) <= width
  }
}
