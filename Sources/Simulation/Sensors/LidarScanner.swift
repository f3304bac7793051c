import Foundation
import Geometry
import PointClouds
import Tensors

/// A sweep with the object that each point lies on.
struct LidarSweep {
  var cloud: PointCloud
  var objects: [Int32]
}

/// Measures one sweep of a spinning LiDAR.
///
/// The echo is the surface's reflectance times the cosine of incidence, except that rough surfaces send back a quarter even at
/// flat angles. It falls with the squared range; what is weaker than a white surface at ``SpinningLidar/whiteRange`` is lost:
/// asphalt seen from a car fades at about 50 m. Intensity is the echo with the range compensated.
struct LidarScanner {
  let snapshot: SceneSnapshot
  let lidar: SpinningLidar
  let worldFromLidar: Pose
  let threads: Int
  /// What the LiDAR is like in this world.
  var state = LidarState()

  private struct Return {
    var position: Float3
    var intensity: Float
    var ring: Int32
    var object: Int32
  }

  /// Measures: azimuth after azimuth, clockwise seen from above, starting behind; within an azimuth ring after ring.
  ///
  /// - Parameter noiseGenerator: The random stream of an azimuth.
  /// - Returns: The points in the LiDAR's frame.
  func scan(noiseGenerator: @Sendable (Int) -> SeededGenerator) -> LidarSweep {
    let beams = lidar.elevations.count
    var counts = [Int](repeating: 0, count: lidar.columns)
    let returns = UnsafeMutableBufferPointer<Return>.allocate(capacity: beams * lidar.columns)
    defer { returns.deallocate() }
    counts.withUnsafeMutableBufferPointer { counts in
      guard let target = SharedElements(returns), let counters = SharedElements(counts) else {
        return
      }
      let scanner = self
      RowSplit.run(pieces: lidar.columns, threads: threads) { columns in
        scanner.snapshot.withCaster { caster in
          for column in columns {
            var generator = noiseGenerator(column)
            counters.base[column] = scanner.measure(
              column, caster, &generator, into: target.base + column * beams)
          }
        }
      }
    }
    return sweep(returns, counts, beams: beams)
  }

  /// Measures one azimuth; the number of points.
  private func measure(
    _ column: Int, _ caster: RayCaster, _ generator: inout SeededGenerator,
    into target: UnsafeMutablePointer<Return>
  ) -> Int {
    let placement = Placement(worldFromLidar)
    let azimuth = Double.pi - 2 * .pi * (Double(column) + 0.5) / Double(lidar.columns)
    let noise = Float(lidar.rangeNoise)
    let (fading, paneLoss) = (Float(lidar.fading), lidar.paneLoss)
    var count = 0
    for (ring, elevation) in lidar.elevations.enumerated() {
      let direction = Float3(
        Float(cos(elevation) * cos(azimuth)), Float(cos(elevation) * sin(azimuth)),
        Float(sin(elevation)))
      // Each ray draws the same amount of chance whether it hits or not.
      let (rangeDraw, intensityDraw) = (Float(generator.normal()), Float(generator.normal()))
      let isDropped = generator.uniform() < lidar.dropOut
      let fadingDraw = fading > 0 ? Float(generator.uniform()) : 1
      let isPaneLost = paneLoss > 0 && generator.uniform() < paneLoss
      if state.lacks(ring) { continue }
      let world = placement.direction(direction)
      let point = caster.surface(
        from: placement.translation, along: world, stepX: Float3(0.002, 0, 0),
        stepY: Float3(0, 0, 0.002))
      guard point.object != -2, !isDropped, point.distance >= Float(lidar.minRange),
        point.distance <= Float(lidar.maxRange)
      else { continue }
      let material = caster.materials[Int(point.material)]
      let sample = material.sample(point.surface, footprint: Float2(0.01, 0.01))
      let echo = sample.reflectance * (0.25 + 0.75 * max(0, -point.faceNormal.dot(world)))
      let limit = Float(lidar.whiteRange) * echo.squareRoot()
      guard point.distance < limit, !(isPaneLost && sample.transparency > 0.3) else { continue }
      let nearness = point.distance / limit
      guard fadingDraw >= fading * nearness * nearness else { continue }
      let range = point.distance + noise * rangeDraw
      target[count] = Return(
        position: direction * range,
        intensity: min(max(echo * state.gain + Float(lidar.intensityNoise) * intensityDraw, 0), 1),
        ring: Int32(ring), object: point.object)
      count += 1
    }
    return count
  }

  private func sweep(
    _ returns: UnsafeMutableBufferPointer<Return>, _ counts: [Int], beams: Int
  ) -> LidarSweep {
    let total = counts.reduce(0, +)
    var positions: [Float] = []
    var intensities: [Float] = []
    var rings: [Int32] = []
    var objects: [Int32] = []
    positions.reserveCapacity(3 * total)
    intensities.reserveCapacity(total)
    rings.reserveCapacity(total)
    objects.reserveCapacity(total)
    for (column, count) in counts.enumerated() {
      for place in column * beams..<column * beams + count {
        let point = returns[place]
        positions.append(point.position.x)
        positions.append(point.position.y)
        positions.append(point.position.z)
        intensities.append(point.intensity)
        rings.append(point.ring)
        objects.append(point.object)
      }
    }
    let cloud = PointCloud(
      positions: Tensor(positions, shape: [total, 3]),
      attributes: [
        "intensity": Tensor(intensities, shape: [total, 1]),
        "ring": Tensor(rings, shape: [total, 1]),
        "time": Tensor(repeating: 0.0, shape: [total, 1]),
      ])
    return LidarSweep(cloud: cloud, objects: objects)
  }
}
