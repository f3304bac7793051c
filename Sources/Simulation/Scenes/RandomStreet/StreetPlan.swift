import Tensors

/// Widths and kinds of everything that runs along a random street.
struct StreetPlan: Sendable {
  /// How cars are parked along one side.
  enum Parking: Sendable {
    case none
    case parallel
    case slanted
    case perpendicular

    /// Width of the strip, metres.
    var width: Double {
      switch self {
      case .none: 0
      case .parallel: 2.2
      case .slanted: 4.7
      case .perpendicular: 5
      }
    }
  }

  /// One side, from the lanes outwards.
  struct Side: Sendable {
    /// -1 on the right, 1 on the left.
    var sign: Double
    var lanes: Int
    var laneWidth: Double
    var cycleStrip: Double
    var parking: Parking
    /// Share of the parking places that are taken.
    var parkedShare: Double
    var kerb: Double
    var verge: Double
    var pavement: Double
    /// From the pavement to the fronts of the houses.
    var setback: Double
    var isBuilt: Bool

    var lanesEdge: Double { Double(lanes) * laneWidth }
    var cycleEdge: Double { lanesEdge + cycleStrip }
    var kerbEdge: Double { cycleEdge + parking.width }
    var vergeEdge: Double { kerbEdge + verge }
    var pavementEdge: Double { vergeEdge + pavement }
    var front: Double { pavementEdge + setback }

    /// Height of the ground above the road.
    func height(_ distance: Double) -> Double { distance > kerbEdge ? kerb : 0 }
  }

  let right: Side
  let left: Side
  /// The street's start and end.
  let extent: ClosedRange<Double>
  /// Where another street crosses.
  let junction: ClosedRange<Double>?
  let isRural: Bool

  var sides: [Side] { [right, left] }

  /// The side on which a place lies.
  func side(_ d: Double) -> Side { d < 0 ? right : left }

  func isJunction(_ s: Double, margin: Double = 0) -> Bool {
    guard let junction else { return false }
    return s > junction.lowerBound - margin && s < junction.upperBound + margin
  }

  /// A random street, longer by how far the vehicle drives, metres.
  init(_ contents: StreetContents, driven: Double, _ generator: inout SeededGenerator) {
    let isRural = generator.chance(0.18)
    let laneWidth = generator.between(2.7, 3.7)
    let isWide = !isRural && generator.chance(0.2)
    let built = generator.between(0.5, 1)
    func side(_ sign: Double, _ generator: inout SeededGenerator) -> Side {
      let hasPavement = generator.chance(isRural ? 0.15 : 0.92)
      let parking: Parking =
        isRural || contents.parkedCars == 0
        ? .none
        : generator.choice(
          [(.none, 0.22), (.parallel, 0.5), (.slanted, 0.14), (.perpendicular, 0.14)],
          otherwise: .parallel)
      return Side(
        sign: sign, lanes: isWide ? 2 : 1, laneWidth: laneWidth,
        cycleStrip: generator.chance(0.25) ? generator.between(1.2, 1.8) : 0, parking: parking,
        parkedShare: min(0.95, contents.parkedCars / 14 * generator.between(0.2, 0.95)),
        kerb: hasPavement ? generator.between(0.03, 0.16) : 0,
        verge: generator.chance(isRural ? 0.8 : 0.3) ? generator.between(0.6, 2.5) : 0,
        pavement: hasPavement ? generator.between(1.4, 4.5) : 0.4,
        setback: generator.chance(0.4)
          ? generator.between(0, 0.6) : generator.between(1, isRural ? 25 : 13),
        isBuilt: generator.chance(isRural ? 0.2 : built))
    }
    right = side(-1, &generator)
    left = side(1, &generator)
    extent = -60...contents.ahead + driven
    self.isRural = isRural
    let start = generator.between(9, 70)
    let width = generator.between(5.5, 11)
    junction = generator.chance(0.5) && start + width < contents.ahead ? start...start + width : nil
  }
}
