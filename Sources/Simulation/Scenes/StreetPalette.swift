import Foundation
import Geometry
import Tensors

/// The materials and shapes of a street.
struct StreetPalette: Sendable {
  let asphalt: Int32
  let kerb: Int32
  let paving: Int32
  let grass: Int32
  let plaster: Int32
  let roof: Int32
  let trim: Int32
  let pole: Int32
  let lampHead: Int32
  let sign: Int32
  let signBack: Int32
  let bark: Int32
  let bin: Int32
  let hedge: Int32
  let foliage: [Int32]
  let facades: [Int32]
  let cars: CarMaterials
  let people: PersonMaterials
  /// Bounds of a walking and of a standing person of height 1.
  static let walking = unitBounds(stride: walkingStride)
  static let standing = unitBounds(stride: standingStride)
  static let walkingStride: Float = 0.48
  static let standingStride: Float = 0.06

  init(_ table: inout MaterialTable) {
    asphalt = table.add(
      Material(
        pattern: .road, base: Float3(0.085, 0.086, 0.09), second: Float3(0.7, 0.7, 0.68),
        grain: 0.6, grainLength: 0.16, reflectance: 0.16))
    kerb = table.add(
      Material(base: Float3(0.36, 0.35, 0.33), grain: 0.2, reflectance: 0.35))
    paving = table.add(
      Material(
        pattern: .bricks, base: Float3(0.29, 0.275, 0.255), second: Float3(0.14, 0.13, 0.12),
        scale: Float2(0.6, 0.4), grain: 0.22, reflectance: 0.3))
    grass = table.add(
      Material(
        pattern: .foliage, base: Float3(0.05, 0.1, 0.02), second: Float3(0.12, 0.19, 0.05),
        grain: 0.3, reflectance: 0.5))
    plaster = table.add(Material(base: Float3(0.42, 0.38, 0.33), grain: 0.2, grainLength: 1.5))
    roof = table.add(
      Material(
        pattern: .bricks, base: Float3(0.24, 0.075, 0.045), second: Float3(0.09, 0.03, 0.02),
        scale: Float2(0.3, 0.35), grain: 0.3, reflectance: 0.3))
    trim = table.add(Material(base: Float3(0.55, 0.53, 0.48), grain: 0.1, reflectance: 0.5))
    pole = table.add(Material(base: Float3(0.1, 0.11, 0.11), gloss: 0.05, reflectance: 0.3))
    lampHead = table.add(Material(base: Float3(0.5, 0.5, 0.47), gloss: 0.1))
    sign = table.add(
      Material(base: Float3(0.01, 0.08, 0.5), grain: 0.05, gloss: 0.04, reflectance: 0.95))
    signBack = table.add(Material(base: Float3(0.3, 0.3, 0.3)))
    bark = table.add(
      Material(base: Float3(0.12, 0.09, 0.065), grain: 0.5, grainLength: 0.2, reflectance: 0.3))
    bin = table.add(Material(base: Float3(0.03, 0.12, 0.07), reflectance: 0.3))
    hedge = table.add(
      Material(
        pattern: .foliage, base: Float3(0.02, 0.06, 0.012), second: Float3(0.08, 0.16, 0.03),
        grain: 0.4, grainLength: 0.3, reflectance: 0.5))
    let greens: [(Float3, Float3)] = [
      (Float3(0.012, 0.03, 0.008), Float3(0.03, 0.06, 0.012)),
      (Float3(0.05, 0.13, 0.02), Float3(0.1, 0.2, 0.035)),
      (Float3(0.08, 0.17, 0.025), Float3(0.15, 0.25, 0.05)),
      (Float3(0.035, 0.1, 0.018), Float3(0.08, 0.16, 0.03)),
    ]
    foliage = greens.map {
      table.add(
        Material(
          pattern: .foliage, base: $0.0, second: $0.1, grain: 0.2, reflectance: 0.5))
    }
    let walls: [(wall: Float3, frame: Float3, accent: Float3, bay: Float)] = [
      (Float3(0.55, 0.47, 0.33), Float3(0.6, 0.59, 0.56), Float3(0.06, 0.16, 0.1), 2.6),
      (Float3(0.4, 0.17, 0.1), Float3(0.58, 0.56, 0.5), Float3(0.03, 0.05, 0.14), 2.9),
      (Float3(0.6, 0.58, 0.54), Float3(0.14, 0.13, 0.12), Float3(0.36, 0.05, 0.04), 2.4),
      (Float3(0.34, 0.4, 0.45), Float3(0.62, 0.62, 0.6), Float3(0.1, 0.08, 0.07), 3.1),
      (Float3(0.58, 0.38, 0.24), Float3(0.62, 0.6, 0.55), Float3(0.1, 0.2, 0.28), 2.7),
      (Float3(0.46, 0.45, 0.32), Float3(0.5, 0.5, 0.46), Float3(0.3, 0.18, 0.04), 2.5),
      (Float3(0.25, 0.23, 0.22), Float3(0.55, 0.54, 0.5), Float3(0.5, 0.42, 0.1), 3.0),
    ]
    facades = walls.map {
      table.add(
        Material(
          pattern: .facade, base: $0.wall, second: $0.frame, third: $0.accent,
          scale: Float2($0.bay, 3.1), grain: 0.16, grainLength: 0.8,
          reflectance: 0.2 + 0.5 * $0.wall.x))
    }
    cars = CarMaterials(&table)
    people = PersonMaterials(&table)
  }

