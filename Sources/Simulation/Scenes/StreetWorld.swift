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
    for block in blocks(around: section) {
      var generator = SeededGenerator(seed: seed, stream: Self.stream(1, block))
      let builder = StreetBlock(
        start: Float(block) * StreetLayout.blockLength, palette: palette, contents: contents)
      builder.addGround(&content.mesh)
      builder.addHouses(&content.mesh, &generator)
      builder.addPavementThings(&content.mesh, &generator)
    }
    let middle = (Float(section) + 1) * StreetLayout.blockLength
    palette.addHorizon(&content.mesh, around: middle)
    let around = blocks(around: section)
    let length = Double(StreetLayout.blockLength)
    for (number, lane) in lanes.enumerated() where lane.speed == 0 {
      addTraffic(
        &content, lane, number,
        Double(around.lowerBound) * length...Double(around.upperBound + 1) * length, at: 0)
    }
    return content
  }

  private func blocks(around section: Int) -> ClosedRange<Int> {
    let ahead = Int((contents.ahead / Double(StreetLayout.blockLength)).rounded(.up))
    return section - min(2, ahead)...section + ahead
  }

  func movingContent(at seconds: Double, firstObject: Int) -> SceneContent {
    var content = SceneContent()
    content.firstObject = firstObject
    let x = contents.speed * seconds
    // Beyond this range a road user shows in a few pixels only.
    let range = x - 70...x + min(130, contents.ahead)
    for (number, lane) in lanes.enumerated() where lane.speed != 0 {
      addTraffic(&content, lane, number, range, at: seconds)
    }
    return content
  }

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
      // Cells move along with their road users.
      if lane.speed != 0 { content.nameLast(number << 40 + (cell + 1 << 30)) }
    }
  }
}
