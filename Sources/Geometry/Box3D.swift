import Foundation

/// An upright box in space: centre, size, and a turn about the +z axis of its frame.
public struct Box3D: Sendable, Equatable {
  /// Centre, metres, in the frame of the message that carries the box.
  public var center: Vector3
  /// Length (along the heading, x at yaw 0), width (y), height (z); metres.
  public var size: Vector3
  /// Heading about +z from +x towards +y; radians.
  public var yaw: Double
  /// What it is, for example "Car"; empty when unknown.
  public var label: String
  /// Confidence; higher is surer.
  ///
  /// 1 for ground truth.
  public var score: Double
  /// Number of the object across instants, where it is tracked.
  public var track: Int?
  /// Velocity in the frame of the box, metres per second, where it is known.
  public var velocity: Vector3?

  /// A box from its parts.
  ///
  /// - Parameters:
  ///   - center: Centre; metres.
  ///   - size: Length, width, height; metres.
  ///   - yaw: Heading about +z; radians.
  ///   - label: What it is.
  ///   - score: Confidence.
  ///   - track: Number of the object across instants.
  ///   - velocity: Velocity in the frame of the box; metres per second.
  public init(
    center: Vector3, size: Vector3, yaw: Double, label: String = "", score: Double = 1,
    track: Int? = nil, velocity: Vector3? = nil
  ) {
    self.center = center
    self.size = size
    self.yaw = yaw
    self.label = label
    self.score = score
    self.track = track
    self.velocity = velocity
  }

  /// The eight corners: bottom face counter-clockwise seen from above starting at front left (+x +y), then the top face.
  public var corners: [Vector3] {
    let (c, s) = (cos(yaw), sin(yaw))
    let signs: [(Double, Double)] = [(1, 1), (-1, 1), (-1, -1), (1, -1)]
    return [-1.0, 1.0].flatMap { up in
      signs.map { forward, left in
        let (x, y) = (forward * size.x / 2, left * size.y / 2)
        return center + Vector3(c * x - s * y, s * x + c * y, up * size.z / 2)
      }
    }
  }
}
