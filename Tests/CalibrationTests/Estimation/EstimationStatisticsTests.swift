import Foundation
import Geometry
import Tensors
import TestSupport
import Testing

@testable import Calibration

/// Errors of synthetic calibrations divided by their stated standard deviations.
struct EstimationStatisticsTests {
  struct Sample {
    /// Error over formal deviation of each parameter.
    var errors: [Double]
    /// Error of all parameters in the covariance's own measure; its mean is their number.
    var squared: Double
    /// Squared error of distant projections over the image, found and predicted.
    var projection: (found: Double, predicted: Double)
    var noise: Double
  }

  static func samples(_ trials: Int, noise: Double = 0.2) throws -> [Sample] {
    let boards = SyntheticBoards(views: 15)
    var options = CameraEstimator.Options()
    (options.makesJackknife, options.makesCrossValidation) = (false, false)
    options.searchesNextPose = false
    (options.mapColumns, options.mapRows) = (9, 7)
    let estimator = CameraEstimator(target: boards.target, options: options)
    let truth = boards.camera.parameters
    return try (0..<trials).map { trial in
      let estimate = try estimator.estimate(boards.views(noise: noise, seed: UInt64(trial + 1)))
      let free = estimator.free
      let offsets = zip(estimate.parameters, free).map { $0.value - truth[$1] }
      let errors = zip(offsets, estimate.parameters).map { $0 / $1.formalDeviation }
      let covariance = SymmetricMatrix(side: free.count, elements: estimate.covariance)
      let precision = try #require(covariance.inverse)
      let squared = zip(offsets, precision * offsets).reduce(0) { $0 + $1.0 * $1.1 }
      let grid = try #require(
        ProjectionSensitivity(camera: estimate.camera, free: free, columns: 9, rows: 7))
      let difference = try #require(CameraDifference(estimate.camera, boards.camera, on: grid))
      let predicted = grid.rms(covariance)
      return Sample(
        errors: errors, squared: squared,
        projection: (difference.rms * difference.rms, predicted * predicted),
        noise: estimate.noise)
    }
  }

  @Test func `in 25 calibrations the stated covariance is that of the errors`() throws {
    let samples = try Self.samples(25)
    let count = Double(samples.count)
    let mean = samples.reduce(0) { $0 + $1.squared } / count
    // Chi-squared with 9 degrees of freedom, 25 times: 9 with a standard deviation of 0.85.
    #expect(abs(mean - 9) < 3 * 0.85, "\(mean)")
    let noise = samples.reduce(0) { $0 + $1.noise } / count
    // 1620 - 99 degrees of freedom: each noise is known to 1.8 %, their mean to 0.4 %.
    #expect(abs(noise - 0.2) < 0.002, "\(noise)")
    let found = samples.reduce(0) { $0 + $1.projection.found }
    let predicted = samples.reduce(0) { $0 + $1.projection.predicted }
    #expect(abs(found / predicted - 1) < 0.5, "\(found / predicted)")
  }

  @Test(.enabled(if: SlowTests.areWanted, Comment(rawValue: SlowTests.reason)))
  func `in 500 calibrations each parameter's normalised error is standard normal`() throws {
    let samples = try Self.samples(500)
    let count = Double(samples.count)
    var inside = 0
    for place in 0..<9 {
      let errors = samples.map { $0.errors[place] }
      let mean = errors.reduce(0, +) / count
      let deviation = (errors.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1))
        .squareRoot()
      let covered = Double(errors.filter { abs($0) < 1.96 }.count) / count
      print("parameter \(place): mean \(mean), deviation \(deviation), within 95 %: \(covered)")
      #expect(abs(mean) < 0.1)
      #expect(abs(deviation - 1) < 0.07)
      #expect(covered >= 0.93 && covered <= 0.97)
      inside += errors.filter { abs($0) < 1.96 }.count
    }
    #expect(abs(Double(inside) / (9 * count) - 0.95) < 0.01)
    let mean = samples.reduce(0) { $0 + $1.squared } / count
    #expect(abs(mean - 9) < 3 * 0.19, "\(mean)")
    let found = samples.reduce(0) { $0 + $1.projection.found }
    let predicted = samples.reduce(0) { $0 + $1.projection.predicted }
    print("squared error \(mean) of 9; projections \(found / predicted)")
    #expect(abs(found / predicted - 1) < 0.15, "\(found / predicted)")
  }
}
