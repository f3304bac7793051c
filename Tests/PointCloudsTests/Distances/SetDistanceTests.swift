import Foundation
import PointClouds
import TestSupport
import Tensors
import Testing

@Suite struct SetDistanceTests {
  static func points(_ shape: [Int], seed: UInt64, offset: Double = 0) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return Tensor(
      (0..<shape.reduce(1, *)).map { _ in generator.uniform() + offset }, shape: shape)
  }

  /// Distances of all pairs.
  static func table(_ a: Tensor, _ b: Tensor, squared: Bool) -> [[Double]] {
    let (a, b) = (a.array(of: Double.self), b.array(of: Double.self))
    return (0..<a.count / 3).map { i in
      (0..<b.count / 3).map { j in
        let square = (0..<3).reduce(0.0) { $0 + pow(a[3 * i + $1] - b[3 * j + $1], 2) }
        return squared ? square : square.squareRoot()
      }
    }
  }

  static func transposed(_ table: [[Double]]) -> [[Double]] {
    table[0].indices.map { j in table.map { $0[j] } }
  }

  static func meanOfLeast(_ table: [[Double]]) -> Double {
    table.reduce(0) { $0 + ($1.min() ?? 0) } / Double(table.count)
  }

  @Test(arguments: ChamferDistance.Measure.allCases)
  func `the chamfer distance is the mean of the least distances`(measure: ChamferDistance.Measure)
    throws
  {
    let (a, b) = (Self.points([2, 40, 3], seed: 1), Self.points([2, 55, 3], seed: 2))
    let both = try ChamferDistance(measure).distance(a, b).array(of: Double.self)
    let there = try ChamferDistance(measure, direction: .forward).distance(a, b)
    let single = try ChamferDistance(measure)
      .distance(a.converted(to: .float32), b.converted(to: .float32))
    for set in 0..<2 {
      let table = Self.table(
        a.selected(axis: 0, at: set).copied(), b.selected(axis: 0, at: set).copied(),
        squared: measure == .squared)
      let expected = Self.meanOfLeast(table) + Self.meanOfLeast(Self.transposed(table))
      #expect(abs(both[set] - expected) < 1e-14)
      #expect(abs(there[set].item(of: Double.self) - Self.meanOfLeast(table)) < 1e-14)
      #expect(abs(Double(single[set].item(of: Float.self)) - expected) < 1e-6)
    }
    let alone = try ChamferDistance(measure).distance(
      a.selected(axis: 0, at: 0), b.selected(axis: 0, at: 0))
    #expect(alone.shape == [] && alone.item(of: Double.self) == both[0])
  }

  @Test func `its gradients equal finite differences, also where points coincide`() throws {
    let (a, b) = (Self.points([2, 7, 3], seed: 3), Self.points([2, 9, 3], seed: 4))
    for measure in ChamferDistance.Measure.allCases {
      for direction in ChamferDistance.Direction.allCases {
        let chamfer = ChamferDistance(measure, direction: direction)
        let errors = gradientErrors(
          of: { inputs in (try? chamfer.distance(inputs[0], inputs[1])) ?? inputs[0] }, at: [a, b])
        #expect(errors.isEmpty)
      }
    }
    let leaf = a.requiringGradient()
    let same = try ChamferDistance(.euclidean).distance(leaf, a).sum()
    let slope = gradients(of: same, withRespectTo: [leaf])[0].array(of: Double.self)
    #expect(same.item(of: Double.self) == 0 && slope.allSatisfy { $0 == 0 })
  }

  @Test func `the Hausdorff distance is the largest of the least distances`() throws {
    let (a, b) = (Self.points([30, 3], seed: 5), Self.points([20, 3], seed: 6, offset: 0.2))
    let table = Self.table(a, b, squared: false)
    let forward = table.map { $0.min() ?? 0 }
    let backward = Self.transposed(table).map { $0.min() ?? 0 }
    for type in [ElementType.float64, .float32] {
      let found = try HausdorffDistance(a.converted(to: type), b.converted(to: type))
      let tolerance = type == .float64 ? 1e-14 : 1e-6
      #expect(abs(found.forward - (forward.max() ?? 0)) < tolerance)
      #expect(abs(found.backward - (backward.max() ?? 0)) < tolerance)
      #expect(found.farthestOfFirst == forward.firstIndex(of: forward.max() ?? 0))
      #expect(found.farthestOfSecond == backward.firstIndex(of: backward.max() ?? 0))
      #expect(found.distance == max(found.forward, found.backward))
    }
  }

  @Test func `empty sets, other forms and numbers that are none are refused`() {
    let (a, none) = (Self.points([4, 3], seed: 7), Tensor([Double](), shape: [0, 3]))
    #expect(throws: PointCloudError.self) { try ChamferDistance().distance(a, none) }
    #expect(throws: PointCloudError.self) { try ChamferDistance().distance(none, a) }
    #expect(throws: PointCloudError.self) {
      try ChamferDistance().distance(a, a.converted(to: .float32))
    }
    #expect(throws: PointCloudError.self) { try ChamferDistance().distance(a, a.reshaped(1, 4, 3)) }
    #expect(throws: PointCloudError.self) {
      try HausdorffDistance(a.reshaped(1, 4, 3), a.reshaped(1, 4, 3))
    }
    let broken = Tensor([1, .nan, 0, 0, 0, 0], shape: [2, 3])
    for type in [ElementType.float64, .float32] {
      let (good, bad) = (a.converted(to: type), broken.converted(to: type))
      #expect(throws: PointCloudError.self) { try ChamferDistance().distance(good, bad) }
      #expect(throws: PointCloudError.self) { try HausdorffDistance(bad, good) }
    }
    #expect(throws: PointCloudError.self) { try EarthMoversDistance().matching(broken, broken) }
    #expect(throws: PointCloudError.self) {
      try EarthMoversDistance().matching(a, Self.points([5, 3], seed: 8))
    }
    #expect(throws: PointCloudError.self) {
      let many = Tensor.zeros([4097, 3])
      return try EarthMoversDistance().matching(many, many)
    }
  }
}
