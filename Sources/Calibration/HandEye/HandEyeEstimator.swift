import Foundation
public import Geometry

/// Estimates where a camera sits on a robot's hand, and where the target stands, from stops of the robot.
///
/// The best of the closed forms is refined over both poses together: over the poses' disagreement, weighted by their noise, or
/// over the corners' reprojection when these are given. Stops that do not fit are found through a robust loss and left out.
///
/// ```swift
/// let estimate = try HandEyeEstimator().estimate(stops)
/// let gripperFromCamera = estimate.handFromCamera
/// ```
public struct HandEyeEstimator: Sendable {
  /// Standard deviation of one component of a stop's rotation, radians; nil: estimated from the stops.
  public var rotationNoise: Double?
  /// Standard deviation of one component of a stop's translation, metres; nil: estimated from the stops.
  public var translationNoise: Double?
  /// Whether stops that do not fit are left out.
  public var rejectsOutliers: Bool

  /// The corners of the target in the picture of each stop, for refinement by reprojection.
  ///
  /// Right for a robot whose own poses are much more exact than the camera's.
  public struct Pictures: Sendable {
    /// The camera.
    public var camera: CameraModel
    /// The target.
    public var target: CalibrationTarget
    /// One view for each stop, in the same order.
    public var views: [TargetView]

    /// The pictures of the stops.
    ///
    /// - Parameters:
    ///   - camera: The camera.
    ///   - target: The target.
    ///   - views: One view for each stop, in the same order.
    public init(camera: CameraModel, target: CalibrationTarget, views: [TargetView]) {
      self.camera = camera
      self.target = target
      self.views = views
    }
  }

  /// An estimator.
  ///
  /// - Parameters:
  ///   - rotationNoise: Standard deviation of one component of a stop's rotation, radians.
  ///   - translationNoise: Standard deviation of one component of a stop's translation, metres.
  ///   - rejectsOutliers: Whether stops that do not fit are left out.
  public init(
    rotationNoise: Double? = nil, translationNoise: Double? = nil, rejectsOutliers: Bool = true
  ) {
    self.rotationNoise = rotationNoise
    self.translationNoise = translationNoise
    self.rejectsOutliers = rejectsOutliers
  }

  /// Estimates both poses.
  ///
  /// - Parameters:
  ///   - pairs: At least three stops with turns about different axes.
  ///   - pictures: The corners that the camera saw; the poses' disagreement is minimised when nil.
  /// - Returns: The poses with their errors.
  /// - Throws: ``HandEyeError``, ``SolverError``.
  public func estimate(
    _ pairs: [HandEyePair], pictures: Pictures? = nil
  ) throws -> HandEyeEstimate {
    let motions = try HandEyeMotions(pairs)
    let forms = try closedForms(pairs, motions)
    let usable = forms.compactMap(\.poses)
    let costs = usable.map { HandEyeResiduals(pairs, $0).medianCost }
    guard let least = costs.min(), let first = costs.firstIndex(of: least) else {
      throw HandEyeError.inconsistentPairs(rotationDegrees: .nan)
    }
    var fit = HandEyeFit(
      pairs: pairs, poses: usable[first], rotationNoise: rotationNoise,
      translationNoise: translationNoise)
    try fit.solve(rejectsOutliers: rejectsOutliers)
    var pixels: ReprojectionFit?
    if let pictures {
      var refined = try ReprojectionFit(pairs, pictures, start: fit.poses)
      try refined.solve(rejectsOutliers: rejectsOutliers)
      fit.poses = refined.poses
      fit.active = refined.active
      pixels = refined
    }
    let covariance = try pixels?.covariance() ?? fit.covariance()
    let residuals = HandEyeResiduals(pairs, fit.poses)
    let deviation = (0..<6).map { covariance[$0 * 13].squareRoot() }
    let stops = pairs.indices.map { place in
      HandEyeEstimate.Stop(
        rotation: residuals.rotations[place].length,
        translation: residuals.translations[place].length, pixels: pixels?.rms[place],
        isOutlier: !fit.active.contains(place))
    }
    var estimate = HandEyeEstimate(
      handFromCamera: fit.poses.handFromCamera, baseFromTarget: fit.poses.baseFromTarget,
      rotationDeviation: Vector3(deviation[0], deviation[1], deviation[2]),
      translationDeviation: Vector3(deviation[3], deviation[4], deviation[5]),
      covariance: covariance, closedForms: forms, axisSpread: motions.axisSpread,
      noise: HandEyeNoise(
        rotation: fit.rotationSigma, translation: fit.translationSigma, pixels: pixels?.noise),
      stops: stops, warnings: [])
    estimate.warnings = Self.warnings(estimate)
    return estimate
  }

