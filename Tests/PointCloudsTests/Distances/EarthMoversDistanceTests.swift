import PointClouds
import TestSupport
import Tensors
import Testing

@Suite struct EarthMoversDistanceTests {
  /// Points, cells, least sums of distances and of squared distances: SciPy's, by assignment_reference.py.
  private static let references: [(Int, Int, Double, Double)] = [
    (1, 0, 0.5613802743274158, 0.3151478124039246),
    (1, 4, 0.6123724356957945, 0.37499999999999994),
    (2, 0, 1.0292929843469232, 0.5340901166017242),
    (2, 4, 1.118033988749895, 0.6250000000000001),
    (3, 0, 1.5365585896826557, 0.8171982386470231),
    (3, 4, 1.5249428206640157, 0.8125),
    (17, 0, 8.012785242603927, 3.865170845934655),
    (17, 4, 6.855064517288075, 3.0000000000000004),
    (100, 0, 45.830263508954594, 21.44739269272288),
    (100, 4, 37.86220243583153, 15.4375),
    (300, 0, 137.1803723387839, 64.02262000764183),
    (300, 4, 113.78957778678335, 46.5625),
  ]

  /// The points of assignment_reference.py.
  private static func points(_ count: Int, _ factor: Int, cells: Int) -> Tensor {
    Tensor(
      (1..<3 * count + 1).map { place in
        let x = Double(place * factor % 1009) / 1009
        return cells == 0 ? x : (x * Double(cells)).rounded(.down) / Double(cells)
      }, shape: [count, 3])
  }

  private func isPairing(_ partners: Tensor) -> Bool {
    partners.array(of: Int32.self).sorted() == (0..<Int32(partners.count)).map { $0 }
  }

  @Test(arguments: references)
  func `exact sums equal SciPy's, and an auction's lie within its bound`(
    count: Int, cells: Int, euclidean: Double, squared: Double
  ) throws {
    let (a, b) = (
      Self.points(count, 131, cells: cells), Self.points(count, 577, cells: cells)
    )
    for measure in ChamferDistance.Measure.allCases {
      let least = (measure == .squared ? squared : euclidean) / Double(count)
      let exact = try EarthMoversDistance(.exact, measure: measure).matching(a, b)
      #expect(abs(exact.distance.item(of: Double.self) - least) < 1e-12)
      #expect(abs(exact.lowerBounds[0] - least) < 1e-12 && isPairing(exact.partners))
      for epsilon in [0.1, 1e-3] {
        let auction = try EarthMoversDistance(.auction(epsilon: epsilon), measure: measure)
          .matching(a, b)
        let found = auction.distance.item(of: Double.self)
        #expect(isPairing(auction.partners) && found > least - 1e-12)
        #expect(found <= least + epsilon + 1e-12)
        #expect(auction.lowerBounds[0] <= least + 1e-12)
        #expect(found - auction.lowerBounds[0] <= epsilon + 1e-12)
      }
    }
  }

  @Test func `sets that are equal but for their order have no distance, far from the origin too`()
    throws
  {
    let a = SetDistanceTests.points([2, 60, 3], seed: 9, offset: 0x1p22)
    let b = a.flipped(1)
    let found = try EarthMoversDistance().matching(a, b)
    #expect(found.distance.shape == [2] && found.distance.abs().max().item(of: Double.self) == 0)
    #expect(found.partners.shape == [2, 60])
    #expect(found.partners[0].array(of: Int32.self) == (0..<60).reversed())
    let same = Tensor([Double](repeating: 3, count: 90), shape: [30, 3])
    for method in [EarthMoversDistance.Method.exact, .auction(epsilon: 1e-6)] {
      let pairs = try EarthMoversDistance(method).matching(same, same)
      #expect(pairs.distance.item(of: Double.self) == 0 && isPairing(pairs.partners))
    }
  }

  @Test func `gradients equal finite differences`() throws {
    let (a, b) = (
      SetDistanceTests.points([2, 6, 3], seed: 10), SetDistanceTests.points([2, 6, 3], seed: 11)
    )
    for measure in ChamferDistance.Measure.allCases {
      let movers = EarthMoversDistance(.exact, measure: measure)
      let errors = gradientErrors(
        of: { inputs in (try? movers.matching(inputs[0], inputs[1]).distance) ?? inputs[0] },
        at: [a, b])
      #expect(errors.isEmpty)
    }
  }
}
