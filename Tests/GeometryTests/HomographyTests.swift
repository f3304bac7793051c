import Foundation
import TestSupport
import Testing

@testable import Geometry

/// A small generator, so that these tests need no other module.
struct WordGenerator: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
  mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * Double(next() >> 11) * 0x1p-53
  }
}

@Suite struct HomographyTests {
  static let map = Homography(
    matrix: Matrix3(rowMajor: [1.1, -0.2, 30, 0.15, 0.95, -12, 2e-4, -1e-4, 1]))

  static func pairs(_ count: Int, seed: UInt64, noise: Double = 0) -> [PlanePair] {
    var g = WordGenerator(state: seed)
    return (0..<count).compactMap { _ in
      let source = Vector2(g.uniform(0, 640), g.uniform(0, 480))
      let off = Vector2(g.uniform(-noise, noise), g.uniform(-noise, noise))
      return map.apply(to: source).map { PlanePair(source: source, target: $0 + off) }
    }
  }

  @Test(arguments: [4, 5, 40]) func `exact pairs give the map back`(count: Int) throws {
    let found = try Homography(fitting: Self.pairs(count, seed: 7))
    for (a, b) in zip(found.matrix.elements, Self.map.matrix.elements) {
      #expect(abs(a - b) < 1e-9 * max(1, abs(b)))
    }
  }

  @Test func `a map and its inverse cancel`() throws {
    let back = Self.map.inverse
    let point = try #require(Self.map.apply(to: [123, 45]).flatMap(back.apply(to:)))
    #expect(abs(point.x - 123) < 1e-10 && abs(point.y - 45) < 1e-10)
    let both = (back * Self.map).normalized
    for (a, b) in zip(both.matrix.elements, Matrix3.identity.elements) {
      #expect(abs(a - b) < 1e-12)
    }
  }

  @Test func `lines go where their points go`() throws {
    let (p, q) = (Vector2(10, 20), Vector2(300, 77))
    let line = Self.map.apply(to: HomogeneousLine(through: .init(p), .init(q)))
    for point in [p, q, (p + q) / 2] {
      let image = try #require(Self.map.apply(to: point))
      #expect(abs(line.distance(to: image)) < 1e-9)
    }
  }

  @Test func `a point on the horizon has no image`() {
    // 2e-4 x - 1e-4 y + 1 = 0
    #expect(Self.map.apply(to: [-5000, 0]) == nil)
  }

  @Test func `degenerate pairs are refused by name`() {
    let line = (0..<6).map {
      PlanePair(source: [Double($0), 2 * Double($0)], target: [Double($0), 1 - Double($0)])
    }
    #expect(throws: HomographyError.collinearPoints) { try Homography(fitting: line) }
    #expect(throws: HomographyError.tooFewPairs(3)) {
      try Homography(fitting: Array(Self.pairs(3, seed: 1)))
    }
    var threeOnLine = Array(line[..<3])
    threeOnLine.append(PlanePair(source: [5, -3], target: [1, 9]))
    #expect(throws: HomographyError.collinearPoints) { try Homography(fitting: threeOnLine) }
    var broken = Self.pairs(5, seed: 2)
    broken[3].target.x = .nan
    #expect(throws: HomographyError.nonFinite(pair: 3)) { try Homography(fitting: broken) }
    let same = [PlanePair](repeating: PlanePair(source: [1, 1], target: [2, 2]), count: 8)
    #expect(throws: HomographyError.collinearPoints) { try Homography(fitting: same) }
  }

  @Test func `consensus finds the map among 60 per cent outliers`() throws {
    var pairs = Self.pairs(100, seed: 11, noise: 0.5)
    var g = WordGenerator(state: 5)
    for index in 0..<60 { pairs[index].target = [g.uniform(0, 640), g.uniform(0, 480)] }
    var generator = WordGenerator(state: 1)
    let fit = try Homography.consensus(of: pairs, threshold: 1.5, using: &generator)
    #expect(Set(fit.inliers).isSuperset(of: 60..<100) && fit.inliers.count <= 42)
    #expect(fit.rmsError < 0.6)
    let (a, b) = (
      try #require(fit.homography.apply(to: [320, 240])), Self.map.apply(to: [320, 240])
    )
    #expect(b.map { abs($0.x - a.x) < 0.5 && abs($0.y - a.y) < 0.5 } == true)
    var again = WordGenerator(state: 1)
    #expect(try Homography.consensus(of: pairs, threshold: 1.5, using: &again) == fit)
  }

  @Test func `pairs without a common map have no consensus`() {
    var g = WordGenerator(state: 9)
    let pairs = (0..<40).map { _ in
      PlanePair(
        source: [g.uniform(0, 640), g.uniform(0, 480)],
        target: [g.uniform(0, 640), g.uniform(0, 480)])
    }
    #expect(throws: HomographyError.self) {
      try Homography.consensus(
        of: pairs, threshold: 1, minimumInliers: 12, maxIterations: 300, using: &g)
    }
  }
}
