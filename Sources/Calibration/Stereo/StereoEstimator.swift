import Foundation
import Geometry

/// Estimates a rig of two cameras from pairs of views of a target, with its errors, and says whether it may be used.
///
/// Each camera is estimated alone first; then both, the pose between them and the target's poses together. Corners that do not
/// fit are found through a robust loss and left out.
///
/// ```swift
/// let estimator = StereoEstimator(target: .checkerboard(columns: 9, rows: 6, square: 0.025))
/// let estimate = try estimator.estimate(left: leftViews, right: rightViews)
/// try estimate.file(source: "13 pairs").save(path: "rig.yaml")
/// ```
public struct StereoEstimator: Sendable {
  /// The target.
  public var target: CalibrationTarget
  /// What is estimated of each camera and how.
  public var options: CameraEstimator.Options

  /// An estimator for pairs of views of one target.
  ///
  /// - Parameters:
  ///   - target: The target.
  ///   - options: What is estimated of each camera and how.
  public init(
    target: CalibrationTarget, options: CameraEstimator.Options = CameraEstimator.Options()
  ) {
    self.target = target
    self.options = options
  }

  /// Estimates the rig.
  ///
  /// - Parameters:
  ///   - left: Views by the left camera.
  ///   - right: Views by the right camera at the same instants, in the same order; a side that did not find the target is a
  ///     view without corners.
  /// - Returns: The rig with its errors; its verdict may still be that it must not be used.
  /// - Throws: ``CalibrationRefusal`` when the views cannot determine a rig, ``SolverError`` when Ceres cannot be opened.
  public func estimate(left: [TargetView], right: [TargetView]) throws -> StereoEstimate {
    guard left.count == right.count else {
      throw Self.refusal(
        .inconsistentViews,
        "\(left.count) left and \(right.count) right views cannot be paired one to one")
    }
    let monos = try [("left", left), ("right", right)].map { try single($0.1, side: $0.0) }
    var (pairs, unused) = try boards(left, right)
    var (fit, inconsistent) = try start(pairs, monos, names: left.map(\.name))
    for (number, reason) in inconsistent {
      // The left view still tells about the left camera.
      pairs[number].right = nil
      unused.append(UnusedView(name: right[number].name, reason: reason))
    }
    let shared = pairs.filter { $0.left != nil && $0.right != nil }.count
    guard shared >= 3 else {
      throw Self.refusal(
        .tooFewViews,
        "the target is seen by both cameras in \(shared) pairs, at least 3 are needed"
          + unused.map { "; \($0.name): \($0.reason)" }.joined())
    }
    let free = CameraEstimator(target: target, options: options).free
    do { fit = try robustFit(pairs, from: fit, free: free) } catch SolverError.failed(_, let why) {
      throw Self.refusal(.notConverged, "the solver found no minimum: \(why)")
    }
    let solution = try StereoSolution(
      pairs: pairs, fit: fit, free: free,
      sizes: [(left[0].width, left[0].height), (right[0].width, right[0].height)])
    var estimate = solution.estimate(
      target: target, names: zip(left, right).map { [$0.name, $1.name] })
    estimate.unusedPairs = unused
    if options.makesCrossValidation { estimate.crossValidation = solution.crossValidation() }
    estimate.verdict = StereoGate(estimate, monos).verdict
    return estimate
  }

  static func refusal(_ kind: VerdictReason.Kind, _ text: String) -> CalibrationRefusal {
    CalibrationRefusal(reasons: [VerdictReason(kind, text)])
  }

  /// One camera alone, without the parts that take time.
  private func single(_ views: [TargetView], side: String) throws -> CameraEstimate {
    var options = options
    options.makesJackknife = false
    options.makesCrossValidation = false
    options.searchesNextPose = false
    var numbered = views
    for place in views.indices { numbered[place].name = "\(place)" }
    do { return try CameraEstimator(target: target, options: options).estimate(numbered) } catch let
      refusal as CalibrationRefusal
    {
      throw CalibrationRefusal(
        reasons: refusal.reasons.map { VerdictReason($0.kind, "\(side) camera: \($0.sentence)") },
        nextPose: refusal.nextPose)
    }
  }

  /// The views as the solver needs them.
  private func boards(
    _ left: [TargetView], _ right: [TargetView]
  ) throws -> (pairs: [StereoBoards], unused: [UnusedView]) {
    var pairs = [StereoBoards](repeating: StereoBoards(), count: left.count)
    var unused: [UnusedView] = []
    for (views, isLeft) in [(left, true), (right, false)] {
      var numbered = views
      for place in views.indices { numbered[place].name = "\(place)" }
      let input = try EstimationInput(numbered, target: target, floor: options.cornerFloor)
      for view in input.views {
        guard let place = Int(view.name) else { continue }
        if isLeft { pairs[place].left = view } else { pairs[place].right = view }
      }
      for view in input.unused {
        guard let place = Int(view.name) else { continue }
        unused.append(UnusedView(name: views[place].name, reason: view.reason))
      }
    }
    return (pairs, unused)
  }

