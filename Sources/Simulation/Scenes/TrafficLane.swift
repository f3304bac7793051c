/// A line along which road users of one kind stand or move with one speed.
///
/// It is divided into cells that move along; each holds at most one road user, so that no two ever meet.
struct TrafficLane: Sendable {
  enum Kind: Sendable {
    case car
    case pedestrian
    case cyclist
  }
  var kind: Kind
  var y: Double
  /// Heading; also of those that stand.
  var yaw: Double
  /// Along +x, metres per second; 0 for those that stand.
  var speed: Double
  var cellLength: Double
  /// Room that a road user needs within its cell.
  var margin: Double
  /// Width within which its place across varies.
  var wander: Double
  /// Share of cells that are taken.
  var share: Double
  /// Cells around this place at time 0 stay empty: the vehicle drives there.
  var keptFree: ClosedRange<Double>? = nil

  var isPavement: Bool { kind == .pedestrian }

  func isKeptFree(_ cell: Int) -> Bool {
    guard let keptFree else { return false }
    let low = Double(cell) * cellLength
    return low < keptFree.upperBound && low + cellLength > keptFree.lowerBound
  }

  static func lanes(_ contents: StreetContents) -> [TrafficLane] {
    func share(_ per100: Double, _ lanes: Double, _ cell: Double, atMost: Double) -> Double {
      min(atMost, per100 / 100 / lanes * cell)
    }
    let bay = Double(StreetLayout.bayLength)
    let cars = share(contents.movingCars, 2, 14, atMost: 0.9)
    let parked = share(contents.parkedCars, 2, bay, atMost: 0.9)
    let bikes = share(contents.cyclists, 2, 9, atMost: 0.8)
    let people = share(contents.pedestrians, 6, 3, atMost: 0.8)
    var lanes = [
      TrafficLane(
        kind: .car, y: -1.7, yaw: 0, speed: contents.speed, cellLength: 14, margin: 8,
        wander: 0.3, share: cars, keptFree: -9...9),
      TrafficLane(
        kind: .car, y: 1.7, yaw: .pi, speed: -8, cellLength: 14, margin: 8, wander: 0.3,
        share: cars),
    ]
    for side in [-1.0, 1.0] {
      let yaw = side < 0 ? 0 : Double.pi
      lanes += [
        TrafficLane(
          kind: .car, y: side * 6.05, yaw: yaw, speed: 0, cellLength: bay, margin: bay - 0.3,
          wander: 0.16, share: parked),
        TrafficLane(
          kind: .cyclist, y: side * 4.2, yaw: yaw, speed: -4.6 * side, cellLength: 9, margin: 4,
          wander: 0.25, share: bikes),
        TrafficLane(
          kind: .pedestrian, y: side * 8.95, yaw: yaw, speed: -1.35 * side, cellLength: 3,
          margin: 1.6, wander: 0.2, share: people),
        TrafficLane(
          kind: .pedestrian, y: side * 9.75, yaw: .pi - yaw, speed: 1.15 * side, cellLength: 3,
          margin: 1.6, wander: 0.15, share: people),
        TrafficLane(
          kind: .pedestrian, y: side * 10.55, yaw: side * -.pi / 2, speed: 0, cellLength: 3,
          margin: 1.2, wander: 0.1, share: people),
      ]
    }
    return lanes
  }
}
