import Geometry

/// One instant of a rig: the target as its two cameras see it.
struct StereoBoards {
  var left: BoardView?
  var right: BoardView?

  var isActive: Bool { left?.active.isEmpty == false || right?.active.isEmpty == false }
}

/// Two cameras, the pose between them and the target's poses that fit the active corners best.
struct StereoFit {
  let lens: LensModel
  var left: [Double]
  var right: [Double]
  /// Right from left: w x y z and translation.
  var rig: [Double]
  /// Left camera from target, for each pair.
  var poses: [[Double]]
  var cost = Double.infinity
  var hasConverged = false

  init(lens: LensModel, left: [Double], right: [Double], rig: [Double], poses: [[Double]]) {
    self.lens = lens
    self.left = left
    self.right = right
    self.rig = rig
    self.poses = poses
  }

  /// Moves everything to the minimum; pairs without an active corner keep their poses.
  mutating func refine(
    _ pairs: [StereoBoards], free: [Int], lossScale: Double? = nil, maxIterations: Int = 100
  ) throws {
    let problem = try LeastSquaresProblem()
    let lens = lens
    let held = (0..<lens.parameterCount).filter { !free.contains($0) }
    let leftBlock = try problem.addBlock(left, fixed: held)
    let rightBlock = try problem.addBlock(right, fixed: held)
    let rigBlock = try problem.addBlock(rig, manifold: .pose)
    let loss = lossScale.map { LeastSquaresProblem.Loss.cauchy(scale: $0) } ?? .none
    var blocks: [LeastSquaresProblem.Block?] = []
    for (pair, pose) in zip(pairs, poses) {
      guard pair.isActive else {
        blocks.append(nil)
        continue
      }
      let block = try problem.addBlock(pose, manifold: .pose)
      blocks.append(block)
      if let view = pair.left {
        for places in Self.groups(view, lossScale) {
          try problem.addResidual(count: 2 * places.count, of: [leftBlock, block], loss: loss) {
            parameters, residuals, jacobians in
            view.evaluate(
              places, lens, parameters: parameters[0], pose: parameters[1], residuals: residuals,
              byParameters: jacobians[0], byPose: jacobians[1], isTangent: false)
          }
        }
      }
      if let view = pair.right {
        for places in Self.groups(view, lossScale) {
          try problem.addResidual(
            count: 2 * places.count, of: [rightBlock, rigBlock, block], loss: loss
          ) { parameters, residuals, jacobians in
            view.evaluate(
              places, lens, parameters: parameters[0], rig: parameters[1], pose: parameters[2],
              residuals: residuals, byParameters: jacobians[0], byRig: jacobians[1],
              byPose: jacobians[2], isTangent: false)
          }
        }
      }
    }
    var options = LeastSquaresProblem.Options()
    options.maxIterations = maxIterations
    options.eliminated = blocks.compactMap { $0 }
    options.functionTolerance = 1e-14
    options.parameterTolerance = 1e-12
    let summary = try problem.solve(options)
    left = problem.values(of: leftBlock)
    right = problem.values(of: rightBlock)
    rig = problem.values(of: rigBlock)
    for (place, block) in blocks.enumerated() {
      if let block { poses[place] = problem.values(of: block) }
    }
    cost = summary.finalCost
    hasConverged = summary.termination != .iterationLimit
  }

  private static func groups(_ view: BoardView, _ lossScale: Double?) -> [[Int]] {
    if view.active.isEmpty { return [] }
    return lossScale == nil ? [view.active] : view.active.map { [$0] }
  }

  /// Weighted residuals of all corners of one side of a pair, active or not; nil when a point is not before the camera.
  func residuals(_ pair: StereoBoards, _ number: Int, isLeft: Bool) -> [Double]? {
    guard let view = isLeft ? pair.left : pair.right else { return nil }
    var residuals = [Double](repeating: 0, count: 2 * view.corners.count)
    let places = Array(view.corners.indices)
    let isSeen =
      isLeft
      ? view.evaluate(
        places, lens, parameters: left, pose: poses[number], residuals: &residuals,
        byParameters: nil, byPose: nil, isTangent: true)
      : view.evaluate(
        places, lens, parameters: right, rig: rig, pose: poses[number], residuals: &residuals,
        byParameters: nil, byRig: nil, byPose: nil, isTangent: true)
    return isSeen ? residuals : nil
  }
}

