import Foundation
import Geometry

/// A joint solution with the information that it rests on.
struct StereoSolution {
  let pairs: [StereoBoards]
  let fit: StereoFit
  let free: [Int]
  let sizes: [(width: Int, height: Int)]
  let parts: [(information: SymmetricMatrix, gradient: [Double])?]
  let total: SymmetricMatrix
  let inverse: SymmetricMatrix
  let freedom: Int
  let variance: Double

  init(
    pairs: [StereoBoards], fit: StereoFit, free: [Int], sizes: [(width: Int, height: Int)]
  ) throws {
    self.pairs = pairs
    self.fit = fit
    self.free = free
    self.sizes = sizes
    let side = 2 * free.count + 6
    var sum = SymmetricMatrix(side: side)
    var parts: [(information: SymmetricMatrix, gradient: [Double])?] = []
    var (coordinates, unknowns) = (0, side)
    for (number, pair) in pairs.enumerated() {
      let part = StereoInformation(
        pair, number, fit, free: free, left: pair.left?.active ?? [],
        right: pair.right?.active ?? [])?.reduced
      parts.append(pair.isActive ? part : nil)
      guard pair.isActive, let part else { continue }
      sum += part.information
      coordinates += 2 * ((pair.left?.active.count ?? 0) + (pair.right?.active.count ?? 0))
      unknowns += 6
    }
    freedom = coordinates - unknowns
    guard freedom > 0 else {
      throw StereoEstimator.refusal(
        .outliers, "only \(coordinates / 2) corners fit together, too few for \(unknowns) unknowns")
    }
    guard let inverse = sum.inverse else {
      throw StereoEstimator.refusal(
        .undetermined, "the pairs do not determine both cameras and the pose between them")
    }
    self.parts = parts
    total = sum
    self.inverse = inverse
    variance = max(2 * fit.cost / Double(freedom), 1e-20)
  }

  /// The rig with changes added to its free parameters.
  func rig(changedBy change: [Double]? = nil) -> StereoRig {
    let n = free.count
    var (left, right, pose) = (fit.left, fit.right, Pose(numbers: fit.rig))
    if let change {
      for (place, parameter) in free.enumerated() {
        left[parameter] += change[place]
        right[parameter] += change[n + place]
      }
      let turn = Vector3(change[2 * n], change[2 * n + 1], change[2 * n + 2])
      if turn != .zero {
        pose.rotation = Quaternion(angle: turn.length, axis: turn) * pose.rotation
      }
      pose.translation += Vector3(change[2 * n + 3], change[2 * n + 4], change[2 * n + 5])
    }
    return StereoRig(
      left: CameraModel(
        width: sizes[0].width, height: sizes[0].height, lens: fit.lens, parameters: left),
      right: CameraModel(
        width: sizes[1].width, height: sizes[1].height, lens: fit.lens, parameters: right),
      rightFromLeft: pose)
  }

  /// To first order, the change of the parameters when each pair is left out; nil for a pair without use.
  private var influence: [[Double]?] {
    parts.map { part in
      guard let part else { return nil }
      var rest = total
      rest -= part.information
      guard let inverse = rest.inverse else { return nil }
      return inverse * part.gradient
    }
  }

  /// Scatter of the jackknife over the formal one, all parameters together, and its deviation of each.
  private func jackknife() -> (ratio: Double, deviations: [Double])? {
    let samples = influence.compactMap { $0 }
    guard samples.count >= 4 else { return nil }
    let (count, side) = (Double(samples.count), total.side)
    let mean = (0..<side).map { place in samples.reduce(0) { $0 + $1[place] } / count }
    var (sum, squares) = (0.0, [Double](repeating: 0, count: side))
    for sample in samples {
      let offset = zip(sample, mean).map { $0 - $1 }
      sum += zip(offset, total * offset).reduce(0) { $0 + $1.0 * $1.1 } / variance
      for place in 0..<side { squares[place] += offset[place] * offset[place] }
    }
    let factor = (count - 1) / count
    return ((factor * sum / Double(side)).squareRoot(), squares.map { (factor * $0).squareRoot() })
  }

