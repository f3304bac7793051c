import Tensors

/// Clouds that operations on neighbours find hard, one by name.
enum SamplingClouds {
  static let all: [(name: String, points: [Float])] = [
    ("one point", [1, 2, 3]),
    ("two points", [0, 0, 0, 1, 0, 0]),
    ("one place", [Float](repeating: 2.5, count: 3 * 70)),
    ("a grid with ties", grid()),
    ("a line", (0..<200).flatMap { [Float($0 % 50) * 0.125, 0, 0] }),
    ("random", random(700, scale: 1, offset: 0)),
    ("more than a bucket each", random(2500, scale: 2, offset: -1)),
    ("far from the origin", random(600, scale: 1, offset: 500_000)),
    ("huge", random(100, scale: 3e38, offset: -1.5e38)),
    ("with duplicates", random(150, scale: 1, offset: 0) + random(150, scale: 1, offset: 0)),
  ]

  static func random(_ count: Int, scale: Float, offset: Float, seed: UInt64 = 7) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<3 * count).map { _ in Float(generator.uniform()) * scale + offset }
  }

  private static func grid() -> [Float] {
    var points: [Float] = []
    for x in 0..<8 {
      for y in 0..<8 { for z in 0..<5 { points += [Float(x), Float(y), Float(z)] } }
    }
    return points
  }

  static func squaredDistance(_ a: [Float], _ i: Int, _ b: [Float], _ j: Int) -> Float {
    let dx = a[3 * i] - b[3 * j]
    let dy = a[3 * i + 1] - b[3 * j + 1]
    let dz = a[3 * i + 2] - b[3 * j + 2]
    return dx * dx + dy * dy + dz * dz
  }

  static func tensor(_ points: [Float]) -> Tensor { Tensor(points, shape: [points.count / 3, 3]) }

  static func numbers(_ tensor: Tensor) -> [Int32] {
    tensor.withUnsafeElements(of: Int32.self) { Array($0) }
  }

  static func values(_ tensor: Tensor) -> [Float] {
    tensor.withUnsafeElements(of: Float.self) { Array($0) }
  }
}
