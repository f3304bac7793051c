import Foundation
import Tensors

/// What a LiDAR is like in one world: which beams fail, and how bright it sees.
struct LidarState: Sendable {
  /// Beams without returns; empty when none fails.
  var lost: [Bool] = []
  var gain: Float = 1

  init() {}

  /// Drawn for a world.
  init(_ lidar: SpinningLidar, seed: UInt64) {
    guard lidar.beamDropOut > 0 || lidar.gainSpread > 0 else { return }
    var generator = RandomStream.generator(seed: seed, .lidarState, frame: 0, line: 0)
    let share = lidar.beamDropOut * generator.uniform()
    gain = Float(exp(lidar.gainSpread * generator.normal()))
    lost = lidar.elevations.map { _ in generator.uniform() < share }
  }

  @inline(__always) func lacks(_ ring: Int) -> Bool { !lost.isEmpty && lost[ring] }
}
