import Geometry
import Tensors

extension FrustumPointNetTask {
  /// Mirrors and moves a frustum at random.
  func change(
    _ rows: inout [Float], _ box: inout FrustumBox?, using generator: inout SeededGenerator
  ) {
    let count = settings.points
    if settings.flip && generator.uniform() < 0.5 {
      for i in 0..<count { rows[i] = -rows[i] }
      if let old = box {
        box = FrustumBox(
          center: Vector3(-old.center.x, old.center.y, old.center.z), size: old.size,
          heading: .pi - old.heading)
      }
    }
    guard settings.shift > 0, let old = box else { return }
    let distance =
      FrustumShift(isConstant: settings.compatibility.constantDepthShift)
      .distance(of: old.center, deviation: settings.shift * generator.normal())
    for i in 0..<count { rows[2 * count + i] += Float(distance) }
    box?.center.z += distance
  }
}

/// How far a training sample is moved along its axis.
struct FrustumShift {
  /// Whether the original's defect is wanted: always 0.8 of a distance measured across the view.
  let isConstant: Bool

  /// The way.
  ///
  /// - Parameters:
  ///   - center: The centre of the box; metres.
  ///   - deviation: The change as a part of the distance.
  /// - Returns: Metres.
  func distance(of center: Vector3, deviation: Double) -> Double {
    if isConstant {
      let across = (center.x * center.x + center.y * center.y).squareRoot()
      return min(max(deviation * across, 0.8 * across), 1.2 * across)
    }
    let distance = (center.x * center.x + center.z * center.z).squareRoot()
    return min(max(deviation, -0.2), 0.2) * distance
  }
}

extension Box2D {
  /// A box with another middle and another size.
  ///
  /// - Parameters:
  ///   - part: Largest change as a part of width and height.
  ///   - generator: Source of chance.
  /// - Returns: The changed box.
  func perturbed(by part: Double, using generator: inout SeededGenerator) -> Box2D {
    func change() -> Double { part * (2 * generator.uniform() - 1) }
    let (width, height) = (x2 - x1, y2 - y1)
    let x = (x1 + x2) / 2 + width * change()
    let y = (y1 + y2) / 2 + height * change()
    let (right, down) = (width * (1 + change()) / 2, height * (1 + change()) / 2)
    return Box2D(
      x1: x - right, y1: y - down, x2: x + right, y2: y + down, label: label, score: score)
  }
}