  private func closedForms(
    _ pairs: [HandEyePair], _ motions: HandEyeMotions
  ) throws -> [HandEyeEstimate.ClosedForm] {
    let hand = HandEyeMethod.allCases.map { method in
      (method.rawValue, method.solve(motions).map { RobotWorldPoses(pairs, handFromCamera: $0) })
    }
    let world = try RobotWorldMethod.allCases.map { ($0.rawValue, try $0.solve(pairs)) }
    return (hand + world).map { name, poses in
      let residuals = poses.map { HandEyeResiduals(pairs, $0) }
      return HandEyeEstimate.ClosedForm(
        name: name, poses: poses, rotationError: residuals?.rotationRMS ?? .nan,
        translationError: residuals?.translationRMS ?? .nan)
    }
  }

  private static func warnings(_ estimate: HandEyeEstimate) -> [String] {
    var warnings: [String] = []
    let turn = estimate.rotationDeviation.length
    let shift = estimate.translationDeviation.length
    for form in estimate.closedForms {
      guard let poses = form.poses else {
        warnings.append("the method \(form.name) has no solution for these motions")
        continue
      }
      let off = poses.handFromCamera.inverse * estimate.handFromCamera
      let (angle, distance) = (off.rotation.angle, off.translation.length)
      // Closed forms are less exact than the refinement; far more than its error means that they contradict it.
      if angle > max(10 * turn, 1e-6) || distance > max(10 * shift, 1e-6) {
        warnings.append(
          String(
            format:
              "the method %@ differs from the result by %.3g degrees and %.3g mm, more than 10 "
              + "times the stated error: motions are small, axes alike, or a stop is wrong",
            form.name, angle.inDegrees, distance * 1000))
      }
    }
    if estimate.axisSpread < 15 * .pi / 180 {
      warnings.append(
        String(
          format:
            "the motions' axes spread by %.1f degrees only; 30 or more make the result robust",
          estimate.axisSpread.inDegrees))
    }
    let outliers = estimate.stops.indices.filter { estimate.stops[$0].isOutlier }
    if !outliers.isEmpty {
      let list = outliers.map { "\($0 + 1)" }.joined(separator: ", ")
      warnings.append("left out, since they do not fit: stops \(list)")
    }
    return warnings
  }
}

/// What stops leave unexplained by two poses.
struct HandEyeResiduals {
  /// Rotation vectors of the target as each stop implies it, relative to the common one.
  let rotations: [Vector3]
  /// Its displacements in the base's frame.
  let translations: [Vector3]

  init(_ pairs: [HandEyePair], _ poses: RobotWorldPoses) {
    let implied = pairs.map { $0.baseFromHand * poses.handFromCamera * $0.cameraFromTarget }
    let back = poses.baseFromTarget.rotation.inverse
    rotations = implied.map { (back * $0.rotation).rotationVector }
    translations = implied.map { $0.translation - poses.baseFromTarget.translation }
  }

  var rotationRMS: Double { Self.rms(rotations) }
  var translationRMS: Double { Self.rms(translations) }

  /// Hardly moved by outliers; rotations count as metres at an arm's length.
  var medianCost: Double {
    let costs = zip(rotations, translations).map { $0.dot($0) * 0.25 + $1.dot($1) }.sorted()
    return costs[costs.count / 2]
  }

  private static func rms(_ vectors: [Vector3]) -> Double {
    (vectors.reduce(0) { $0 + $1.dot($1) } / Double(max(vectors.count, 1))).squareRoot()
  }
}