  private static func unitBounds(stride: Float) -> (low: Float3, high: Float3) {
    let style = PersonStyle(skin: 0, hair: 0, top: 0, trousers: 0, shoes: 0)
    return PersonShape.unitWalkerBounds(stride: stride, style)
  }

  /// Open land beyond the houses, just below the street.
  func addHorizon(_ mesh: inout SurfaceMesh, around x: Float = 0, below z: Float = -0.2) {
    let reach: Float = 1500
    mesh.addQuad(
      Float3(x - reach, -reach, z), Float3(x + reach, -reach, z),
      Float3(x + reach, reach, z), Float3(x - reach, reach, z), material: grass)
  }

  /// Adds a car, pedestrian or cyclist whose look the generator decides.
  func addRoadUser(
    _ content: inout SceneContent, _ kind: TrafficLane.Kind, at pose: Pose, speed: Double,
    seconds: Double, _ generator: inout SeededGenerator
  ) {
    switch kind {
    case .car:
      // Vans are rarer than the others.
      let draw = generator.uniform(below: 9)
      var shape = CarShape.shapes[draw < 8 ? draw / 2 : 4]
      shape.length *= 0.96 + 0.08 * Float(generator.uniform())
      let paint = cars.paints[generator.uniform(below: cars.paints.count)]
      content.add(shape.label, shape.mesh(paint: paint, cars), at: pose)
    case .pedestrian:
      let height = 1.55 + 0.33 * Float(generator.uniform())
      let style = people.style(&generator)
      let stride = speed > 0 ? Self.walkingStride : Self.standingStride
      let unit = speed > 0 ? Self.walking : Self.standing
      let phase = 2 * .pi * (generator.uniform() + seconds * speed / 1.5)
      let shape = PersonShape.walker(
        height: height, phase: Float(phase.truncatingRemainder(dividingBy: 2 * .pi)),
        stride: stride, style)
      content.add(
        "Pedestrian", shape, at: pose, box: (unit.low * height, unit.high * height))
    case .cyclist:
      let style = people.style(&generator)
      let frame = people.bicycle[generator.uniform(below: people.bicycle.count)]
      let phase = 2 * .pi * (generator.uniform() - seconds * speed / 5)
      let shape = PersonShape.cyclist(
        phase: Float(phase.truncatingRemainder(dividingBy: 2 * .pi)), style, frame: frame,
        tyre: people.tyre)
      content.add("Cyclist", shape, at: pose)
    }
  }
}
