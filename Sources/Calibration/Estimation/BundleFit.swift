import Geometry

/// Camera and poses that fit the active corners of views best.
struct BundleFit {
  let lens: LensModel
  /// All parameters, free or not.
  var parameters: [Double]
  /// w x y z and translation of each view.
  var poses: [[Double]]
  /// Half the sum of the squared weighted residuals.
  var cost = Double.infinity
  var hasConverged = false

  init(lens: LensModel, parameters: [Double], poses: [[Double]]) {
    self.lens = lens
    self.parameters = parameters
    self.poses = poses
  }

  /// Moves camera and poses to the minimum.
  ///
  /// - Parameters:
  ///   - views: As many as there are poses; those without an active corner keep their poses.
  ///   - free: Places of the parameters to estimate.
  ///   - lossScale: Scale of a Cauchy loss on each corner; nil: least squares.
  ///   - maxIterations: Steps at most.
  /// - Throws: `SolverError` when the start has no residuals.
  mutating func refine(
    _ views: [BoardView], free: [Int], lossScale: Double? = nil, maxIterations: Int = 200
  ) throws {
    let problem = try LeastSquaresProblem()
    let held = (0..<lens.parameterCount).filter { !free.contains($0) }
    let camera = try problem.addBlock(parameters, fixed: held)
    var blocks: [LeastSquaresProblem.Block?] = []
    let lens = lens
    for (view, pose) in zip(views, poses) {
      if view.active.isEmpty {
        blocks.append(nil)
        continue
      }
      let block = try problem.addBlock(pose, manifold: .pose)
      blocks.append(block)
      let groups = lossScale == nil ? [view.active] : view.active.map { [$0] }
      let loss = lossScale.map { LeastSquaresProblem.Loss.cauchy(scale: $0) } ?? .none
      for places in groups {
        try problem.addResidual(count: 2 * places.count, of: [camera, block], loss: loss) {
          parameters, residuals, jacobians in
          view.evaluate(
            places, lens, parameters: parameters[0], pose: parameters[1], residuals: residuals,
            byParameters: jacobians[0], byPose: jacobians[1], isTangent: false)
        }
      }
    }
    var options = LeastSquaresProblem.Options()
    options.maxIterations = maxIterations
    options.eliminated = blocks.compactMap { $0 }
    options.functionTolerance = 1e-14
    options.parameterTolerance = 1e-12
    let summary = try problem.solve(options)
    parameters = problem.values(of: camera)
    for (place, block) in blocks.enumerated() {
      if let block { poses[place] = problem.values(of: block) }
    }
    cost = summary.finalCost
    hasConverged = summary.termination != .iterationLimit
  }

  /// Weighted residuals of all corners of a view, active or not; nil when a point is not before the camera.
  func residuals(_ view: BoardView, pose: [Double]) -> [Double]? {
    var residuals = [Double](repeating: 0, count: 2 * view.corners.count)
    let isSeen = view.evaluate(
      Array(view.corners.indices), lens, parameters: parameters, pose: pose, residuals: &residuals,
      byParameters: nil, byPose: nil, isTangent: true)
    return isSeen ? residuals : nil
  }
}
