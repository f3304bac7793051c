import Foundation
import Geometry

/// A solution with the information that it rests on.
struct EstimationSolution {
  let input: EstimationInput
  let fit: BundleFit
  let free: [Int]
  let camera: CameraModel
  /// What each view says; nil without active corners.
  let information: [ViewInformation?]
  /// The same with the pose unknown.
  let reduced: [SymmetricMatrix?]
  /// Sum of `reduced`.
  let total: SymmetricMatrix
  /// Inverse of `total`.
  let inverse: SymmetricMatrix
  let freedom: Int
  /// Variance of one coordinate of a corner of mean quality.
  let variance: Double

  init(_ input: EstimationInput, _ fit: BundleFit, free: [Int]) throws {
    self.input = input
    self.fit = fit
    self.free = free
    camera = CameraModel(
      width: input.width, height: input.height, lens: fit.lens, parameters: fit.parameters)
    var (all, some): ([ViewInformation?], [SymmetricMatrix?]) = ([], [])
    var sum = SymmetricMatrix(side: free.count)
    var (coordinates, unknowns, squares) = (0, free.count, 0.0)
    for (view, pose) in zip(input.views, fit.poses) {
      guard !view.active.isEmpty,
        let part = ViewInformation(view, view.active, fit, pose: pose, free: free),
        let reduced = part.reduced, let residuals = fit.residuals(view, pose: pose)
      else {
        all.append(nil)
        some.append(nil)
        continue
      }
      all.append(part)
      some.append(reduced)
      sum += reduced
      coordinates += 2 * view.active.count
      unknowns += 6
      for place in view.active {
        squares += residuals[2 * place] * residuals[2 * place]
        squares += residuals[2 * place + 1] * residuals[2 * place + 1]
      }
    }
    information = all
    reduced = some
    total = sum
    freedom = coordinates - unknowns
    let used = some.filter { $0 != nil }.count
    guard freedom > 0, used >= 3 else {
      throw CalibrationRefusal(reasons: [
        VerdictReason(
          .outliers,
          "only \(coordinates / 2) corners in \(used) views fit together, too few for "
            + "\(unknowns) unknowns")
      ])
    }
    guard let inverse = sum.inverse else {
      let names = free.map { fit.lens.parameterNames[$0] }.joined(separator: ", ")
      throw CalibrationRefusal(reasons: [
        VerdictReason(
          .undetermined,
          "the views do not determine all of \(names); tilt the target by 30 to 45 degrees in some")
      ])
    }
    self.inverse = inverse
    // Corners without any error at all would give a covariance of 0.
    variance = max(squares / Double(freedom), 1e-20)
  }

  /// How projections follow the parameters.
  func sensitivity(_ columns: Int, _ rows: Int) -> ProjectionSensitivity? {
    ProjectionSensitivity(
      camera: camera, free: free, columns: max(columns, 2), rows: max(rows, 2))
  }

  /// Covariance of the free parameters by the noise alone.
  var covariance: SymmetricMatrix { inverse.scaled(by: variance) }

  /// Everything that is known, as yet without verdict and advice.
  func estimate(
    target: CalibrationTarget, names: [String], map: ProjectionSensitivity?, jackknife: Jackknife?,
    crossValidation: CrossValidation?
  ) -> CameraEstimate {
    let formal = covariance
    let inflation = max(1, jackknife?.ratio ?? 1, crossValidation?.ratio ?? 1)
    let parameters = free.enumerated().map { place, parameter in
      let deviation = formal[place, place].squareRoot()
      let (found, expected) = (
        jackknife?.deviations[place], jackknife?.expectedDeviations[place]
      )
      let own = (found ?? 0) / (expected ?? 1)
      return ParameterEstimate(
        name: names[parameter], value: fit.parameters[parameter], formalDeviation: deviation,
        deviation: deviation * max(inflation, own), jackknifeDeviation: found,
        expectedJackknifeDeviation: expected)
    }
    let views = viewEstimates(jackknife)
    let corners = views.flatMap(\.corners).filter { !$0.isOutlier }
    let squares = corners.reduce(0) { $0 + ($1.residual * $1.residual).sum() }
    let empty = UncertaintyMap(
      columns: 1, rows: 1, width: input.width, height: input.height, centralRadius: 0,
      inflation: inflation, deviations: [.nan])
    return CameraEstimate(
      camera: camera, target: target, parameters: parameters, covariance: formal.elements,
      inflation: inflation, conditionNumber: total.conditionNumber,
      rms: (squares / Double(max(corners.count, 1))).squareRoot(), noise: variance.squareRoot(),
      degreesOfFreedom: freedom, hasConverged: fit.hasConverged, views: views,
      unusedViews: input.unused,
      outliers: outliers(views), jackknife: jackknife, crossValidation: crossValidation,
      uncertainty: map?.map(formal, inflation: inflation) ?? empty,
      coverage: ImageCoverage(input), nextPose: nil, verdict: .accepted)
  }

