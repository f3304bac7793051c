public import Geometry

/// Where a camera sits on a robot's hand, with everything that is known about its error.
public struct HandEyeEstimate: Sendable, Equatable {
  /// X: camera coordinates to hand coordinates, metres.
  public var handFromCamera: Pose
  /// Z: target coordinates to base coordinates, metres.
  public var baseFromTarget: Pose
  /// Standard deviations of X's rotation about the hand's axes, radians.
  public var rotationDeviation: Vector3
  /// Standard deviations of X's translation, metres.
  public var translationDeviation: Vector3
  /// Covariance of X's rotation vector (from the left) and translation, then Z's; 12 x 12, row-major.
  public var covariance: [Double]
  /// The closed forms of A X = X B and A X = Z B, and how well each explains the stops.
  public var closedForms: [ClosedForm]
  /// Root mean square of the angles between the motions' axes and their common direction, radians; near 0 is bad.
  public var axisSpread: Double
  /// What the stops leave unexplained, outliers left out.
  public var noise: HandEyeNoise
  /// Each stop's residual.
  public var stops: [Stop]
  /// What does not agree, sentences without a full stop; empty when all is well.
  public var warnings: [String]

  /// A closed form's result.
  public struct ClosedForm: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Its poses; nil where it has no solution.
    public var poses: RobotWorldPoses?
    /// Root mean square of the stops' rotation residuals, radians.
    public var rotationError: Double
    /// Root mean square of the stops' translation residuals, metres.
    public var translationError: Double
  }

  /// What one stop leaves unexplained: the pose of the target that it implies against the common one.
  public struct Stop: Sendable, Equatable {
    /// Angle, radians.
    public var rotation: Double
    /// Distance, metres.
    public var translation: Double
    /// Root of the mean squared distance of its corners, pixels, when refined by reprojection.
    public var pixels: Double?
    /// Whether the refinement leaves the stop out.
    public var isOutlier: Bool
  }
}

/// What the stops leave unexplained.
public struct HandEyeNoise: Sendable, Equatable {
  /// Standard deviation of one component of the rotation, radians.
  public var rotation: Double
  /// Standard deviation of one component of the translation, metres.
  public var translation: Double
  /// Standard deviation of one coordinate of a corner, pixels, when refined by reprojection.
  public var pixels: Double?
}