  /// Everything that is known, as yet without cross-validation and verdict.
  func estimate(target: CalibrationTarget, names: [[String]]) -> StereoEstimate {
    let formal = inverse.scaled(by: variance)
    let other = jackknife()
    let inflation = max(1, other?.ratio ?? 1)
    let scaled = formal.scaled(by: inflation * inflation)
    let (n, count) = (free.count, formal.side)
    let parameters = { (offset: Int, values: [Double]) in
      free.enumerated().map { place, parameter in
        let deviation = formal[offset + place, offset + place].squareRoot()
        let jackknife = other?.deviations[offset + place]
        return ParameterEstimate(
          name: fit.lens.parameterNames[parameter], value: values[parameter],
          formalDeviation: deviation, deviation: max(deviation * inflation, jackknife ?? 0),
          jackknifeDeviation: jackknife)
      }
    }
    let rigPart = (0..<6).map { scaled[count - 6 + $0, count - 6 + $0].squareRoot() }
    var rig = rig()
    let axis = rig.rightFromLeft.translation.normalized
    let along = [Double](repeating: 0, count: count - 3) + [axis.x, axis.y, axis.z]
    let baselineDeviation = zip(along, formal * along).reduce(0) { $0 + $1.0 * $1.1 }.squareRoot()
    let leftOut = influence.compactMap { $0 }.map { sample in
      zip(along, sample).reduce(0) { $0 + $1.0 * $1.1 }
    }
    var baselineJackknife: Double?
    if leftOut.count >= 4 {
      let samples = Double(leftOut.count)
      let mean = leftOut.reduce(0, +) / samples
      let squares = leftOut.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      baselineJackknife = ((samples - 1) / samples * squares).squareRoot()
    }
    let baseline = ParameterEstimate(
      name: "baseline", value: rig.baseline, formalDeviation: baselineDeviation,
      deviation: max(baselineDeviation * inflation, baselineJackknife ?? 0),
      jackknifeDeviation: baselineJackknife)
    let steps = (0..<count).map { max(1e-9, formal[$0, $0].squareRoot() * 0.1) }
    let seen = pairs.flatMap { pair in
      pair.left.map { view in view.active.map { view.corners[$0].position } } ?? []
    }
    let depth = DepthSensitivity(rig, seen: seen, steps: steps) { self.rig(changedBy: $0) }
    rig.uncertainty = depth?.uncertainty(scaled)
    let corners = RectifiedCorners(pairs, rig, focal: depth?.rectified.left.focalLength.x)
    let (estimates, outliers, squares, used) = residuals(names)
    return StereoEstimate(
      rig: rig, target: target, left: parameters(0, fit.left), right: parameters(n, fit.right),
      rotationDeviation: Vector3(rigPart[0], rigPart[1], rigPart[2]),
      translationDeviation: Vector3(rigPart[3], rigPart[4], rigPart[5]), baseline: baseline,
      covariance: formal.elements, inflation: inflation,
      rms: (squares / Double(max(used, 1))).squareRoot(), noise: variance.squareRoot(),
      degreesOfFreedom: freedom, epipolar: corners.epipolar,
      edges: corners.edges(points: target.points), pairs: estimates, unusedPairs: [],
      outliers: outliers, crossValidation: nil, verdict: .accepted, rectified: depth?.rectified)
  }

  private func residuals(
    _ names: [[String]]
  ) -> (pairs: [StereoPairEstimate], outliers: [StereoOutlier], squares: Double, used: Int) {
    var (estimates, outliers): ([StereoPairEstimate], [StereoOutlier]) = ([], [])
    var (squares, used) = (0.0, 0)
    for (number, pair) in pairs.enumerated() where pair.left != nil || pair.right != nil {
      var sides: [[CornerResidual]] = []
      var (own, count) = (0.0, 0)
      for (side, view) in [pair.left, pair.right].enumerated() {
        guard let view else {
          sides.append([])
          continue
        }
        let corners = cornerResiduals(view, fit.residuals(pair, number, isLeft: side == 0))
        sides.append(corners)
        for (place, corner) in corners.enumerated() {
          if corner.isOutlier {
            outliers.append(
              StereoOutlier(
                viewName: names[number][side], isLeft: side == 0, index: corner.index,
                residual: corner.residual, sigmas: corner.sigmas,
                baselineEffect: effect(number, place, isLeft: side == 0)))
          } else {
            own += (corner.residual * corner.residual).sum()
            count += 1
          }
        }
      }
      squares += own
      used += count
      estimates.append(
        StereoPairEstimate(
          names: names[number], leftFromTarget: Pose(numbers: fit.poses[number]), left: sides[0],
          right: sides[1], rms: count > 0 ? (own / Double(count)).squareRoot() : .nan))
    }
    outliers.sort { ($1.sigmas, $0.viewName, $0.index) < ($0.sigmas, $1.viewName, $1.index) }
    return (estimates, outliers, squares, used)
  }

