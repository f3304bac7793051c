import Foundation
import Geometry

extension CameraEstimator {
  /// The least-squares solution over all corners.
  func startingFit(_ input: EstimationInput) throws -> BundleFit {
    guard input.views.count >= 3 else { throw tooFewViews(input) }
    let (lens, names) = (options.lens, options.lens.parameterNames)
    for held in options.held where !names.contains(held.name) || !held.value.isFinite {
      throw CalibrationRefusal(reasons: [
        VerdictReason(
          .inconsistentViews,
          "\(held.name) cannot be held at \(held.value): the parameters are "
            + names.joined(separator: ", "))
      ])
    }
    let first = StartingCamera.best(
      for: input.views, lens: lens == .pinhole8 ? .pinhole5 : lens, width: input.width,
      height: input.height, withSkew: options.estimatesSkew)
    guard var start = first else {
      throw CalibrationRefusal(reasons: [
        VerdictReason(
          .undetermined,
          "no camera places the target before itself in all \(input.views.count) views; check the "
            + "numbering of the corners and the size of the board")
      ])
    }
    let spread = Self.largestAngle(start.poses.map(\.rotation))
    guard spread >= 3 else { throw parallelTargets(input, spread, start) }
    for held in options.held {
      if let place = start.lens.parameterNames.firstIndex(of: held.name) {
        start.parameters[place] = held.value
      }
    }
    var fit = BundleFit(
      lens: start.lens, parameters: start.parameters, poses: start.poses.map(\.numbers))
    do {
      try fit.refine(input.views, free: free.filter { $0 < start.lens.parameterCount })
      if lens == .pinhole8 {
        var parameters = fit.parameters + [0, 0, 0]
        for held in options.held {
          if let place = names.firstIndex(of: held.name) { parameters[place] = held.value }
        }
        fit = BundleFit(lens: lens, parameters: parameters, poses: fit.poses)
        try fit.refine(input.views, free: free)
      }
    } catch SolverError.failed(_, let reason) {
      throw CalibrationRefusal(reasons: [
        VerdictReason(.notConverged, "the solver found no minimum: \(reason)")
      ])
    }
    guard fit.parameters.allSatisfy(\.isFinite), fit.parameters[0] > 0, fit.parameters[1] > 0 else {
      throw CalibrationRefusal(reasons: [
        VerdictReason(.nonFinite, "the solver ended at a camera without positive focal lengths")
      ])
    }
    return fit
  }

  /// The least-squares solution over the corners that fit; the others are no longer active.
  func robustFit(_ input: EstimationInput, from start: BundleFit) throws -> BundleFit {
    guard let limit = options.outlierSigmas else { return start }
    var fit = start
    guard let scale = scale(fit, input), mark(fit, input, limit: limit * scale) else { return fit }
    do {
      for view in input.views { view.active = Array(view.corners.indices) }
      // With this scale a Cauchy loss loses 5 % of the information of normal errors.
      try fit.refine(input.views, free: free, lossScale: 2.385 * scale)
      for _ in 0..<10 {
        guard let scale = self.scale(fit, input) else { break }
        let isChanged = mark(fit, input, limit: limit * scale)
        if !isChanged && fit.cost.isFinite { break }
        try fit.refine(input.views, free: free)
      }
    } catch SolverError.failed(_, let reason) {
      throw CalibrationRefusal(reasons: [
        VerdictReason(.notConverged, "the solver found no minimum without outliers: \(reason)")
      ])
    }
    return fit
  }

  /// Standard deviation of a coordinate by the median residual of all corners, which outliers hardly move.
  private func scale(_ fit: BundleFit, _ input: EstimationInput) -> Double? {
    var squares: [Double] = []
    for (view, pose) in zip(input.views, fit.poses) {
      guard let r = fit.residuals(view, pose: pose) else { continue }
      for place in view.corners.indices {
        squares.append(r[2 * place] * r[2 * place] + r[2 * place + 1] * r[2 * place + 1])
      }
    }
    squares.sort()
    let total = 2 * squares.count
    let freedom = total - free.count - 6 * input.views.count
    guard freedom > 0 else { return nil }
    // The squared length of a normal pair has the median 2 ln 2; the fit takes its share.
    let median = squares[squares.count / 2] / (2 * log(2)) * Double(total) / Double(freedom)
    return max(median.squareRoot(), 1e-9)
  }

  /// Makes the corners within a limit the active ones; whether that changes anything.
  private func mark(_ fit: BundleFit, _ input: EstimationInput, limit: Double) -> Bool {
    var isChanged = false
    for (view, pose) in zip(input.views, fit.poses) {
      var active: [Int] = []
      if let r = fit.residuals(view, pose: pose) {
        active = view.corners.indices.filter {
          r[2 * $0] * r[2 * $0] + r[2 * $0 + 1] * r[2 * $0 + 1] <= limit * limit
        }
      }
      // A view of which hardly a corner is left says nothing.
      if active.count < 4 { active = [] }
      if active != view.active { isChanged = true }
      view.active = active
    }
    return isChanged
  }

  /// The largest angle between two planes of the target, degrees.
  static func largestAngle(_ rotations: [Quaternion]) -> Double {
    let normals = rotations.map { $0.rotate(Vector3(0, 0, 1)) }
    var least = 1.0
    for (place, first) in normals.enumerated() {
      for second in normals[..<place] { least = min(least, abs(first.dot(second))) }
    }
    return acos(min(1, least)) * 180 / .pi
  }

  private func tooFewViews(_ input: EstimationInput) -> CalibrationRefusal {
    let count = input.views.count
    let words = count == 1 ? "1 view is" : "\(count) views are"
    let unused = input.unused.map { "; \($0.name) has \($0.reason)" }.joined()
    return CalibrationRefusal(
      reasons: [VerdictReason(.tooFewViews, "\(words) usable, at least 3 are needed\(unused)")],
      nextPose: advice(
        input,
        StartingCamera.best(
          for: input.views, lens: options.lens == .fisheye4 ? .fisheye4 : .pinhole,
          width: input.width, height: input.height, withSkew: false)))
  }

  private func parallelTargets(
    _ input: EstimationInput, _ spread: Double, _ start: StartingCamera
  ) -> CalibrationRefusal {
    let angle = String(format: "%.1f", spread)
    return CalibrationRefusal(
      reasons: [
        VerdictReason(
          .parallelTargets,
          "the target's planes in all \(input.views.count) views are parallel within \(angle) "
            + "degrees, which leaves the focal length open; tilt the target by 30 to 45 degrees")
      ], nextPose: advice(input, start))
  }

  /// The most helpful pose when there is no solution yet, judged with a plausible camera.
  func advice(_ input: EstimationInput, _ start: StartingCamera?) -> NextPose? {
    guard options.searchesNextPose else { return nil }
    let size = Double(max(input.width, input.height))
    let isFisheye = options.lens == .fisheye4
    let plausible = Vector2(repeating: isFisheye ? size / 3 : size)
    var camera = CameraModel(
      width: input.width, height: input.height, focalLength: plausible,
      principalPoint: Vector2(Double(input.width - 1), Double(input.height - 1)) / 2)
    if isFisheye { camera.distortion = .fisheye([0, 0, 0, 0]) }
    let fit = BundleFit(
      lens: camera.lens, parameters: camera.parameters, poses: start?.poses.map(\.numbers) ?? [])
    return NextPoseSearch(fit, camera, input, free: [0, 1, 2, 3])?.best()
  }
}
