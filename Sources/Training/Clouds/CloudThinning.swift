import PointClouds
import Tensors

/// Leaves out a random share of the points.
struct CloudDropout: CloudChange {
  /// Largest share that is left out.
  var limit: Double

  func applied(to cloud: LabelledCloud, using generator: inout SeededGenerator) -> LabelledCloud {
    let share = limit * generator.uniform()
    var kept: [Int32] = []
    kept.reserveCapacity(cloud.cloud.count)
    for point in 0..<cloud.cloud.count where generator.uniform() >= share {
      kept.append(Int32(point))
    }
    var result = cloud
    result.cloud = cloud.cloud.selecting(kept)
    return result
  }
}

/// Leaves out whole rings of a spinning LiDAR, so that a network sees scanners with fewer beams.
struct RingDropout: CloudChange {
  /// How often a scan loses rings at all.
  var probability: Double
  /// Largest share of the rings that is left out.
  var limit: Double

  func applied(to cloud: LabelledCloud, using generator: inout SeededGenerator) -> LabelledCloud {
    guard let rings = cloud.cloud.attributes["ring"], rings.elementType == .int32 else {
      return cloud
    }
    let isThinned = generator.uniform() < probability
    let share = limit * generator.uniform()
    guard isThinned else { return cloud }
    let numbers = rings.array(of: Int32.self)
    var isKept: [Int32: Bool] = [:]
    for ring in Set(numbers).sorted() { isKept[ring] = generator.uniform() >= share }
    var result = cloud
    result.cloud = cloud.cloud.selecting(
      numbers.indices.filter { isKept[numbers[$0]] ?? true }.map(Int32.init))
    return result
  }
}

/// Scales and shifts the intensity of a scan and adds noise, for scanners that measure it otherwise.
struct IntensityChange: CloudChange {
  /// Spread of the factor around 1.
  var factor: Double
  /// Spread of the shift around 0, as a share of the largest intensity.
  var shift: Double
  /// Standard deviation of the noise of a point, as a share of the largest intensity.
  var noise: Double

  func applied(to cloud: LabelledCloud, using generator: inout SeededGenerator) -> LabelledCloud {
    guard var intensity = cloud.cloud.attributes["intensity"], intensity.elementType == .float32
    else { return cloud }
    let scale = Float(1 + factor * (2 * generator.uniform() - 1))
    let offset = shift * (2 * generator.uniform() - 1)
    var random = generator
    intensity = intensity.copied()
    intensity.withUnsafeMutableElements(of: Float.self) { values in
      let largest = values.max() ?? 0
      for at in values.indices {
        let moved = Float(offset + noise * random.normal()) * largest
        values[at] = min(max(values[at] * scale + moved, 0), largest)
      }
    }
    generator = random
    var result = cloud
    result.cloud.attributes["intensity"] = intensity
    return result
  }
}
