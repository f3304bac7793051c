import Testing

@testable import Evaluation

@Suite struct StereoEvaluationTests {
  static func map(_ values: [Float], width: Int? = nil) -> DisparityMap {
    let width = width ?? values.count
    return DisparityMap(width: width, height: values.count / max(width, 1), values: values)
  }

  @Test func `an error that equals the threshold is not bad, and holes are counted apart`() throws {
    let truth = Self.map([10, 10, 10, 10, 10, 0, .infinity, 10])
    let estimate = Self.map([10.5, 10.5625, 9, 12, 14.25, 3, 4, 0])
    let score = try MiddleburyStereo(estimate: estimate, truth: truth).all
    #expect(score.pixels == 6 && score.holes == 1)
    #expect(abs(score.density - 5.0 / 6) < 1e-12)
    // Errors 0.5, 0.5625, 1, 2, 4.25 and a hole: above 0.5 four, above 1 two, above 2 one, above 4 one.
    #expect(score.bad.map(\.threshold) == [0.5, 1, 2, 4])
    let returned: [Double] = [0.8, 0.4, 0.2, 0.2]
    let wrongOfSix: [Double] = [5, 3, 2, 2]
    #expect(score.bad.map(\.returned) == returned)
    #expect(score.bad.map(\.withHoles) == wrongOfSix.map { $0 / 6 })
    #expect(abs(score.averageError - 8.3125 / 5) < 1e-6)
    #expect(abs(score.rootMeanSquare - (23.62890625 / 5).squareRoot()) < 1e-6)
    // The third of five errors; then the fifth.
    #expect(score.quantiles == [1, 4.25, 4.25, 4.25])
  }

  @Test func `a mask, skipped columns, half resolution and a largest disparity apply`() throws {
    let truth = Self.map([10, 10, 10, 10], width: 4)
    let estimate = Self.map([11, 10.5, 10.25, 90], width: 4)
    let score = try MiddleburyStereo(
      estimate: estimate, truth: truth, mask: [255, 128, 255, 0], resolution: 0.5, largest: 12,
      skippedColumns: 1)
    #expect(score.all.pixels == 3)
    #expect(score.all.bad.map(\.threshold) == [0.25, 0.5, 1, 2])
    // Errors 0.5, 0.25 and 2 (cut from 80): the first column does not count.
    let wrong: [Double] = [2, 1, 1, 0]
    #expect(score.all.bad.map(\.returned) == wrong.map { $0 / 3 })
    #expect(score.nonOccluded?.pixels == 1)
    #expect(score.nonOccluded?.bad.map(\.returned) == [0, 0, 0, 0])
  }

  @Test func `D1 needs more than 3 pixels and more than 5 percent`() {
    #expect(!KITTIStereo.isWrong(estimate: 13, truth: 10))
    #expect(KITTIStereo.isWrong(estimate: 13.01, truth: 10))
    // 3.5 of 80 is below 5 %; 4 of 80 equals it; 4.5 is above.
    #expect(!KITTIStereo.isWrong(estimate: 83.5, truth: 80))
    #expect(!KITTIStereo.isWrong(estimate: 84, truth: 80))
    #expect(KITTIStereo.isWrong(estimate: 84.5, truth: 80))
  }

  @Test func `holes are filled with the smaller end, then from the nearest row and column`() {
    let map = Self.map(
      [
        0, 0, 0, 0, 0,
        0, 5, 0, 0, 3,
        0, 0, 0, 0, 0,
        7, 0, 9, 0, 0,
        0, 0, 0, 0, 0,
      ], width: 5)
    #expect(
      map.filledFromBackground().values == [
        5, 5, 3, 3, 3,
        5, 5, 3, 3, 3,
        0, 0, 0, 0, 0,
        7, 7, 9, 9, 9,
        7, 7, 9, 9, 9,
      ])
    let empty = Self.map([0, 0])
    #expect(empty.filledFromBackground() == empty)
    #expect(Self.map([]).filledFromBackground().values.isEmpty)
  }

  @Test func `KITTI gives returned and interpolated numbers, background and foreground`() throws {
    let truth = Self.map([20, 20, 20, 60, 60, 0])
    let estimate = Self.map([20, 0, 26, 63.5, 60, 50])
    let score = try KITTIStereo(estimate: estimate, truth: truth, objects: [0, 0, 0, 1, 1, 1])
    // Errors 0, hole (filled with 20), 6, 3.5 (5.8 %), 0.
    #expect(score.all.pixels == 5 && score.all.returned == 4 && score.all.density == 0.8)
    #expect(score.all.d1Returned == 0.5)
    #expect(score.all.d1Interpolated == 0.4)
    #expect(score.background?.d1Returned == 0.5)
    #expect(abs((score.background?.d1Interpolated ?? 0) - 1.0 / 3) < 1e-12)
    #expect(score.foreground?.d1Returned == 0.5 && score.foreground?.density == 1)
    #expect(score.outliers.map(\.threshold) == [2, 3, 4, 5])
    #expect(score.outliers.map(\.returned) == [0.5, 0.5, 0.25, 0.25])
    #expect(score.outliers.map(\.withHoles) == [0.4, 0.4, 0.2, 0.2])
    #expect(abs(score.averageError.returned - 9.5 / 4) < 1e-6)
    #expect(abs(score.averageError.interpolated - 9.5 / 5) < 1e-6)
  }

  @Test func `maps of other sizes and truths without a pixel are refused`() {
    let truth = Self.map([1, 2])
    #expect(throws: StereoEvaluationError.self) {
      try MiddleburyStereo(estimate: Self.map([1, 2, 3]), truth: truth)
    }
    #expect(throws: StereoEvaluationError.noTruth) {
      try MiddleburyStereo(estimate: truth, truth: Self.map([0, .infinity]))
    }
    #expect(throws: StereoEvaluationError.self) {
      try KITTIStereo(estimate: truth, truth: truth, objects: [1])
    }
  }

  @Test func `a PFM file is read from the bottom, in either byte order`() throws {
    func file(_ scale: String, _ values: [Float]) -> [UInt8] {
      Array("Pf\n2 2\n\(scale)\n".utf8)
        + values.flatMap { value in
          let bytes = (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
          return scale.hasPrefix("-") ? bytes : bytes.reversed()
        }
    }
    for scale in ["-1.0", "1"] {
      let map = try DisparityMap(file: file(scale, [3, .infinity, 1, 2.5]), named: "x.pfm")
      #expect(map == Self.map([1, 2.5, 3, 0], width: 2))
    }
    let whole = file("-1", [1, 2, 3, 4])
    for cut in 0..<whole.count {
      #expect(throws: StereoEvaluationError.self) {
        try DisparityMap(file: Array(whole.prefix(cut)), named: "x.pfm")
      }
    }
    for header in ["Pf\n9223372036854775807 2\n-1\n", "Pf\n-2 -2\n-1\n", "Pf\n2 2\nnan\n"] {
      #expect(throws: StereoEvaluationError.self) {
        try DisparityMap(file: Array(header.utf8) + [0, 0, 0, 0], named: "x.pfm")
      }
    }
  }
}
