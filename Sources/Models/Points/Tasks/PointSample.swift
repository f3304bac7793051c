import Networks
import PointClouds
import Tensors

/// Points drawn from a cloud as a network sees them.
struct PointSample {
  /// Position, then attributes: `[N, 3 + C]`, Float.
  let points: Tensor
  /// Their places in the cloud.
  let chosen: [Int32]

  /// Draws points; invalid ones never.
  ///
  /// - Throws: `ModelError.input` when the cloud holds no points or lacks an attribute.
  init(
    of cloud: PointCloud, _ settings: some PointSampleSettings, isTraining: Bool,
    using generator: inout SeededGenerator
  ) throws {
    let valid = Self.validPoints(of: cloud)
    guard !valid.isEmpty else { throw ModelError.input("the cloud holds no points") }
    let places = try Self.draw(
      settings.points, settings.drawing, from: cloud.positions, valid, isTraining: isTraining,
      using: &generator)
    let columns = try settings.attributes.map { try Self.column($0, of: cloud, settings) }
    let width = 3 + settings.attributeChannels
    var values = [Float](repeating: 0, count: places.count * width)
    cloud.positions.withUnsafeElements(of: Float.self) { positions in
      for (row, place) in places.enumerated() {
        for axis in 0..<3 { values[row * width + axis] = positions[3 * Int(place) + axis] }
      }
    }
    var offset = 3
    for column in columns {
      let size = column.shape[1]
      column.withUnsafeElements(of: Float.self) { source in
        for (row, place) in places.enumerated() {
          for k in 0..<size {
            values[row * width + offset + k] = source[Int(place) * size + k]
          }
        }
      }
      offset += size
    }
    Self.normalise(&values, width, settings.normalisation)
    if isTraining { Self.change(&values, width, settings, using: &generator) }
    points = Tensor(values, shape: [places.count, width])
    chosen = places
  }

  private static func validPoints(of cloud: PointCloud) -> [Int32] {
    cloud.positions.withUnsafeElements(of: Float.self) { p in
      var valid: [Int32] = []
      valid.reserveCapacity(cloud.count)
      for i in 0..<cloud.count
      where p[3 * i].isFinite && p[3 * i + 1].isFinite && p[3 * i + 2].isFinite {
        valid.append(Int32(truncatingIfNeeded: i))
      }
      return valid
    }
  }

  private static func draw(
    _ count: Int, _ drawing: PointDrawing, from positions: Tensor, _ valid: [Int32],
    isTraining: Bool, using generator: inout SeededGenerator
  ) throws -> [Int32] {
    if drawing == .farthest, valid.count > count {
      let start = isTraining ? generator.uniform(below: valid.count) : 0
      let own =
        valid.count == positions.shape[0]
        ? positions : positions.selected(axis: 0, at: Tensor(valid.map { Int64($0) }))
      let found = try FarthestPointSampling(count: count, startIndex: start)
        .indices(of: own, threads: 1)
      return found.withUnsafeElements(of: Int32.self) { $0.map { valid[Int($0)] } }
    }
    // Fisher and Yates, as far as points are needed; round after round where there are too few.
    var order = valid
    var places: [Int32] = []
    places.reserveCapacity(count)
    for place in 0..<count {
      let drawn = place % order.count
      order.swapAt(drawn, drawn + generator.uniform(below: order.count - drawn))
      places.append(order[drawn])
    }
    return places
  }

  private static func column(
    _ name: String, of cloud: PointCloud, _ settings: some PointSampleSettings
  ) throws -> Tensor {
    let width = type(of: settings).width(of: name)
    guard let values = cloud.attributes[name], values.shape[1] == width else {
      throw ModelError.input(
        "the cloud has no attribute '\(name)' of \(width) numbers; it has: "
          + cloud.attributes.keys.sorted().joined(separator: ", "))
    }
    let real = values.converted(to: .float32)
    return name == "color" && values.elementType == .uint8 ? real / 255 : real
  }

  private static func normalise(
    _ values: inout [Float], _ width: Int, _ normalisation: PointNormalisation
  ) {
    guard normalisation != .none else { return }
    let count = values.count / width
    var centre = SIMD3<Double>()
    for row in 0..<count {
      for axis in 0..<3 { centre[axis] += Double(values[row * width + axis]) }
    }
    centre /= Double(count)
    var farthest: Float = 0
    for row in 0..<count {
      var square: Float = 0
      for axis in 0..<3 {
        let d = Float(Double(values[row * width + axis]) - centre[axis])
        values[row * width + axis] = d
        square += d * d
      }
      farthest = max(farthest, square)
    }
    guard normalisation == .sphere, farthest > 0 else { return }
    let factor = 1 / farthest.squareRoot()
    for row in 0..<count {
      for axis in 0..<3 { values[row * width + axis] *= factor }
    }
  }

  private static func change(
    _ values: inout [Float], _ width: Int, _ settings: some PointSampleSettings,
    using generator: inout SeededGenerator
  ) {
    let count = values.count / width
    if settings.stretch > 0 {
      let factors = (0..<3).map { _ in
        Float(1 + settings.stretch * (2 * generator.uniform() - 1))
      }
      for row in 0..<count {
        for axis in 0..<3 { values[row * width + axis] *= factors[axis] }
      }
    }
    if settings.jitter > 0 {
      for row in 0..<count {
        for axis in 0..<3 {
          let noise = max(-5, min(5, generator.normal())) * settings.jitter
          values[row * width + axis] += Float(noise)
        }
      }
    }
    if settings.inputDropout > 0 {
      let share = settings.inputDropout * generator.uniform()
      for row in 1..<max(count, 1) where generator.uniform() < share {
        for k in 0..<width { values[row * width + k] = values[k] }
      }
    }
  }
}

extension PointFeatures {
  /// Points of a batch, `[B, N, 3 + C]`: positions, and attributes as features where there are any.
  init(batch points: Tensor) {
    let channels = points.shape[2]
    self.init(
      positions: points.narrowed(axis: 2, to: 0..<3).contiguous(),
      features: channels > 3 ? points.narrowed(axis: 2, to: 3..<channels).contiguous() : nil)
  }

  /// Points of a batch, `[B, N, 3 + C]`: positions, and all channels as features.
  init(batchWithPositions points: Tensor) {
    self.init(positions: points.narrowed(axis: 2, to: 0..<3).contiguous(), features: points)
  }
}
