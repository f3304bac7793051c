public import Geometry

/// A rig of two cameras as pairs of views of a target determine it, with everything that is known about its error.
///
/// Both cameras, the pose between them and the target's poses are estimated together.
public struct StereoEstimate: Sendable, Equatable {
  /// The rig, with the uncertainty that depth inherits.
  public var rig: StereoRig
  /// The target that the views show.
  public var target: CalibrationTarget
  /// Each estimated parameter of the left camera in the order of ``Geometry/LensModel``.
  public var left: [ParameterEstimate]
  /// Each estimated parameter of the right camera.
  public var right: [ParameterEstimate]
  /// Standard deviations of right_from_left's rotation about the right camera's axes, radians.
  public var rotationDeviation: Vector3
  /// Standard deviations of right_from_left's translation, metres.
  public var translationDeviation: Vector3
  /// Distance of the cameras with its error, metres.
  public var baseline: ParameterEstimate
  /// Covariance that follows from the noise alone, row-major: left parameters, right parameters, rotation vector, translation.
  public var covariance: [Double]
  /// What standard deviations are multiplied by, 1 or more: the jackknife's scatter over the formal one.
  public var inflation: Double
  /// Root of the mean squared distance between corners and projections over both images, as OpenCV's stereoCalibrate states it,
  /// outliers left out.
  public var rms: Double
  /// Standard deviation of one coordinate of a corner: √(Σr² / (2N − p)), outliers left out.
  public var noise: Double
  /// Coordinates minus unknowns.
  public var degreesOfFreedom: Int
  /// Rows of corners after rectification, left minus right.
  public var epipolar: EpipolarError
  /// Distances of neighbouring points as triangulated; nil without two neighbours seen by both cameras.
  public var edges: EdgeCheck?
  /// Each usable pair.
  public var pairs: [StereoPairEstimate]
  /// Pairs that could not be used.
  public var unusedPairs: [UnusedView]
  /// Corners that the fit leaves out, largest residual first.
  public var outliers: [StereoOutlier]
  /// What calibrating with every other pair shows; nil where a half does not determine the rig.
  public var crossValidation: StereoCrossValidation?
  /// Whether the rig may be used.
  public var verdict: CalibrationVerdict

  /// Standard deviation of a depth: that of the calibration and of matching together.
  ///
  /// - Parameters:
  ///   - depth: The depth, metres.
  ///   - matching: Standard deviation of a disparity as matched, pixels.
  /// - Returns: Metres.
  public func depthStandardDeviation(at depth: Double, matching: Double = 0.25) -> Double {
    rig.uncertainty?.depthStandardDeviation(
      at: depth, of: rectified ?? rig, matching: matching) ?? .nan
  }

  /// The rectified rig that depth refers to.
  public var rectified: StereoRig?

  /// The calibration as a file.
  ///
  /// - Parameters:
  ///   - source: Where the numbers come from.
  ///   - leftName: Name of the left camera.
  ///   - rightName: Name of the right camera.
  /// - Returns: Cameras, rig and their standard deviations.
  public func file(
    source: String, leftName: String = "left", rightName: String = "right"
  ) -> CalibrationFile {
    CalibrationFile(
      source: source,
      cameras: [
        .init(
          name: leftName, camera: rig.left,
          uncertainty: CameraUncertainty(left, of: rig.left)),
        .init(
          name: rightName, camera: rig.right,
          uncertainty: CameraUncertainty(right, of: rig.right)),
      ],
      stereo: .init(
        left: leftName, right: rightName, rightFromLeft: rig.rightFromLeft,
        uncertainty: rig.uncertainty))
  }
}

/// Rows of corners in the rectified images, left minus right.
public struct EpipolarError: Sendable, Equatable {
  /// Root of the mean square, pixels.
  public var rms: Double
  /// The largest, pixels.
  public var maximum: Double
  /// Number of corners seen by both cameras.
  public var count: Int
}

/// Distances of neighbouring points of the target as the rig measures them, relative to the true ones.
public struct EdgeCheck: Sendable, Equatable {
  /// Root of the mean squared relative error.
  public var rms: Double
  /// Mean relative error: above 0 when the rig measures too long.
  public var mean: Double
  /// Number of distances.
  public var count: Int
}

/// One pair of views in an estimate.
public struct StereoPairEstimate: Sendable, Equatable {
  /// Names of the left and the right image.
  public var names: [String]
  /// Target coordinates to left camera coordinates, metres.
  public var leftFromTarget: Pose
  /// Corners of the left image.
  public var left: [CornerResidual]
  /// Corners of the right image.
  public var right: [CornerResidual]
  /// Root of the mean squared distance over both images, outliers left out; not a number without corners.
  public var rms: Double
}

/// A corner that the fit leaves out.
public struct StereoOutlier: Sendable, Equatable {
  /// Name of the image.
  public var viewName: String
  /// Whether it is the left image.
  public var isLeft: Bool
  /// Which of the target's points.
  public var index: Int
  /// Found minus projected.
  public var residual: Vector2
  /// Length of the residual in standard deviations of this corner.
  public var sigmas: Double
  /// By how much the baseline would change if this corner alone were kept, to first order, metres.
  public var baselineEffect: Double
}

/// What calibrating with every other pair shows.
public struct StereoCrossValidation: Sendable, Equatable {
  /// The rig by the pairs at even places.
  public var even: StereoRig
  /// The rig by the pairs at odd places.
  public var odd: StereoRig
  /// Baseline by the even pairs minus that by the odd ones, metres.
  public var baselineDifference: Double
  /// The standard deviation that both halves' covariances lead one to expect for it, metres.
  public var predictedBaselineDeviation: Double
  /// Angle between the two rotations, radians.
  public var rotationDifference: Double
  /// Row error of each half's corners, rectified with the rig of the other half.
  public var epipolar: EpipolarError
}

extension CameraUncertainty {
  /// The deviations of an estimate's parameters.
  init(_ parameters: [ParameterEstimate], of camera: CameraModel) {
    func deviation(_ name: String) -> Double {
      parameters.first { $0.name == name }?.deviation ?? 0
    }
    self.init(
      focalLength: Vector2(deviation("fx"), deviation("fy")),
      principalPoint: Vector2(deviation("cx"), deviation("cy")), skew: deviation("skew"),
      distortion: camera.lens.coefficientNames.map(deviation))
  }
}
