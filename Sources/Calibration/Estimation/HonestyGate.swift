import Foundation
import Geometry

/// Decides whether a camera may be used.
struct HonestyGate {
  /// Accepted, or the reasons against it, worst first.
  let verdict: CalibrationVerdict

  init(_ estimate: CameraEstimate, options: CameraEstimator.Options) {
    var (refusals, marks): ([VerdictReason], [VerdictReason]) = ([], [])
    func judge(_ kind: VerdictReason.Kind, refuse: Bool, mark: Bool, _ sentence: String) {
      let reason = VerdictReason(kind, sentence)
      if refuse { refusals.append(reason) } else if mark { marks.append(reason) }
    }
    func short(_ value: Double, _ digits: Int = 1) -> String {
      String(format: "%.\(digits)f", value)
    }
    let used = estimate.views.filter { $0.corners.contains { !$0.isOutlier } }
    let unit = Double(max(estimate.camera.width, estimate.camera.height)) / 640

    let numbers = estimate.camera.parameters + estimate.covariance + [estimate.rms]
    judge(
      .nonFinite, refuse: !numbers.allSatisfy(\.isFinite), mark: false,
      "the solution holds numbers that are not finite")

    judge(
      .notConverged, refuse: false, mark: !estimate.hasConverged,
      "the solver used up its steps before it reached the minimum")

    let mirrored = used.filter {
      let axis = $0.cameraFromTarget.rotation.rotate(Vector3(0, 0, 1))
      return axis.dot($0.cameraFromTarget.translation) < 0
    }
    judge(
      .mirroredOrder, refuse: !mirrored.isEmpty, mark: false,
      "\(mirrored.count) of \(used.count) views show the target from behind: the numbering of the "
        + "corners runs the wrong way round or the images are mirrored")

    let spread = CameraEstimator.largestAngle(used.map(\.cameraFromTarget.rotation))
    judge(
      .parallelTargets, refuse: spread < 5, mark: spread < 20,
      "the target's planes differ by \(short(spread)) degrees at most, 30 or more are needed for a "
        + "reliable focal length")

    let focal = estimate.parameters.filter { $0.name == "fx" || $0.name == "fy" }
    let share = focal.map { $0.deviation / $0.value }.max() ?? 0
    judge(
      .undetermined, refuse: share > 0.1, mark: share > 0.01,
      "the focal length is known to \(short(share * 100)) % only")

    let coverage = estimate.coverage.fraction
    judge(
      .lowCoverage, refuse: coverage < 0.25, mark: coverage < 0.5,
      "the views cover \(short(coverage * 100)) % of the image; below 40 % most of the lens is "
        + "extrapolated, below 25 % nothing is written, 50 % are good")

    if let check = estimate.crossValidation {
      judge(
        .crossValidation, refuse: check.ratio > 3, mark: check.ratio > 2,
        "calibrations from every other view differ by \(short(check.rms, 2)) px over the image "
          + "(at most \(short(check.maximum)) px), which is place by place \(short(check.ratio)) "
          + "times what the corners' noise explains")
    } else if options.makesCrossValidation {
      judge(
        .crossValidation, refuse: false, mark: true,
        "\(used.count) views are too few for a cross-validation of two halves")
    }

    if let ratio = estimate.jackknife?.ratio {
      judge(
        .viewsDisagree, refuse: ratio > 10, mark: ratio > 3,
        "leaving out single views moves the camera \(short(ratio)) times as far as the corners' "
          + "noise explains; check that the board is flat and stiff and the focus fixed")
    }

    judge(
      .poorFit, refuse: estimate.noise > 2 * unit, mark: estimate.noise > 0.5 * unit,
      "corners miss their projections by \(short(estimate.noise, 2)) px in each direction; "
        + "check the board size and the lens model")

    let corners = estimate.views.reduce(0) { $0 + $1.corners.count }
    let out = Double(estimate.outliers.count) / Double(max(corners, 1))
    judge(
      .outliers, refuse: out > 0.25, mark: out > 0.05,
      "\(estimate.outliers.count) of \(corners) corners do not fit and were left out")

    let map = estimate.uncertainty
    let largest = map.maximum
    judge(
      .uncertain, refuse: !(map.centre < 5 * unit), mark: largest > 5 * unit,
      "projections are uncertain by \(short(map.centre, 2)) px in the middle of the image and by "
        + "up to \(short(largest)) px near its edge")

    let (width, height) = (Double(estimate.camera.width - 1), Double(estimate.camera.height - 1))
    let edges = [0, 0.5, 1].flatMap { x in
      [0, 0.5, 1].map { Vector2(x * width, $0 * height) }
    }
    let isFolded = edges.contains { estimate.camera.ray(through: $0) == nil }
    judge(
      .foldedLens, refuse: false, mark: isFolded,
      "the lens model folds back inside the image; bring the target nearer to the image's corners")

    if !refusals.isEmpty {
      verdict = .refused(refusals + marks)
    } else {
      verdict = marks.isEmpty ? .accepted : .marked(marks)
    }
  }
}
