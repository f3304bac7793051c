public import Geometry

/// A camera as a set of views of a target determines it, with everything that is known about its error.
///
/// Pixels throughout. Standard deviations are those of one camera parameter with all poses unknown.
public struct CameraEstimate: Sendable, Equatable {
  /// The camera.
  public var camera: CameraModel
  /// The target that the views show.
  public var target: CalibrationTarget
  /// Each estimated parameter in the order of ``Geometry/LensModel``; those held at a value are absent.
  public var parameters: [ParameterEstimate]
  /// Covariance of ``parameters`` that follows from the noise alone: σ² (JᵀJ)⁻¹ with the poses marginalised, row-major.
  public var covariance: [Double]
  /// What standard deviations must be multiplied by, 1 or more, since views disagree by more than noise explains.
  ///
  /// The larger of ``Jackknife/ratio`` and ``CrossValidation/ratio``.
  public var inflation: Double
  /// How far the normal equations are from being singular: ratio of the extreme eigenvalues of the correlation matrix.
  public var conditionNumber: Double
  /// Root of the mean squared distance between corners and their projections, both coordinates together, outliers left out.
  public var rms: Double
  /// Standard deviation of one coordinate of a corner: √(Σr² / (2N − p)), outliers left out.
  public var noise: Double
  /// Coordinates minus parameters: 2N − p.
  public var degreesOfFreedom: Int
  /// Whether the solver reached the minimum before its steps were used up.
  public var hasConverged: Bool
  /// Each usable view, in the order given.
  public var views: [ViewEstimate]
  /// Views with too few corners.
  public var unusedViews: [UnusedView]
  /// Corners that the fit leaves out, largest residual first.
  public var outliers: [OutlierCorner]
  /// What leaving out one view at a time shows; nil with fewer than 4 views.
  public var jackknife: Jackknife?
  /// What calibrating with every other view shows; nil where a half does not determine the camera.
  public var crossValidation: CrossValidation?
  /// How exactly the camera says where a distant point appears.
  public var uncertainty: UncertaintyMap
  /// Which part of the image the target has covered.
  public var coverage: ImageCoverage
  /// The pose of the target that would help most.
  public var nextPose: NextPose?
  /// Whether the camera may be used.
  public var verdict: CalibrationVerdict

  /// The estimate of a parameter.
  ///
  /// - Parameter name: Its name, for example `fx`.
  /// - Returns: The estimate, or nil when the parameter was not estimated.
  public func parameter(named name: String) -> ParameterEstimate? {
    parameters.first { $0.name == name }
  }

  /// Correlations of ``parameters``, row-major.
  public var correlation: [Double] {
    let n = parameters.count
    return (0..<n * n).map { place in
      let (row, column) = (place / n, place % n)
      let scale = (covariance[row * n + row] * covariance[column * n + column]).squareRoot()
      return scale > 0 ? covariance[place] / scale : 0
    }
  }
}

/// One parameter of a camera with its error.
public struct ParameterEstimate: Sendable, Equatable {
  /// Its name: `fx fy cx cy skew`, then the coefficients.
  public var name: String
  /// Its value.
  public var value: Double
  /// The standard deviation that follows from the noise of the corners alone.
  public var formalDeviation: Double
  /// The standard deviation to rely on: the formal one times ``CameraEstimate/inflation``, or more.
  ///
  /// More where leaving out views moves this parameter by more than it should.
  public var deviation: Double
  /// The standard deviation by leaving out one view at a time; nil when that was not done.
  public var jackknifeDeviation: Double?
  /// What the jackknife would give on average if the noise of the corners were the only error; nil when that was not done.
  public var expectedJackknifeDeviation: Double?

  /// Whether the deviation is larger than the noise of the corners explains.
  public var isScaledUp: Bool { deviation > formalDeviation }
}

/// One view of the target in an estimate.
public struct ViewEstimate: Sendable, Equatable {
  /// Name of the image.
  public var name: String
  /// Target coordinates to camera coordinates, metres.
  public var cameraFromTarget: Pose
  /// Covariance of the pose: rotation vector applied from the left in the camera's frame (radians), then translation (metres);
  /// 6 x 6, row-major, with the camera unknown.
  public var poseCovariance: [Double]
  /// The corners.
  public var corners: [CornerResidual]
  /// Root of the mean squared distance between corners and projections, outliers left out; not a number without corners.
  public var rms: Double
  /// How much each estimated parameter would move if the view were left out; nil when that was not done.
  public var influence: [Double]?
}

/// A view that could not be used.
public struct UnusedView: Sendable, Equatable {
  /// Name of the image.
  public var name: String
  /// Why, a sentence without a full stop.
  public var reason: String
}

/// A corner with what the estimate leaves unexplained.
public struct CornerResidual: Sendable, Equatable {
  /// Which of the target's points.
  public var index: Int
  /// Where the corner was found.
  public var position: Vector2
  /// Found minus projected.
  public var residual: Vector2
  /// Length of the residual in standard deviations of this corner.
  public var sigmas: Double
  /// Whether the fit leaves the corner out.
  public var isOutlier: Bool
}

/// A corner that the fit leaves out.
public struct OutlierCorner: Sendable, Equatable {
  /// Place of the view in ``CameraEstimate/views``.
  public var view: Int
  /// Name of the view's image.
  public var viewName: String
  /// Which of the target's points.
  public var index: Int
  /// Found minus projected.
  public var residual: Vector2
  /// Length of the residual in standard deviations of this corner.
  public var sigmas: Double
  /// By how much fx would change if this corner alone were kept, to first order, pixels.
  public var focalLengthEffect: Double
}
