import Foundation
import Geometry
import Tensors

/// Where a random room is looked at from: as someone who stands in it holds a camera, level to the sides.
struct RoomViewpoint: Sendable {
  /// On the floor, looking along +x.
  var pose: Pose
  /// Of the camera, metres.
  var height: Double
  var downDegrees: Double
  /// By how much the camera turns from side to side when it films, radians, and in what time, seconds.
  var sway: Double
  var period: Double

  /// Finds a free place from which furniture is well in view.
  ///
  /// - Parameters:
  ///   - pieces: What may be looked at.
  ///   - floor: The room with all that stands on it.
  ///   - generator: Source of the choice.
  init(
    pieces: [PlacedPiece], floor: RoomFloor, _ generator: inout SeededGenerator
  ) {
    height = Double(generator.within(1.0, 1.7))
    sway = Double(generator.within(0.1, 0.4))
    period = Double(generator.within(8, 16))
    var best: (score: Double, place: Vector2, yaw: Double, distance: Double) =
      (-1, Vector2(0, 0), 0, 2)
    var found = 0
    for _ in 0..<400 where found < 4 {
      let place = Vector2(
        (2 * generator.uniform() - 1) * (floor.half.x - 0.15),
        (2 * generator.uniform() - 1) * (floor.half.y - 0.15))
      let target = pieces.isEmpty ? nil : generator.pick(pieces).footprint.center
      let aim = (target ?? Vector2(0, 0)) - place
      let distance = (aim * aim).sum().squareRoot()
      let yaw = atan2(aim.y, aim.x) + Double(generator.within(-0.3, 0.3))
      let clearance = floor.clearance(at: place)
      guard clearance > 0.1 else { continue }
      // Many pieces before the camera, at a good distance, count; so does room around it.
      var score = min(clearance, 0.25) * 2
      for piece in pieces {
        let offset = piece.footprint.center - place
        let range = (offset * offset).sum().squareRoot()
        let angle = abs(remainder(atan2(offset.y, offset.x) - yaw, 2 * .pi))
        if angle < 0.42, range > 1.2, range < 5 { score += 1 }
      }
      if distance > 1.3, distance < 4.8 { found += 1 }
      if score > best.score { best = (score, place, yaw, distance) }
    }
    // What is near lies low in the picture.
    let down = atan2(height - 0.45, best.distance) * 180 / .pi
    downDegrees = min(max(down + Double(generator.within(-9, 5)), 5), 25)
    pose = Pose(x: best.place.x, y: best.place.y, yaw: best.yaw)
  }

  /// The place at a time.
  func pose(at seconds: Double) -> Pose {
    pose * Pose(x: 0, y: 0, yaw: sway * sin(2 * .pi * seconds / period))
  }
}
