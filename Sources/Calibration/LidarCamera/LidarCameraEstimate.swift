public import Geometry

/// Where a LiDAR stands to a camera, with everything that is known about its error.
public struct LidarCameraEstimate: Sendable, Equatable {
  /// LiDAR coordinates to camera coordinates, metres.
  public var cameraFromLidar: Pose
  /// Standard deviations of the rotation about the camera's axes, radians.
  public var rotationDeviation: Vector3
  /// Standard deviations of the translation, metres.
  public var translationDeviation: Vector3
  /// Covariance of rotation vector (from the left, in the camera's frame) and translation, inflation applied; 6 x 6, row-major.
  public var covariance: [Double]
  /// What deviations were multiplied by, 1 or more: how much less the boards agree than their stated errors explain.
  public var inflation: Double
  /// Number of conditions minus unknowns.
  public var degreesOfFreedom: Int
  /// Standard deviation of one LiDAR point's distance from its board, metres.
  public var rangeNoise: Double
  /// How far the boards' normals are from lying in one plane: smallest singular value, 0 to 0.577.
  public var normalSpread: Double
  /// Each usable board.
  public var boards: [Board]
  /// Boards that could not be used.
  public var unusedBoards: [UnusedView]

  /// One board in an estimate.
  public struct Board: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Distance of the LiDAR's plane from the camera's at the middle of the points, metres.
    public var distance: Double
    /// Angle between both planes, radians.
    public var angle: Double
    /// Number of LiDAR points on it.
    public var points: Int
    /// Length of its residuals in standard deviations, per condition.
    public var sigmas: Double
    /// Whether the estimate leaves it out.
    public var isOutlier: Bool
  }

  /// How far off LiDAR points appear in the image because of the calibration.
  ///
  /// - Parameters:
  ///   - range: Distance along the camera's axis, metres.
  ///   - camera: The camera.
  /// - Returns: Standard deviation of the pixel: root of the mean variance in both directions together, over the image.
  public func pixelDeviation(at range: Double, in camera: CameraModel) -> Double {
    let matrix = SymmetricMatrix(side: 6, elements: covariance)
    var (sum, count) = (0.0, 0.0)
    for (a, b) in [(0.5, 0.5), (0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8)] {
      let pixel = Vector2(a * Double(camera.width), b * Double(camera.height))
      guard let point = camera.unproject(pixel, depth: range),
        let jacobian = camera.projectWithJacobian(point)
      else { continue }
      for row in [jacobian.point.u, jacobian.point.v] {
        let turn = point.cross(row)
        let gradient = [turn.x, turn.y, turn.z, row.x, row.y, row.z]
        sum += zip(gradient, matrix * gradient).reduce(0) { $0 + $1.0 * $1.1 }
      }
      count += 1
    }
    return count > 0 ? (sum / count).squareRoot() : .nan
  }
}