extension BoardView {
  /// Residuals in the right camera of a rig, whose pose is `rig` times the left camera's, with derivatives.
  ///
  /// `byRig` and `byPose` are laid out as `byPose` of the single camera.
  func evaluate(
    _ places: [Int], _ lens: LensModel, parameters: UnsafePointer<Double>,
    rig: UnsafePointer<Double>, pose: UnsafePointer<Double>,
    residuals: UnsafeMutablePointer<Double>, byParameters: UnsafeMutablePointer<Double>?,
    byRig: UnsafeMutablePointer<Double>?, byPose: UnsafeMutablePointer<Double>?, isTangent: Bool
  ) -> Bool {
    let turn = Quaternion(w: rig[0], x: rig[1], y: rig[2], z: rig[3])
    let own = Quaternion(w: pose[0], x: pose[1], y: pose[2], z: pose[3])
    let carried = turn.rotate(Vector3(pose[4], pose[5], pose[6]))
    let both = turn * own
    let composed = [
      both.w, both.vector.x, both.vector.y, both.vector.z, carried.x + rig[4], carried.y + rig[5],
      carried.z + rig[6],
    ]
    let rows = 2 * places.count
    guard byRig != nil || byPose != nil else {
      return evaluate(
        places, lens, parameters: parameters, pose: composed, residuals: residuals,
        byParameters: byParameters, byPose: nil, isTangent: true)
    }
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, 6 * rows)) { tangent in
      guard let base = tangent.baseAddress else { return false }
      let isSeen = evaluate(
        places, lens, parameters: parameters, pose: composed, residuals: residuals,
        byParameters: byParameters, byPose: base, isTangent: true)
      guard isSeen else { return false }
      let back = turn.inverse
      for row in 0..<rows {
        let j = base + 6 * row
        let (byTurn, byShift) = (Vector3(j[0], j[1], j[2]), Vector3(j[3], j[4], j[5]))
        if let byRig {
          // The rig's rotation also carries the target's position.
          Self.write(byTurn + carried.cross(byShift), byShift, rig, byRig, row, isTangent)
        }
        if let byPose {
          Self.write(back.rotate(byTurn), back.rotate(byShift), pose, byPose, row, isTangent)
        }
      }
      return true
    }
  }

  private static func write(
    _ turn: Vector3, _ shift: Vector3, _ q: UnsafePointer<Double>,
    _ target: UnsafeMutablePointer<Double>, _ row: Int, _ isTangent: Bool
  ) {
    if isTangent {
      let out = target + 6 * row
      (out[0], out[1], out[2]) = (turn.x, turn.y, turn.z)
      (out[3], out[4], out[5]) = (shift.x, shift.y, shift.z)
    } else {
      let out = target + 7 * row
      let ambient = ambientRow(turn, q)
      (out[0], out[1], out[2], out[3]) = (ambient.x, ambient.y, ambient.z, ambient.w)
      (out[4], out[5], out[6]) = (shift.x, shift.y, shift.z)
    }
  }
}

/// Derivatives by w x y z of a unit quaternion that give, on its tangent space, those by a rotation vector from the left.
func ambientRow(_ turn: Vector3, _ q: UnsafePointer<Double>) -> SIMD4<Double> {
  let (w, x, y, z) = (q[0], q[1], q[2], q[3])
  let row = SIMD4<Double>(
    -x * turn.x - y * turn.y - z * turn.z, w * turn.x + z * turn.y - y * turn.z,
    -z * turn.x + w * turn.y + x * turn.z, y * turn.x - x * turn.y + w * turn.z)
  return row * 2
}