  private func cornerResiduals(_ view: BoardView, _ weighted: [Double]?) -> [CornerResidual] {
    let (active, sigma) = (Set(view.active), variance.squareRoot())
    return view.corners.enumerated().map { place, corner in
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
  }

  /// The first step of the fit, in the baseline, when a corner is taken in again; not a number where it has no meaning.
  private func effect(_ number: Int, _ place: Int, isLeft: Bool) -> Double {
    let pair = pairs[number]
    var (left, right) = (pair.left?.active ?? [], pair.right?.active ?? [])
    if isLeft { left.append(place) } else { right.append(place) }
    guard let before = parts[number],
      let after = StereoInformation(pair, number, fit, free: free, left: left, right: right)?
        .reduced
    else { return .nan }
    var information = total
    information -= before.information
    information += after.information
    guard let inverse = information.inverse else { return .nan }
    let change = inverse * zip(after.gradient, before.gradient).map { $1 - $0 }
    let side = total.side
    let axis = Pose(numbers: fit.rig).translation.normalized
    return axis.dot(Vector3(change[side - 3], change[side - 2], change[side - 1]))
  }

  /// The rig by every other pair; nil where a half does not determine it.
  func crossValidation() -> StereoCrossValidation? {
    let used = pairs.indices.filter { pairs[$0].isActive }
    var (rigs, halves, variances): ([StereoRig], [[StereoBoards]], Double) = ([], [], 0)
    for parity in [0, 1] {
      let half = used.enumerated().filter { $0.offset % 2 == parity }.map(\.element)
      let boards = half.map { pairs[$0] }
      guard boards.filter({ $0.left != nil && $0.right != nil }).count >= 3 else { return nil }
      var own = StereoFit(
        lens: fit.lens, left: fit.left, right: fit.right, rig: fit.rig,
        poses: half.map { fit.poses[$0] })
      guard (try? own.refine(boards, free: free, maxIterations: 40)) != nil,
        let solution = try? StereoSolution(pairs: boards, fit: own, free: free, sizes: sizes)
      else { return nil }
      let rig = solution.rig()
      let axis = rig.rightFromLeft.translation.normalized
      let side = total.side
      let along = [Double](repeating: 0, count: side - 3) + [axis.x, axis.y, axis.z]
      let expected = solution.inverse.scaled(by: variance)
      variances += zip(along, expected * along).reduce(0) { $0 + $1.0 * $1.1 }
      rigs.append(rig)
      halves.append(boards)
    }
    let rows = [
      RectifiedCorners(halves[0], rigs[1]).epipolar, RectifiedCorners(halves[1], rigs[0]).epipolar,
    ]
    let count = rows[0].count + rows[1].count
    let squares = rows.reduce(0) { $0 + ($1.count > 0 ? $1.rms * $1.rms * Double($1.count) : 0) }
    let turn = rigs[0].rightFromLeft.rotation.inverse * rigs[1].rightFromLeft.rotation
    return StereoCrossValidation(
      even: rigs[0], odd: rigs[1], baselineDifference: rigs[0].baseline - rigs[1].baseline,
      predictedBaselineDeviation: variances.squareRoot(), rotationDifference: turn.angle,
      epipolar: EpipolarError(
        rms: count > 0 ? (squares / Double(count)).squareRoot() : .nan,
        maximum: max(rows[0].maximum, rows[1].maximum), count: count))
  }
}
