import Foundation
import Geometry
import Testing
import Vision

@testable import Calibration

@Suite struct CornerRefinerTests {
  static let target = CalibrationTarget.checkerboard(columns: 5, rows: 4, square: 0.03)

  /// Errors of each coordinate divided by the stated standard deviation, over boards at several tilts.
  static func normalisedErrors(noise: Double, halfSize: Int) throws -> (
    errors: [Double], pixels: [Double], stated: [Double]
  ) {
    var (errors, pixels, stated): ([Double], [Double], [Double]) = ([], [], [])
    for seed in 0..<8 as Range<UInt64> {
      let rendering = TargetRendering(
        target, width: 180, height: 140, tilt: 0.1 * Double(seed), roll: 0.37 * Double(seed),
        fill: 0.7)
      let image = rendering.checkerboard(
        square: 0.03, noise: noise, seed: seed)
      let grey = try GreyPixels(image)
      let starts = target.points.map { rendering.pixel(Vector2($0.x, $0.y)) }
      // Rounding to whole grey levels adds 1/12 to the variance.
      let refiner = CornerRefiner(grey: grey, noise: (noise * noise + 1.0 / 12).squareRoot())
      for truth in starts {
        let found = try #require(
          refiner.refine(truth + Vector2(0.6, -0.4), halfSize: halfSize))
        let error = found.position - truth
        let c = found.covariance
        let determinant = c.xx * c.yy - c.xy * c.xy
        // The square root of half the Mahalanobis distance has a mean square of 1.
        let square =
          (c.yy * error.x * error.x - 2 * c.xy * error.x * error.y + c.xx * error.y * error.y)
          / determinant
        errors.append((square / 2).squareRoot())
        pixels += [error.x, error.y]
        stated.append(((c.xx + c.yy) / 2).squareRoot())
      }
    }
    return (errors, pixels, stated)
  }

  static func rootMeanSquare(_ values: [Double]) -> Double {
    (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
  }

  @Test(arguments: [(3.0, 5), (6.0, 4)])
  func `errors of corners are as large as the covariance says`(noise: Double, half: Int) throws {
    let found = try Self.normalisedErrors(noise: noise, halfSize: half)
    let spread = Self.rootMeanSquare(found.errors)
    print(
      "corner errors over stated: \(spread); \(Self.rootMeanSquare(found.pixels)) pixels")
    // 160 corners: the spread of the spread is 4 %; three of them.
    #expect(abs(spread - 1) < 0.13)
    // It is not met by chance of large numbers: corners are known to hundredths of a pixel.
    #expect(Self.rootMeanSquare(found.pixels) < 0.12)
  }

  @Test func `a corner without noise is found to a hundredth of a pixel`() throws {
    let found = try Self.normalisedErrors(noise: 0, halfSize: 5)
    #expect(Self.rootMeanSquare(found.pixels) < 0.01)
  }

  @Test func `noise is measured on a board and not on its edges`() throws {
    let rendering = TargetRendering(Self.target, width: 180, height: 140)
    for noise in [1.0, 4] {
      let image = rendering.checkerboard(square: 0.03, noise: noise, seed: 9)
      let grey = try GreyPixels(image)
      let found = grey.noise(from: Vector2(20, 20), to: Vector2(160, 120))
      // Rounding to whole grey levels adds 1/12 to the variance.
      let ratio = found / (noise * noise + 1.0 / 12).squareRoot()
      // Half of this small board's pixels lie at edges, which add a little.
      #expect(ratio > 0.9 && ratio < 1.3)
    }
  }

  @Test func `flat ground, straight edges and borders have no corner`() throws {
    let rendering = TargetRendering(Self.target, width: 180, height: 140, tilt: 0, roll: 0)
    let image = rendering.checkerboard(square: 0.03, noise: 0, seed: 1)
    let refiner = CornerRefiner(grey: try GreyPixels(image), noise: 1)
    let corner = rendering.pixel(.zero)
    let next = rendering.pixel(Vector2(0.03, 0))
    #expect(refiner.refine((corner + next) / 2, halfSize: 4) == nil)
    #expect(refiner.refine(Vector2(1, 1), halfSize: 4) == nil)
    #expect(refiner.refine(Vector2(.nan, 1), halfSize: 4) == nil)
    #expect(refiner.refine(corner + (next - corner) * Vector2(0.4, 0.4), halfSize: 3) == nil)
  }
}
