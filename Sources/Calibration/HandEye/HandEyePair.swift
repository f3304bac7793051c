public import Geometry

/// One stop of a robot: where its hand was, and what the camera on it saw.
///
/// For a camera on the hand, `baseFromHand` is the robot's report and `cameraFromTarget` the pose of a fixed target. For a fixed
/// camera that looks at a target on the hand, give `handFromBase` in place of `baseFromHand`: the result is then
/// `base_from_camera` and `hand_from_target`.
public struct HandEyePair: Sendable, Equatable {
  /// The hand as the robot reports it, metres.
  public var baseFromHand: Pose
  /// The target as the camera sees it, metres.
  public var cameraFromTarget: Pose

  /// A stop.
  ///
  /// - Parameters:
  ///   - baseFromHand: The hand as the robot reports it, metres.
  ///   - cameraFromTarget: The target as the camera sees it, metres.
  public init(baseFromHand: Pose, cameraFromTarget: Pose) {
    self.baseFromHand = baseFromHand
    self.cameraFromTarget = cameraFromTarget
  }
}

/// Why poses do not determine where the camera sits on the hand.
public enum HandEyeError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Fewer than three stops, two motions.
  case tooFewMotions(pairs: Int)
  /// A pose holds a number that is not finite, or no rotation.
  case invalidPose(pair: Int)
  /// No motion turns the hand by more than 2 degrees.
  case noRotation(largestDegrees: Double)
  /// All motions turn about nearly the same axis: the displacement along it is not determined.
  case parallelAxes(spreadDegrees: Double)
  /// The closed forms have no solution, for example because hand and camera turn by different angles.
  case inconsistentPairs(rotationDegrees: Double)

  /// The reason in words.
  public var description: String {
    switch self {
    case .tooFewMotions(let pairs):
      "\(pairs) stops give \(max(0, pairs - 1)) motions; at least 2 motions about different axes are "
        + "needed (3 stops)"
    case .invalidPose(let pair): "the poses of stop \(pair) hold a number that is not finite"
    case .noRotation(let angle):
      "the largest turn between two stops is \(rounded(angle)) degrees; turn the hand by 30 degrees "
        + "or more between stops"
    case .parallelAxes(let spread):
      "all motions turn about nearly one axis (spread \(rounded(spread)) degrees): the displacement "
        + "along it stays unknown; tilt the hand about another axis too"
    case .inconsistentPairs(let angle):
      "hand and camera do not turn by the same angles (typical difference \(rounded(angle)) degrees): "
        + "are poses and pictures paired rightly, and are the poses base_from_hand and "
        + "camera_from_target?"
    }
  }

  private func rounded(_ value: Double) -> String {
    value.isFinite ? "\((value * 100).rounded() / 100)" : "\(value)"
  }
}
