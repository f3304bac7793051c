import Tensors
import Testing
import Vision

@testable import Evaluation

@Suite struct DepthSigmaCoverageTests {
  private func image(_ depths: [Float], sigmas: [Float]? = nil) -> DepthImage {
    DepthImage(
      depths: Tensor(depths, shape: [1, depths.count]),
      standardDeviations: sigmas.map { Tensor($0, shape: [1, $0.count]) })
  }

  @Test func `pixels count in the bin of their true depth, holes on either side do not`() {
    var coverage = DepthSigmaCoverage()
    // Truth:  no truth, 4 m: hit, 4 m: miss by 1.5 sigma, 7 m: hole, 12 m seen at 3 m (gross), 50 m beyond, 9 m without sigma.
    coverage.add(
      image([3, 4.1, 4.15, 0, 3, 50, 9], sigmas: [1, 0.1001, 0.1, 0.1, 0.1, 1, 0]),
      truth: image([0, 4, 4, 7, 12, 50, 9]))
    let (near, middle, far) = (coverage.bins[0], coverage.bins[1], coverage.bins[2])
    #expect((near.truth, near.returned, near.withinOne, near.withinTwo) == (2, 2, 1, 2))
    #expect((middle.truth, middle.returned) == (2, 0))
    #expect((far.truth, far.returned, far.withinTwo, far.beyondFive) == (1, 1, 0, 1))
    #expect(coverage.total.truth == 5 && coverage.total.returned == 3)
    #expect(!near.isSound)
    #expect(abs(near.medianDeviation - 0.1) < 0.002)
    #expect(near.density == 1 && middle.density == 0)
  }

  @Test func `normal errors of the stated size are covered as a normal distribution says`() {
    var generator = SeededGenerator(seed: 2)
    let truth = (0..<40_000).map { _ in Float(1 + 38 * generator.uniform()) }
    let sigmas = truth.map { 0.01 * $0 * $0 }
    let depths = zip(truth, sigmas).map { $0 + $1 * Float(generator.normal()) }
    var coverage = DepthSigmaCoverage()
    coverage.add(image(depths, sigmas: sigmas), truth: image(truth))
    for bin in coverage.bins {
      // Four standard errors with 4000 pixels.
      #expect(abs(bin.coverage - DepthSigmaCoverage.target) < 0.03)
      #expect(abs(bin.coverageOfTwo - 0.9545) < 0.014)
      #expect(bin.isSound)
    }
  }

  @Test func `depths without deviations are no returned pixels`() {
    var coverage = DepthSigmaCoverage(limits: [1, 2])
    coverage.add(image([1.5]), truth: image([1.5]))
    #expect(coverage.frames == 1 && coverage.total.returned == 0)
  }
}
