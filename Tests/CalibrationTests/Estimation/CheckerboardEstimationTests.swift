import Foundation
import Geometry
import Testing

@testable import Calibration

/// The 13 left and 13 right captures of OpenCV's checkerboard.
struct CheckerboardEstimationTests {
  private static func estimate(_ side: String, window: Int) throws -> CameraEstimate {
    try CameraEstimator(target: CheckerboardFixture.target)
      .estimate(try CheckerboardFixture.views(side, window: window))
  }

  @Test(arguments: [
    ("left-7", "left", 7, false), ("left-7-skew", "left", 7, true), ("left-11", "left", 11, false),
    ("right-7", "right", 7, false), ("right-11", "right", 11, false),
  ])
  func `SciPy finds the same parameters and deviations from the same corners`(
    name: String, side: String, window: Int, skew: Bool
  ) throws {
    let reference = try #require(try CheckerboardFixture.references()[name])
    var options = CameraEstimator.Options()
    (options.estimatesSkew, options.outlierSigmas) = (skew, nil)
    (options.makesJackknife, options.makesCrossValidation) = (false, false)
    let estimator = CameraEstimator(target: CheckerboardFixture.target, options: options)
    let estimate = try estimator.estimate(try CheckerboardFixture.views(side, window: window))
    #expect(estimator.free == reference.free)
    #expect(abs(estimate.rms - reference.rms) < 1e-6)
    for (place, parameter) in estimate.parameters.enumerated() {
      let expected = reference.parameters[reference.free[place]]
      // 1e-3 px is 4e-6 of the coefficients' effect at the image's corner.
      #expect(abs(parameter.value - expected) < (parameter.name.first == "k" ? 1e-5 : 1e-3))
      let ratio = parameter.formalDeviation / reference.deviations[place]
      #expect(abs(ratio - 1) < 1e-3, "\(parameter.name): \(ratio)")
    }
  }

  @Test(arguments: [("left", 533.0, 0.19), ("right", 537.5, 0.195)])
  func `well refined corners give the known focal length at a small residual`(
    side: String, focalLength: Double, limit: Double
  ) throws {
    let estimate = try Self.estimate(side, window: 7)
    #expect(estimate.rms <= limit)
    #expect(abs(estimate.camera.focalLength.x - focalLength) < 1)
    #expect(estimate.outliers.isEmpty)
    #expect(estimate.views.count == 13)
    #expect(!estimate.verdict.isRefused)
    let kinds = estimate.verdict.reasons.map(\.kind)
    #expect(kinds == [.lowCoverage, .uncertain], "\(estimate.verdict)")
    // Leaving out views moves the camera twice as far as the corners' noise explains; the stated deviations say so.
    let jackknife = try #require(estimate.jackknife)
    #expect(jackknife.ratio > 1.5 && jackknife.ratio < 3)
    #expect(estimate.parameters.allSatisfy { $0.isScaledUp })
    #expect(estimate.inflation == max(jackknife.ratio, estimate.crossValidation?.ratio ?? 0))
  }

  @Test(arguments: [("left", 533.0), ("right", 537.5)])
  func `corners spoilt by a window of 11 are left out and the focal length stays`(
    side: String, focalLength: Double
  ) throws {
    let estimate = try Self.estimate(side, window: 11)
    #expect(abs(estimate.camera.focalLength.x - focalLength) < 1)
    #expect(estimate.rms < 0.19)
    #expect(estimate.outliers.count >= 10 && estimate.outliers.count <= 40)
    let spoilt = estimate.outliers.filter { $0.viewName == side + "02" }.count
    #expect(spoilt >= 5)
    #expect(estimate.outliers.allSatisfy { $0.sigmas > 4 })
    #expect(
      zip(estimate.outliers, estimate.outliers.dropFirst()).allSatisfy { $0.sigmas >= $1.sigmas })
    #expect(!estimate.verdict.isRefused)
  }

  @Test func `the stated effect of an outlier on fx is what keeping it does`() throws {
    let estimator = CameraEstimator(target: CheckerboardFixture.target)
    let views = try CheckerboardFixture.views("left", window: 11)
    let estimate = try estimator.estimate(views)
    let input = try EstimationInput(views, target: estimator.target, floor: 0.05)
    for outlier in estimate.outliers.prefix(4) {
      for (view, result) in zip(input.views, estimate.views) {
        view.active = result.corners.indices.filter { !result.corners[$0].isOutlier }
      }
      let place = try #require(
        estimate.views[outlier.view].corners.firstIndex { $0.index == outlier.index })
      input.views[outlier.view].active.append(place)
      var fit = BundleFit(
        lens: .pinhole5, parameters: estimate.camera.parameters,
        poses: estimate.views.map { $0.cameraFromTarget.numbers })
      try fit.refine(input.views, free: estimator.free)
      let effect = fit.parameters[0] - estimate.camera.focalLength.x
      #expect(abs(effect - outlier.focalLengthEffect) < 0.05 * abs(effect) + 0.01)
    }
  }

  @Test func `the same views give the same bits again`() throws {
    let first = try Self.estimate("left", window: 11)
    let second = try Self.estimate("left", window: 11)
    #expect(first.camera == second.camera)
    #expect(first.covariance == second.covariance)
    #expect(first.uncertainty == second.uncertainty)
    #expect(first.jackknife == second.jackknife)
  }
}
