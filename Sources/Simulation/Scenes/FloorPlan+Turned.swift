import Foundation
import Geometry

/// A rectangle on the floor, turned about the vertical.
struct FloorRectangle: Sendable {
  var center: Vector2
  /// Half extents along and across its heading.
  var half: Vector2
  var yaw: Double

  init(center: Vector2, half: Vector2, yaw: Double) {
    (self.center, self.half, self.yaw) = (center, half, yaw)
  }

  /// The footprint of something at a place; `size` along and across its heading.
  init(_ pose: Pose, size: Vector2) {
    let heading = pose.rotation.rotate(Vector3(1, 0, 0))
    self.init(
      center: Vector2(pose.translation.x, pose.translation.y), half: size / 2,
      yaw: atan2(heading.y, heading.x))
  }

  private var axes: (Vector2, Vector2) {
    let (c, s) = (cos(yaw), sin(yaw))
    return (Vector2(c, s), Vector2(-s, c))
  }

  var corners: [Vector2] {
    let (along, across) = axes
    return [(1, 1), (-1, 1), (-1, -1), (1, -1)].map { (x, y) in
      center + along * (Double(x) * half.x) + across * (Double(y) * half.y)
    }
  }

  /// Whether less than `gap` metres lie between two rectangles along every direction of their sides.
  func isNear(_ other: FloorRectangle, gap: Double) -> Bool {
    let (mine, theirs) = (axes, other.axes)
    let offset = other.center - center
    for axis in [mine.0, mine.1, theirs.0, theirs.1] {
      func reach(_ rectangle: FloorRectangle, _ axes: (Vector2, Vector2)) -> Double {
        abs((axes.0 * axis).sum()) * rectangle.half.x + abs((axes.1 * axis).sum())
          * rectangle.half.y
      }
      if abs((offset * axis).sum()) > reach(self, mine) + reach(other, theirs) + gap {
        return false
      }
    }
    return true
  }

  /// Distance of a place from the rectangle; 0 inside.
  func distance(to place: Vector2) -> Double {
    let (along, across) = axes
    let offset = place - center
    let x = max(0, abs((offset * along).sum()) - half.x)
    let y = max(0, abs((offset * across).sum()) - half.y)
    return (x * x + y * y).squareRoot()
  }
}

/// A room's floor with what stands on it.
struct RoomFloor: Sendable {
  /// Half length and half width.
  let half: Vector2
  private(set) var taken: [FloorRectangle] = []

  init(half: Vector2) { self.half = half }

  /// Whether a rectangle lies within the room, apart from all others.
  func isFree(_ rectangle: FloorRectangle, gap: Double) -> Bool {
    for corner in rectangle.corners {
      if abs(corner.x) > half.x - 0.015 || abs(corner.y) > half.y - 0.015 { return false }
    }
    return taken.allSatisfy { !$0.isNear(rectangle, gap: gap) }
  }

  mutating func take(_ rectangle: FloorRectangle) { taken.append(rectangle) }

  /// Distance of a place from the walls and from all that stands there.
  func clearance(at place: Vector2) -> Double {
    let wall = min(half.x - abs(place.x), half.y - abs(place.y))
    return taken.reduce(wall) { min($0, $1.distance(to: place)) }
  }
}