  /// Start values from the two cameras alone, and the pairs that do not agree with the others.
  private func start(
    _ pairs: [StereoBoards], _ monos: [CameraEstimate], names: [String]
  ) throws -> (fit: StereoFit, inconsistent: [(Int, String)]) {
    var poses = [[Pose?]](repeating: [nil, nil], count: pairs.count)
    for (side, mono) in monos.enumerated() {
      for view in mono.views {
        guard let place = Int(view.name) else { continue }
        poses[place][side] = view.cameraFromTarget
        let board = side == 0 ? pairs[place].left : pairs[place].right
        board?.active = view.corners.indices.filter { !view.corners[$0].isOutlier }
      }
    }
    var relative: [(place: Int, pose: Pose)] = []
    for (place, pair) in poses.enumerated() {
      if let a = pair[0], let b = pair[1] { relative.append((place, b * a.inverse)) }
    }
    guard let rig = Self.central(relative.map(\.pose)) else {
      throw Self.refusal(.tooFewViews, "no pair shows the target in both images")
    }
    var inconsistent: [(Int, String)] = []
    for (place, pose) in relative {
      let angle = (pose.rotation.inverse * rig.rotation).angle.inDegrees
      guard angle > 15 else { continue }
      let way = angle > 150 ? "; the numbering of its corners runs the other way round" : ""
      inconsistent.append(
        (
          place,
          "its pose to the left view differs by \(Int(angle)) degrees from that of other pairs\(way)"
        ))
    }
    let all = poses.map { $0[0] ?? $0[1].map { rig.inverse * $0 } ?? .identity }
    return (
      StereoFit(
        lens: options.lens, left: Self.filled(monos[0].camera, options.lens),
        right: Self.filled(monos[1].camera, options.lens), rig: rig.numbers,
        poses: all.map(\.numbers)), inconsistent
    )
  }

  /// Parameters of the wanted form; a camera without distortion has none of its coefficients.
  private static func filled(_ camera: CameraModel, _ lens: LensModel) -> [Double] {
    let own = camera.parameters
    return own + [Double](repeating: 0, count: max(0, lens.parameterCount - own.count))
  }

  /// The pose whose rotation is nearest to all others.
  private static func central(_ poses: [Pose]) -> Pose? {
    let sums = poses.map { pose in
      poses.reduce(0) { $0 + min(0.3, (pose.rotation.inverse * $1.rotation).angle) }
    }
    guard let least = sums.min(), let place = sums.firstIndex(of: least) else { return nil }
    return poses[place]
  }

  /// The least-squares solution over the corners that fit.
  private func robustFit(
    _ pairs: [StereoBoards], from start: StereoFit, free: [Int]
  ) throws -> StereoFit {
    var fit = start
    try fit.refine(pairs, free: free)
    guard let limit = options.outlierSigmas else { return fit }
    let sides = pairs.flatMap { [$0.left, $0.right].compactMap { $0 } }
    let isClean = sides.allSatisfy { $0.active.count == $0.corners.count }
    guard let scale = scale(fit, pairs, free), mark(fit, pairs, limit * scale) || !isClean else {
      return fit
    }
    for view in sides { view.active = Array(view.corners.indices) }
    // With this scale a Cauchy loss loses 5 % of the information of normal errors.
    try fit.refine(pairs, free: free, lossScale: 2.385 * scale)
    for _ in 0..<10 {
      guard let scale = self.scale(fit, pairs, free) else { break }
      let isChanged = mark(fit, pairs, limit * scale)
      if !isChanged && fit.hasConverged { break }
      try fit.refine(pairs, free: free)
    }
    return fit
  }

  /// Standard deviation of a coordinate by the median residual of all corners, which outliers hardly move.
  private func scale(_ fit: StereoFit, _ pairs: [StereoBoards], _ free: [Int]) -> Double? {
    var squares: [Double] = []
    for (number, pair) in pairs.enumerated() {
      for isLeft in [true, false] {
        guard let r = fit.residuals(pair, number, isLeft: isLeft) else { continue }
        for place in 0..<r.count / 2 {
          squares.append(r[2 * place] * r[2 * place] + r[2 * place + 1] * r[2 * place + 1])
        }
      }
    }
    squares.sort()
    let (total, unknowns) = (2 * squares.count, 2 * free.count + 6 + 6 * pairs.count)
    guard total > unknowns else { return nil }
    let median = squares[squares.count / 2] / (2 * log(2)) * Double(total)
    return max((median / Double(total - unknowns)).squareRoot(), 1e-9)
  }

  /// Makes the corners within a limit the active ones; whether that changes anything.
  private func mark(_ fit: StereoFit, _ pairs: [StereoBoards], _ limit: Double) -> Bool {
    var isChanged = false
    for (number, pair) in pairs.enumerated() {
      for isLeft in [true, false] {
        guard let view = isLeft ? pair.left : pair.right else { continue }
        var active: [Int] = []
        if let r = fit.residuals(pair, number, isLeft: isLeft) {
          active = view.corners.indices.filter {
            r[2 * $0] * r[2 * $0] + r[2 * $0 + 1] * r[2 * $0 + 1] <= limit * limit
          }
        }
        if active.count < 4 { active = [] }
        if active != view.active { isChanged = true }
        view.active = active
      }
    }
    return isChanged
  }
}
