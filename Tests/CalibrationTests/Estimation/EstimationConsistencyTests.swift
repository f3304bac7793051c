import Geometry
import Testing

@testable import Calibration

struct EstimationConsistencyTests {
  @Test func `camera and pose covariances are those that Ceres computes from the whole Jacobian`()
    throws
  {
    let boards = SyntheticBoards(views: 5)
    var options = CameraEstimator.Options()
    (options.makesJackknife, options.makesCrossValidation) = (false, false)
    let estimator = CameraEstimator(target: boards.target, options: options)
    let views = boards.views(noise: 0.2)
    let estimate = try estimator.estimate(views)
    let input = try EstimationInput(views, target: boards.target, floor: 0.05)
    let problem = try LeastSquaresProblem()
    let camera = try problem.addBlock(estimate.camera.parameters, fixed: [4])
    let poses = try estimate.views.map {
      try problem.addBlock($0.cameraFromTarget.numbers, manifold: .pose)
    }
    for (view, pose) in zip(input.views, poses) {
      try problem.addResidual(count: 2 * view.active.count, of: [camera, pose]) { p, residuals, j in
        view.evaluate(
          view.active, .pinhole5, parameters: p[0], pose: p[1], residuals: residuals,
          byParameters: j[0], byPose: j[1], isTangent: false)
      }
    }
    let whole = try problem.covariance(of: [camera, poses[2]])
    let variance = estimate.noise * estimate.noise
    for row in 0..<9 {
      for column in 0..<9 {
        let own = estimate.covariance[row * 9 + column]
        let scale =
          (estimate.covariance[row * 10] * estimate.covariance[column * 10]).squareRoot()
        #expect(abs(own - whole[row * 15 + column] * variance) < 1e-6 * scale)
      }
    }
    let pose = estimate.views[2].poseCovariance
    for row in 0..<6 {
      for column in 0..<6 {
        // Ceres's steps of a quaternion are half rotation vectors.
        let factor = (row < 3 ? 2.0 : 1) * (column < 3 ? 2.0 : 1) * variance
        let expected = whole[(9 + row) * 15 + 9 + column] * factor
        let scale = (pose[row * 7] * pose[column * 7]).squareRoot()
        #expect(abs(pose[row * 6 + column] - expected) < 1e-6 * scale)
      }
    }
  }

  @Test func `the advised view makes projections as much more certain as was said`() throws {
    let boards = SyntheticBoards(views: 6, seed: 4)
    let estimator = CameraEstimator(target: boards.target)
    var views = boards.views(noise: 0.1)
    let before = try estimator.estimate(views)
    let advice = try #require(before.nextPose)
    #expect(advice.remaining < 0.9)
    let corners = try boards.target.points.enumerated().map { index, point in
      let seen = try #require(boards.camera.project(advice.cameraFromTarget * point))
      #expect(seen.x > 0 && seen.x < 639 && seen.y > 0 && seen.y < 479)
      return TargetCorner(index: index, position: seen)
    }
    views.append(TargetView(name: "advised", width: 640, height: 480, corners: corners))
    let after = try estimator.estimate(views)
    let found =
      (after.uncertainty.rms / after.inflation / after.noise)
      / (before.uncertainty.rms / before.inflation / before.noise)
    #expect(abs(found / advice.remaining - 1) < 0.3, "\(found) for \(advice.remaining)")
  }

  @Test func `with many views a first step shows what leaving out views does`() throws {
    let estimator = CameraEstimator(target: CheckerboardFixture.target)
    let views = try CheckerboardFixture.views("right", window: 7)
    let input = try EstimationInput(views, target: estimator.target, floor: 0.05)
    let fit = try estimator.robustFit(input, from: try estimator.startingFit(input))
    let solution = try EstimationSolution(input, fit, free: estimator.free)
    let resampling = Resampling(input, solution, estimator.options)
    let exact = try #require(resampling.jackknife())
    let quick = try #require(resampling.jackknife(exactUpTo: 0))
    for (found, expected) in zip(quick.deviations, exact.deviations) {
      #expect(abs(found / expected - 1) < 0.1, "\(found) for \(expected)")
    }
    #expect(abs(quick.ratio / exact.ratio - 1) < 0.05)
  }

  @Test func `covariances are symmetric and correlations have a unit diagonal`() throws {
    let boards = SyntheticBoards(views: 6)
    let estimate = try CameraEstimator(target: boards.target).estimate(boards.views(noise: 0.1))
    let (n, correlation) = (estimate.parameters.count, estimate.correlation)
    for row in 0..<n {
      #expect(abs(correlation[row * n + row] - 1) < 1e-12)
      for column in 0..<n {
        #expect(estimate.covariance[row * n + column] == estimate.covariance[column * n + row])
        #expect(abs(correlation[row * n + column]) <= 1 + 1e-12)
      }
    }
    #expect(estimate.conditionNumber > 1 && estimate.conditionNumber < 1e6)
    for (place, parameter) in estimate.parameters.enumerated() {
      let variance = estimate.covariance[place * n + place]
      #expect(parameter.formalDeviation == variance.squareRoot())
    }
  }

  @Test func `a small symmetric matrix has the inverse and the condition of its hand values`()
    throws
  {
    let matrix = SymmetricMatrix(side: 2, elements: [4, 2, 2, 3])
    let inverse = try #require(matrix.inverse)
    for (found, expected) in zip(inverse.elements, [0.375, -0.25, -0.25, 0.5]) {
      #expect(abs(found - expected) < 1e-15)
    }
    // Balanced, the off-diagonal element is 1/√3.
    let off = 1 / 3.0.squareRoot()
    #expect(abs(matrix.conditionNumber - (1 + off) / (1 - off)) < 1e-12)
    #expect(SymmetricMatrix(side: 2, elements: [1, 2, 2, 1]).inverse == nil)
    #expect(SymmetricMatrix(side: 2, elements: [1, 1, 1, 1]).conditionNumber > 1e12)
    #expect(SymmetricMatrix(side: 2, elements: [0, 0, 0, 1]).inverse == nil)
  }

  @Test func `coverage is the part of the image inside the views' outlines`() throws {
    let hull = ImageCoverage.convexHull([
      Vector2(0, 0), Vector2(4, 0), Vector2(2, 1), Vector2(4, 4), Vector2(0, 4), Vector2(0, 2),
    ])
    #expect(Set(hull) == Set([Vector2(0, 0), Vector2(4, 0), Vector2(4, 4), Vector2(0, 4)]))
    let corners = [Vector2(0, 0), Vector2(320, 0), Vector2(320, 480), Vector2(0, 480)].enumerated()
      .map { TargetCorner(index: [0, 1, 3, 2][$0.offset], position: $0.element) }
    let target = CalibrationTarget.checkerboard(columns: 2, rows: 2, square: 0.1)
    let view = TargetView(name: "half", width: 640, height: 480, corners: corners)
    let coverage = ImageCoverage(try EstimationInput([view], target: target, floor: 0))
    #expect(coverage.fraction == 0.5)
    #expect(coverage.counts.max() == 1)
  }
}
