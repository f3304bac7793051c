import Foundation
import Geometry
import Tensors

/// Things on pavements and verges that no ground truth names, for detectors to leave alone.
enum RoadsideThing: CaseIterable {
  case tree
  case lamp
  case sign
  case bin
  case wheeledBin
  case bollard
  case cabinet
  case bench
  case bush
  case bicycle
  case shelter
  case planter
  case board
  case trafficLight

  /// How often it stands beside streets, against the others.
  var weight: Double {
    switch self {
    case .tree: 5
    case .lamp, .sign, .bush: 3
    case .bollard, .wheeledBin, .bicycle: 2
    case .bin, .cabinet, .planter, .trafficLight: 1
    case .bench, .shelter, .board: 0.5
    }
  }

  /// What it takes up on the ground, metres.
  var footprint: Vector2 {
    switch self {
    case .tree, .lamp, .sign, .bollard, .trafficLight: Vector2(0.4, 0.4)
    case .bin, .wheeledBin: Vector2(0.7, 0.7)
    case .cabinet, .bush, .planter: Vector2(1.3, 1)
    case .bench, .bicycle, .board: Vector2(1.9, 0.7)
    case .shelter: Vector2(4, 1.6)
    }
  }

  /// Its triangles: foot at the origin.
  func mesh(
    _ palette: StreetPalette, _ roadside: RoadsideMaterials, leaves: Int,
    _ generator: inout SeededGenerator
  ) -> SurfaceMesh {
    var mesh = SurfaceMesh()
    func draw(_ low: Double, _ high: Double) -> Float { Float(generator.between(low, high)) }
    func post(_ x: Float, _ y: Float, _ height: Float, _ radius: Float, _ material: Int32) {
      mesh.addTube(
        from: Float3(x, y, -0.1), to: Float3(x, y, height), radii: (radius, radius * 0.8),
        sides: 8, material: material)
    }
    func box(_ size: Float3, _ z: Float, _ material: Int32, x: Float = 0, y: Float = 0) {
      mesh.addBox(center: Float3(x, y, z + size.z / 2), size: size, material: material)
    }
    let metal = roadside.metal[generator.uniform(below: roadside.metal.count)]
    switch self {
    case .tree:
      return TreeShape.mesh(
        height: draw(3.5, 10), leaves: leaves, bark: palette.bark, foliage: palette.foliage,
        generator: &generator)
    case .lamp:
      let height = draw(3.5, 8)
      post(0, 0, height, draw(0.05, 0.11), palette.pole)
      box(Float3(0.25, 0.7, 0.14), height, palette.lampHead, y: -0.3)
    case .sign:
      let height = draw(1.9, 3)
      post(0, 0, height, 0.04, palette.pole)
      let (wide, tall) = (draw(0.25, 0.8) / 2, draw(0.25, 0.9))
      box(Float3(0.04, 2 * wide, tall), height - tall, palette.sign, x: 0.05)
    case .bin: post(0, 0, draw(0.7, 1.1), draw(0.18, 0.28), palette.bin)
    case .wheeledBin:
      let size = Float3(draw(0.5, 0.75), draw(0.48, 0.62), draw(0.9, 1.3))
      mesh.addFrustum(
        bottom: (
          Float3(-size.x / 2 + 0.06, -size.y / 2 + 0.05, 0.06), Float2(size.x - 0.12, size.y - 0.1)
        ),
        top: (Float3(-size.x / 2, -size.y / 2, size.z), Float2(size.x, size.y)), material: metal)
    case .bollard: post(0, 0, draw(0.5, 1.1), draw(0.05, 0.13), metal)
    case .cabinet: box(Float3(draw(0.3, 0.5), draw(0.6, 1.3), draw(0.8, 1.6)), 0, metal)
    case .bench:
      box(Float3(1.7, 0.45, 0.06), 0.42, roadside.wood)
      box(Float3(1.7, 0.06, 0.4), 0.48, roadside.wood, y: -0.22)
      for x: Float in [-0.7, 0.7] { box(Float3(0.08, 0.4, 0.42), 0, metal, x: x) }
    case .bush:
      return Self.bush(draw(0.5, 1.7), palette, &generator) ?? mesh
    case .bicycle:
      return PersonShape.bicycle(
        frame: palette.people.bicycle[generator.uniform(below: palette.people.bicycle.count)],
        tyre: palette.people.tyre)
    case .shelter:
      for x: Float in [-1.7, 1.7] {
        post(x, 0.5, 2.4, 0.04, metal)
        post(x, -0.5, 2.4, 0.04, metal)
      }
      box(Float3(3.8, 1.5, 0.12), 2.4, metal)
      box(Float3(3.4, 0.03, 1.8), 0.3, palette.cars.glass, y: -0.6)
      box(Float3(1.6, 0.4, 0.06), 0.45, roadside.wood, y: -0.3)
    case .planter:
      let (wide, high) = (draw(0.6, 1.2), draw(0.4, 0.7))
      box(Float3(wide, wide * 0.8, high), 0, roadside.concrete)
      mesh.addEllipsoid(
        center: Float3(0, 0, high + 0.15), radii: Float3(wide * 0.4, wide * 0.35, 0.4), sides: 7,
        rings: 5, material: palette.hedge)
    case .board:
      let height = draw(1.2, 2.6)
      box(Float3(draw(1.2, 1.8), 0.12, height - 0.4), 0.4, roadside.cargo[0])
      for x: Float in [-0.5, 0.5] { post(x, 0, 0.5, 0.05, metal) }
    case .trafficLight:
      let height = draw(2.2, 3.4)
      post(0, 0, height, 0.06, palette.pole)
      box(Float3(0.2, 0.28, 0.85), height - 0.9, palette.cars.dark, x: 0.12)
    }
    return mesh
  }

  /// A bush of some balls with tufts; nil when it has no height.
  static func bush(
    _ height: Float, _ palette: StreetPalette, _ generator: inout SeededGenerator
  ) -> SurfaceMesh? {
    guard height > 0 else { return nil }
    var mesh = SurfaceMesh()
    for _ in 0..<3 + generator.uniform(below: 4) {
      let radius = height * Float(generator.between(0.25, 0.42))
      let center = Float3(
        height * Float(generator.between(-0.3, 0.3)), height * Float(generator.between(-0.3, 0.3)),
        radius * 0.7 + Float(generator.uniform()) * max(0, height - 1.6 * radius))
      mesh.addEllipsoid(
        center: center, radii: Float3(radius, radius, radius), sides: 7, rings: 5,
        material: generator.chance(0.5) ? palette.hedge : palette.foliage[0])
    }
    return mesh
  }
}
