import Foundation
import Geometry
import Tensors

/// An endless straight street of blocks, each laid out by a random stream of its own, and lanes of traffic.
///
/// World frame: x along the street, y to the left, z up, origin in the middle of the road. Traffic keeps to the right.
struct StreetWorld: SceneWorld {
  let materials: [Material]
  let lighting: Lighting
  private let seed: UInt64
  private let contents: StreetContents
  private let palette: StreetPalette
  private let lanes: [TrafficLane]

  init(_ contents: StreetContents, seed: UInt64) {
    self.contents = contents
    self.seed = seed
    var table = MaterialTable()
    palette = StreetPalette(&table)
    materials = table.materials
    lanes = TrafficLane.lanes(contents)
    lighting = Lighting(
      sunDirection: Float3(-0.42, -0.5, 0.76).normalized, sunColor: Float3(2.9, 2.65, 2.2),
      skyLight: Float3(0.5, 0.6, 0.8), groundLight: Float3(0.24, 0.22, 0.2),
      zenith: Float3(0.22, 0.42, 0.86), horizon: Float3(0.74, 0.84, 0.95), hazeDistance: 1100,
      exposure: 1.25, seed: UInt32(truncatingIfNeeded: seed &* 31 &+ 7))
  }

  func vehiclePose(at seconds: Double) -> Pose {
    // A driver never holds the lane's middle exactly.
    let x = contents.speed * seconds
    let y = -1.7 + 0.12 * sin(x / 17)
    return Pose(x: x, y: y, yaw: atan(0.12 / 17 * cos(x / 17)))
  }

  func section(at seconds: Double) -> Int {
    Int((contents.speed * seconds / Double(StreetLayout.blockLength)).rounded(.down))
  }

  func stillContent(section: Int) -> SceneContent {
    var content = SceneContent()
    for block in (section - 2)...(section + 4) {
      var generator = SeededGenerator(seed: seed, stream: Self.stream(1, block))
      let builder = StreetBlock(
        start: Float(block) * StreetLayout.blockLength, palette: palette, contents: contents)
      builder.addGround(&content.mesh)
      builder.addHouses(&content.mesh, &generator)
      builder.addPavementThings(&content.mesh, &generator)
    }
    let middle = (Float(section) + 1) * StreetLayout.blockLength
    palette.addHorizon(&content.mesh, around: middle)
    let range = Self.visibleRange(around: Double(section) * Double(StreetLayout.blockLength))
    for (number, lane) in lanes.enumerated() where lane.speed == 0 {
      addTraffic(&content, lane, number, range.lowerBound...(range.upperBound + 60), at: 0)
    }
    return content
  }

  func movingContent(at seconds: Double, firstObject: Int) -> SceneContent {
    var content = SceneContent()
    content.firstObject = firstObject
    let range = Self.visibleRange(around: contents.speed * seconds)
    for (number, lane) in lanes.enumerated() where lane.speed != 0 {
      addTraffic(&content, lane, number, range, at: seconds)
    }
    return content
  }

  private static func visibleRange(around x: Double) -> ClosedRange<Double> { (x - 70)...(x + 130) }

  /// Independent streams for blocks and for the cells of lanes, forwards and backwards.
  private static func stream(_ family: UInt64, _ cell: Int) -> UInt64 {
    family << 40 &+ UInt64(bitPattern: Int64(cell) &+ 1 << 30)
  }

  private func addTraffic(
    _ content: inout SceneContent, _ lane: TrafficLane, _ number: Int,
    _ range: ClosedRange<Double>, at seconds: Double
  ) {
    let travelled = lane.speed * seconds
    let first = Int(((range.lowerBound - travelled) / lane.cellLength).rounded(.down))
    let last = Int(((range.upperBound - travelled) / lane.cellLength).rounded(.up))
    for cell in first...last where !lane.isKeptFree(cell) {
      var generator = SeededGenerator(
        seed: seed, stream: Self.stream(UInt64(number) + 2, cell))
      guard generator.uniform() < lane.share else { continue }
      let slack = lane.cellLength - lane.margin
      let x =
        (Double(cell) + 0.5) * lane.cellLength + travelled
        + slack * (generator.uniform() - 0.5)
      let y = lane.y + lane.wander * (generator.uniform() - 0.5)
      let pose = Pose(
        x: x, y: y, z: lane.isPavement ? Double(StreetLayout.kerbHeight) : 0, yaw: lane.yaw)
      palette.addRoadUser(
        &content, lane.kind, at: pose, speed: abs(lane.speed), seconds: seconds, &generator)
    }
  }
}

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
