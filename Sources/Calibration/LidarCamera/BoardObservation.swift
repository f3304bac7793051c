public import Geometry

/// A flat target as a camera and a LiDAR see it at the same instant.
public struct BoardObservation: Sendable, Equatable {
  /// Name, for messages.
  public var name: String
  /// The target's pose as the camera sees it, metres.
  public var cameraFromTarget: Pose
  /// Covariance of the pose, 6 x 6, row-major; nil: 0.2 degrees and 2 mm in each component.
  ///
  /// Rotation vector from the left in the camera's frame (radians), then translation (metres).
  public var poseCovariance: [Double]?
  /// LiDAR points of the board, possibly among others; LiDAR's frame, metres.
  public var points: [Vector3]
  /// Points of the target that were located in the LiDAR's scan; may be empty.
  public var corners: [Corner]

  /// A point of the target that was located in the LiDAR's scan.
  public struct Corner: Sendable, Equatable {
    /// Where it lies on the target: target coordinates, metres.
    public var onTarget: Vector3
    /// Where the LiDAR sees it, metres.
    public var inLidar: Vector3
    /// Standard deviation of one coordinate, metres.
    public var deviation: Double

    /// A located point.
    ///
    /// - Parameters:
    ///   - onTarget: Target coordinates, metres.
    ///   - inLidar: LiDAR coordinates, metres.
    ///   - deviation: Standard deviation of one coordinate, metres.
    public init(onTarget: Vector3, inLidar: Vector3, deviation: Double = 0.02) {
      self.onTarget = onTarget
      self.inLidar = inLidar
      self.deviation = deviation
    }
  }

  /// An observation from its parts.
  ///
  /// - Parameters:
  ///   - name: Name, for messages.
  ///   - cameraFromTarget: The target's pose as the camera sees it, metres.
  ///   - poseCovariance: Its covariance.
  ///   - points: LiDAR points of the board, possibly among others.
  ///   - corners: Points of the target that were located in the scan.
  public init(
    name: String, cameraFromTarget: Pose, poseCovariance: [Double]? = nil, points: [Vector3],
    corners: [Corner] = []
  ) {
    self.name = name
    self.cameraFromTarget = cameraFromTarget
    self.poseCovariance = poseCovariance
    self.points = points
    self.corners = corners
  }

  /// The pose's covariance, stated or assumed.
  var covariance: SymmetricMatrix {
    if let poseCovariance, poseCovariance.count == 36 {
      return SymmetricMatrix(side: 6, elements: poseCovariance)
    }
    var assumed = SymmetricMatrix(side: 6)
    for place in 0..<6 {
      let deviation = place < 3 ? 0.2 * Double.pi / 180 : 0.002
      assumed[place, place] = deviation * deviation
    }
    return assumed
  }
}

/// Why boards do not determine where a LiDAR stands to a camera.
public enum LidarCameraError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Fewer than three usable boards.
  case tooFewBoards(usable: Int, reasons: [String])
  /// The boards' normals do not span space.
  case parallelBoards(spreadDegrees: Double)
  /// The boards contradict one another.
  case inconsistentBoards(distance: Double)
  /// A pose or covariance holds a number that is not finite.
  case invalidPose(board: String)

  /// The reason in words.
  public var description: String {
    switch self {
    case .tooFewBoards(let usable, let reasons):
      "\(usable) boards are usable, at least 3 are needed"
        + (reasons.isEmpty ? "" : "; " + reasons.joined(separator: "; "))
    case .parallelBoards(let spread):
      "the boards' normals lie within \((spread * 10).rounded() / 10) degrees of one plane: the "
        + "displacement across it stays unknown; tilt the board up, down, left and right by 30 degrees"
    case .inconsistentBoards(let distance):
      "the boards' planes do not fit together (typical distance \((distance * 1000).rounded()) mm): "
        + "are pictures and clouds paired rightly, and is the board's square size right?"
    case .invalidPose(let board):
      "\(board): its pose or covariance holds a number that is not finite"
    }
  }
}
