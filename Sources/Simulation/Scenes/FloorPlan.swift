import Foundation
import Geometry
import Tensors

/// What part of a room's floor is taken.
struct FloorPlan {
  enum Spot {
    /// With its back to a wall.
    case wall
    case anywhere
  }
  private let half: Vector2
  /// Taken rectangles: centre and half extents.
  private var taken: [(center: Vector2, half: Vector2)]

  /// A floor whose middle stays free.
  ///
  /// - Parameters:
  ///   - half: Half length and half width of the room.
  ///   - free: Half length and half width of the free middle.
  init(half: Vector2, free: Vector2) {
    self.half = half
    taken = [(Vector2(0, 0), free)]
  }

  /// Finds a free place for a footprint, turned by quarters, and takes it; nil when sixty tries find nothing free.
  mutating func findPlace(
    size: Vector2, _ spot: Spot, _ generator: inout SeededGenerator
  ) -> Pose? {
    for _ in 0..<60 {
      let quarter = generator.uniform(below: 4)
      let isTurned = quarter % 2 == 1
      let extent = (isTurned ? Vector2(size.y, size.x) : size) / 2
      let room = half - extent - 0.04
      guard room.x > 0, room.y > 0 else { return nil }
      var center = Vector2(
        (2 * generator.uniform() - 1) * room.x, (2 * generator.uniform() - 1) * room.y)
      if spot == .wall {
        // Its front looks along its heading, so its back stands at the opposite wall.
        switch quarter {
        case 0: center.x = -room.x
        case 1: center.y = -room.y
        case 2: center.x = room.x
        default: center.y = room.y
        }
      }
      let gap = 0.07
      let isFree = taken.allSatisfy { other in
        abs(other.center.x - center.x) > other.half.x + extent.x + gap
          || abs(other.center.y - center.y) > other.half.y + extent.y + gap
      }
      if isFree {
        taken.append((center, extent))
        return Pose(x: center.x, y: center.y, yaw: Double(quarter) * .pi / 2)
      }
    }
    return nil
  }
}
