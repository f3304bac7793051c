public import Geometry

/// Estimates a camera from views of a target of known shape, with its errors, and says whether it may be used.
///
/// Start values come from the views' homographies (Zhang), the minimum from Ceres. Corners that do not fit are found through a
/// robust loss and left out; the camera itself is then the least-squares solution of the others, so that its covariance holds.
///
/// ```swift
/// let estimator = CameraEstimator(target: .checkerboard(columns: 9, rows: 6, square: 0.025))
/// let estimate = try estimator.estimate(views)
/// ```
public struct CameraEstimator: Sendable {
  /// What is estimated and how.
  public struct Options: Sendable, Equatable {
    /// The form of the camera model.
    public var lens = LensModel.pinhole5
    /// Whether skew is estimated; 0 otherwise.
    public var estimatesSkew = false
    /// Parameters that are held at a value, by name.
    public var held: [HeldParameter] = []
    /// Corners whose residual is longer than this many standard deviations are left out; nil: none is.
    ///
    /// At 4.5, one good corner in 25,000 is.
    public var outlierSigmas: Double? = 4.5
    /// An error of each corner's coordinates that its covariance does not know of, pixels.
    public var cornerFloor = 0.05
    /// Whether one view at a time is left out.
    public var makesJackknife = true
    /// Whether every other view is calibrated alone.
    public var makesCrossValidation = true
    /// Whether the most helpful further pose is searched.
    public var searchesNextPose = true
    /// Columns of the uncertainty map.
    public var mapColumns = 33
    /// Rows of the uncertainty map.
    public var mapRows = 25

    /// Brown-Conrady with five coefficients, no skew.
    public init() {}
  }

  /// A parameter that is not estimated.
  public struct HeldParameter: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Its value.
    public var value: Double

    /// A parameter that is not estimated.
    ///
    /// - Parameters:
    ///   - name: Its name, as in ``Geometry/LensModel/parameterNames``.
    ///   - value: Its value.
    public init(name: String, value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// The target.
  public var target: CalibrationTarget
  /// What is estimated and how.
  public var options: Options

  /// An estimator for views of one target.
  ///
  /// - Parameters:
  ///   - target: The target.
  ///   - options: What is estimated and how.
  public init(target: CalibrationTarget, options: Options = Options()) {
    self.target = target
    self.options = options
  }

  /// Places of the estimated parameters among all.
  var free: [Int] {
    let names = options.lens.parameterNames
    return names.indices.filter { place in
      (place != 4 || options.estimatesSkew)
        && !options.held.contains { $0.name == names[place] }
    }
  }

  /// Estimates the camera.
  ///
  /// - Parameter views: Views of the target, all of one image size.
  /// - Returns: The camera with its errors; its verdict may still be that it must not be used.
  /// - Throws: ``CalibrationRefusal`` when the views cannot determine a camera, ``SolverError`` when Ceres cannot be opened.
  public func estimate(_ views: [TargetView]) throws -> CameraEstimate {
    let input = try EstimationInput(views, target: target, floor: options.cornerFloor)
    let solution: EstimationSolution
    do {
      let start = try startingFit(input)
      let fit = try robustFit(input, from: start)
      solution = try EstimationSolution(input, fit, free: free)
    } catch var refusal as CalibrationRefusal {
      if refusal.nextPose == nil { refusal.nextPose = advice(input, nil) }
      throw refusal
    }
    let resampling = Resampling(input, solution, options)
    let map = solution.sensitivity(options.mapColumns, options.mapRows)
    let crossValidation =
      options.makesCrossValidation
      ? map.flatMap { resampling.crossValidation($0) } : nil
    let jackknife = options.makesJackknife ? resampling.jackknife() : nil
    var estimate = solution.estimate(
      target: target, names: options.lens.parameterNames, map: map, jackknife: jackknife,
      crossValidation: crossValidation)
    estimate.verdict = HonestyGate(estimate, options: options).verdict
    if options.searchesNextPose {
      // A camera that the views leave open is no guide.
      let isOpen =
        estimate.verdict.isRefused
        && estimate.verdict.reasons.contains {
          [.parallelTargets, .undetermined].contains($0.kind)
        }
      estimate.nextPose =
        isOpen
        ? advice(input, nil) : map.flatMap { NextPoseSearch(solution, sensitivity: $0).best() }
    }
    return estimate
  }
}
