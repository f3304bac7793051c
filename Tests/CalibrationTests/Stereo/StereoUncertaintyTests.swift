import Foundation
import Geometry
import TestSupport
import Testing

@testable import Calibration

@Suite struct StereoUncertaintyTests {
  /// The errors of many calibrations in units of what each states.
  @Test(arguments: [SlowTests.areWanted ? 300 : 12])
  func `errors are as large as the formal covariance states`(trials: Int) throws {
    let scene = StereoScene()
    let truth = scene.parameters(scene.rig)
    var options = CameraEstimator.Options()
    options.makesCrossValidation = false
    options.outlierSigmas = nil
    let side = truth.count
    var (sums, squares) = ([Double](repeating: 0, count: side), [Double](repeating: 0, count: side))
    var (whole, depth, depths) = (0.0, 0.0, 0)
    for trial in 0..<trials {
      let views = scene.views(noise: 0.2, seed: UInt64(1000 + trial))
      let estimate = try StereoEstimator(target: StereoScene.target, options: options)
        .estimate(left: views.left, right: views.right)
      let error = zip(scene.parameters(estimate.rig), truth).map { $0 - $1 }
      let covariance = SymmetricMatrix(side: side, elements: estimate.covariance)
      for place in 0..<side {
        let normalized = error[place] / covariance[place, place].squareRoot()
        sums[place] += normalized
        squares[place] += normalized * normalized
      }
      let information = try #require(covariance.inverse)
      whole += zip(error, information * error).reduce(0) { $0 + $1.0 * $1.1 }
      // Depth of far points as the estimated rig measures them in the true images.
      let uncertainty = try #require(estimate.rig.uncertainty)
      let corners = RectifyingRotations(estimate.rig)
      let rectified = try #require(estimate.rectified)
      for (x, y) in [
        (-0.4, -0.25), (0, -0.25), (0.4, -0.25), (-0.4, 0), (0, 0), (0.4, 0), (-0.4, 0.25),
        (0, 0.25),
        (0.4, 0.25),
      ] {
        let point = Vector3(x, y, 1) * 4
        guard let a = scene.rig.left.project(point),
          let b = scene.rig.right.project(scene.rig.rightFromLeft * point),
          let left = RectifiedCorners.rectified(a, estimate.rig.left, corners.left),
          let right = RectifiedCorners.rectified(b, estimate.rig.right, corners.right)
        else { continue }
        let found = -corners.shift / (left.x - right.x)
        let expected = (RectifyingRotations(scene.rig).left * point).z
        let sigma =
          uncertainty.depthStandardDeviation(at: expected, of: rectified) / estimate.inflation
        depth += (found - expected) * (found - expected) / (sigma * sigma)
        depths += 1
      }
    }
    let count = Double(trials)
    let depthRatio = (depth / Double(depths)).squareRoot()
    // A χ² sum of trials times parameters, correlated within a trial: four standard deviations of its mean.
    let slack = 4 * (2 / (count * Double(side))).squareRoot()
    #expect(abs(whole / count / Double(side) - 1) < slack)
    #expect(abs(depthRatio - 1) < 4 / (2 * count).squareRoot())
    for place in 0..<side {
      #expect(abs(sums[place] / count) < 4 / count.squareRoot(), "parameter \(place)")
      #expect(abs((squares[place] / count).squareRoot() - 1) < 4 / (2 * count).squareRoot())
    }
  }
}