  private func viewEstimates(_ jackknife: Jackknife?) -> [ViewEstimate] {
    let sigma = variance.squareRoot()
    return input.views.enumerated().map { number, view in
      let pose = fit.poses[number]
      let weighted = fit.residuals(view, pose: pose)
      let active = Set(view.active)
      let placed = Pose(numbers: pose)
      let corners = view.corners.enumerated().map { place, corner in
        var (residual, sigmas) = (Vector2(repeating: .nan), Double.infinity)
        if let weighted {
          let (u, v) = (weighted[2 * place], weighted[2 * place + 1])
          sigmas = (u * u + v * v).squareRoot() / sigma
          let row = view.memory + place * BoardView.stride
          let du = u / row[5]
          residual = -Vector2(du, (v - row[6] * du) / row[7])
        }
        return CornerResidual(
          index: corner.index, position: corner.position, residual: residual, sigmas: sigmas,
          isOutlier: !active.contains(place))
      }
      let kept = corners.filter { !$0.isOutlier }
      let squares = kept.reduce(0) { $0 + ($1.residual * $1.residual).sum() }
      let poseCovariance = information[number]?.poseCovariance(parameters: inverse)
      let influence = jackknife?.withoutView[number].map { other in
        zip(other, free).map { $0 - fit.parameters[$1] }
      }
      return ViewEstimate(
        name: view.name, cameraFromTarget: placed,
        poseCovariance: poseCovariance?.map { $0 * variance } ?? [], corners: corners,
        rms: kept.isEmpty ? .nan : (squares / Double(kept.count)).squareRoot(),
        influence: influence)
    }
  }

  private func outliers(_ views: [ViewEstimate]) -> [OutlierCorner] {
    var result: [OutlierCorner] = []
    for (number, view) in views.enumerated() {
      for (place, corner) in view.corners.enumerated() where corner.isOutlier {
        result.append(
          OutlierCorner(
            view: number, viewName: view.name, index: corner.index, residual: corner.residual,
            sigmas: corner.sigmas, focalLengthEffect: focalLengthEffect(number, place)))
      }
    }
    return result.sorted { ($1.sigmas, $0.view, $0.index) < ($0.sigmas, $1.view, $1.index) }
  }

  /// The first step of the fit, in fx, when a corner is taken in again; not a number where it has no meaning.
  private func focalLengthEffect(_ number: Int, _ place: Int) -> Double {
    guard free.first == 0, var part = information[number], let before = reduced[number] else {
      return .nan
    }
    let (view, pose) = (input.views[number], fit.poses[number])
    let width = fit.lens.parameterCount
    var (residuals, byPose) = ([0.0, 0.0], [Double](repeating: 0, count: 12))
    var byParameters = [Double](repeating: 0, count: 2 * width)
    let isSeen = view.evaluate(
      [place], fit.lens, parameters: fit.parameters, pose: pose, residuals: &residuals,
      byParameters: &byParameters, byPose: &byPose, isTangent: true)
    guard isSeen, let single = ViewInformation(view, [place], fit, pose: pose, free: free) else {
      return .nan
    }
    part.add(single)
    guard let after = part.reduced, let gain = part.gain else { return .nan }
    var information = total
    information -= before
    information += after
    guard let inverse = information.inverse else { return .nan }
    var gradient = [Double](repeating: 0, count: free.count)
    for side in 0..<2 {
      for (i, parameter) in free.enumerated() {
        var value = byParameters[side * width + parameter]
        for k in 0..<6 { value -= gain[i * 6 + k] * byPose[side * 6 + k] }
        gradient[i] -= value * residuals[side]
      }
    }
    return (inverse * gradient)[0]
  }
}
