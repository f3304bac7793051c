public import Geometry

/// An alignment of two clouds.
public struct RegistrationResult: Sendable {
  /// Maps the source frame to the target frame.
  public var targetFromSource: Pose
  /// Share of the source points with a target point within the largest distance, 0 to 1.
  public var fitness: Double
  /// Root mean square of the distances between these points; metres.
  public var inlierRMSE: Double
  /// Number of pairs of points.
  public var pairCount: Int
  /// Number of steps taken.
  public var iterations: Int
  /// Whether the last step was shorter than both tolerances; false when the iterations ran out.
  public var isConverged: Bool
  /// Information about the pose, 6 x 6, row by row: three turns (radians), then three shifts (metres).
  ///
  /// The change `d` of the pose acts in the source frame, `targetFromSource * exp(d)`. Residuals are taken as independent, with the
  /// variance that they show; where many points see the same surface the truth is less certain than this.
  public var information: [Double]
  /// The inverse of ``information``; nil where a motion is not determined at all.
  public var covariance: [Double]?

  /// One standard deviation of the turns about the source frame's axes; radians.
  public var rotationDeviation: Vector3? { deviation(0) }
  /// One standard deviation of the shifts along the source frame's axes; metres.
  public var translationDeviation: Vector3? { deviation(3) }

  private func deviation(_ first: Int) -> Vector3? {
    covariance.map { c in
      var values = Vector3.zero
      for i in 0..<3 { values[i] = max(c[7 * (first + i)], 0).squareRoot() }
      return values
    }
  }
}
