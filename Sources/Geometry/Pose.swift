/// A rigid transform `target_from_source`: maps coordinates in the source frame to the target frame.
public struct Pose: Sendable, Equatable {
  /// Rotation, applied first.
  public var rotation: Quaternion
  /// Origin of the source frame, in the target frame; metres.
  public var translation: Vector3

  /// The transform that changes nothing.
  public static let identity = Pose(rotation: .identity, translation: .zero)

  /// A transform from its two parts.
  ///
  /// - Parameters:
  ///   - rotation: Rotation, applied first.
  ///   - translation: Origin of the source frame in the target frame; metres.
  public init(rotation: Quaternion, translation: Vector3) {
    self.rotation = rotation
    self.translation = translation
  }

  /// The transform `source_from_target`.
  public var inverse: Pose {
    let rotation = rotation.inverse
    return Pose(rotation: rotation, translation: -rotation.rotate(translation))
  }

  /// `point` in the target frame.
  public static func * (pose: Pose, point: Vector3) -> Vector3 {
    pose.rotation.rotate(point) + pose.translation
  }

  /// `a_from_b * b_from_c` is `a_from_c`.
  public static func * (left: Pose, right: Pose) -> Pose {
    Pose(rotation: left.rotation * right.rotation, translation: left * right.translation)
  }
}
