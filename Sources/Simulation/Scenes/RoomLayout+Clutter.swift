import Foundation
import Geometry
import Tensors

extension RoomLayout {
  /// Boxes, plants, lamps, bins and rugs on the floor.
  mutating func addFloorClutter(_ purpose: RoomPurpose, _ generator: inout SeededGenerator) {
    let share = contents.clutter
    for _ in 0..<Int(share * Double(generator.uniform(below: 4))) {
      putClutter(maker.box(&generator), at: anyPlace(isTurned: true, &generator))
    }
    for _ in 0..<Int(share * Double(generator.uniform(below: 3))) {
      let mesh = maker.plant(ownStyle(&generator), &generator)
      putClutter(mesh, at: wallPlace(Float3(0.5, 0.5, 1), &generator))
    }
    if generator.chance(0.35 * share) {
      let mesh = maker.lamp(ownStyle(&generator), isSmall: false, &generator)
      putClutter(mesh, at: wallPlace(Float3(0.4, 0.4, 1.5), &generator))
    }
    for _ in 0..<Int(share * Double(generator.uniform(below: 3))) {
      putClutter(bin(&generator), at: wallPlace(Float3(0.35, 0.35, 0.4), &generator))
    }
    if purpose == .bathroom, generator.chance(0.85) {
      let mesh = washBasin(&generator)
      for _ in 0..<20 where putClutter(mesh, at: wallPlace(Float3(0.5, 0.6, 0.9), &generator)) {
        break
      }
    }
    if generator.chance(0.1 * share) { addWardrobe(&generator) }
  }

  /// A wardrobe or refrigerator: tall, of no class.
  private mutating func addWardrobe(_ generator: inout SeededGenerator) {
    let size = Float3(
      generator.within(0.55, 0.7), generator.within(0.6, 1.8), generator.within(1.7, 2.2))
    var mesh = SurfaceMesh()
    let own = ownStyle(&generator)
    mesh.addBox(center: Float3(0, 0, size.z / 2), size: size, material: own.wood)
    let doors = max(1, Int(size.y / 0.55))
    for door in 0..<doors {
      let span = size.y / Float(doors)
      mesh.addBox(
        center: Float3(
          size.x / 2, -size.y / 2 + span * (Float(door) + 0.5), size.z / 2),
        size: Float3(0.03, span - 0.012, size.z - 0.12), material: own.wood)
    }
    for _ in 0..<20 where putClutter(mesh, at: wallPlace(size, &generator)) { return }
  }

  private func bin(_ generator: inout SeededGenerator) -> SurfaceMesh {
    var mesh = SurfaceMesh()
    let (radius, height) = (generator.within(0.11, 0.18), generator.within(0.24, 0.45))
    mesh.addTube(
      from: Float3(0, 0, 0.005), to: Float3(0, 0, height), radii: (radius * 0.8, radius), sides: 14,
      material: ownStyle(&generator).plastic, capped: false)
    return mesh
  }

  /// A wash basin on a pedestal, with a tap.
  private func washBasin(_ generator: inout SeededGenerator) -> SurfaceMesh {
    var mesh = SurfaceMesh()
    let ware = maker.palette.porcelain
    let half = Float2(generator.within(0.19, 0.25), generator.within(0.24, 0.34))
    func ring(_ z: Float, _ share: Float) -> [Float3] {
      SurfaceMesh.outline(center: Float3(0, 0, z), radii: half * share, power: 3.5, corners: 20)
    }
    mesh.addTube(
      from: Float3(-0.06, 0, 0), to: Float3(-0.06, 0, 0.72), radii: (0.1, 0.08), sides: 12,
      material: ware)
    mesh.addLoft(
      [ring(0.68, 0.5), ring(0.8, 0.95), ring(0.86, 1), ring(0.86, 0.86), ring(0.74, 0.5)],
      material: ware, caps: (true, true))
    mesh.addTube(
      from: Float3(-half.x + 0.04, 0, 0.86), to: Float3(-half.x + 0.04, 0, 0.98),
      radii: (0.016, 0.014), sides: 7, material: style.metal)
    mesh.addTube(
      from: Float3(-half.x + 0.04, 0, 0.98), to: Float3(-half.x + 0.17, 0, 0.96),
      radii: (0.014, 0.012), sides: 7, material: style.metal)
    return mesh
  }

  /// Small things on tables, desks, dressers and night stands.
  mutating func addThingsOnTop(_ generator: inout SeededGenerator) {
    for piece in pieces {
      let mean: Double
      switch piece.kind {
      case .desk: mean = 4
      case .table: mean = 2.5
      case .dresser: mean = 2
      case .nightStand: mean = 1.2
      default: continue
      }
      guard let top = Self.top(of: piece.mesh) else { continue }
      let wanted = mean * contents.clutter * 2 * generator.uniform()
      var taken: [FloorRectangle] = []
      for _ in 0..<Int(wanted.rounded()) {
        let mesh = smallThing(on: piece.kind, &generator)
        guard let (low, high) = mesh.bounds else { continue }
        let half = (high - low) / 2
        let room = Float2(piece.size.x, piece.size.y) / 2 - Float2(half.x, half.y) - 0.03
        guard room.x > 0, room.y > 0 else { continue }
        // Round tables have no corners.
        let x = generator.within(-0.75, 0.75) * room.x
        let y = generator.within(-0.75, 0.75) * room.y
        let place = Pose(x: Double(x), y: Double(y), z: Double(top))
        let footprint = FloorRectangle(
          place, size: Vector2(Double(high.x - low.x), Double(high.y - low.y)))
        guard !taken.contains(where: { $0.isNear(footprint, gap: 0.01) }) else { continue }
        taken.append(footprint)
        addClutter(mesh, at: piece.pose * place)
      }
    }
  }

  /// The height of the largest surface that looks up.
  private static func top(of mesh: SurfaceMesh) -> Float? {
    var areas: [Int: Float] = [:]
    for triangle in mesh.triangles {
      let crossed = (triangle.b - triangle.a).cross(triangle.c - triangle.a)
      let area = crossed.length
      guard area > 1e-4, crossed.z > 0.99 * area else { continue }
      areas[Int((triangle.a.z * 200).rounded()), default: 0] += area
    }
    // Equal areas: the higher one.
    guard let best = areas.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }) else { return nil }
    return Float(best.key) / 200
  }

  private func smallThing(on kind: FurnitureClass, _ generator: inout SeededGenerator)
    -> SurfaceMesh
  {
    let own = ownStyle(&generator)
    if kind == .desk, generator.chance(0.35) { return maker.monitor(own, &generator) }
    if generator.chance(kind == .nightStand ? 0.5 : 0.1) {
      return maker.lamp(own, isSmall: true, &generator)
    }
    var mesh = SurfaceMesh()
    let books = maker.palette.room.books
    switch generator.uniform(below: 5) {
    case 0:
      // A pile of books or papers.
      var z: Float = 0
      for _ in 0...generator.uniform(below: 5) {
        let thick = generator.within(0.008, 0.045)
        mesh.addBox(
          center: Float3(generator.within(-0.015, 0.015), 0, z + thick / 2),
          size: Float3(generator.within(0.14, 0.22), generator.within(0.2, 0.3), thick),
          material: generator.pick(books))
        z += thick
      }
    case 1:
      // A bottle or a mug.
      let (radius, height) = (generator.within(0.03, 0.05), generator.within(0.08, 0.3))
      mesh.addTube(
        from: Float3(0, 0, 0), to: Float3(0, 0, height * 0.75), radii: (radius, radius), sides: 10,
        material: own.plastic)
      if height > 0.16 {
        mesh.addTube(
          from: Float3(0, 0, height * 0.75), to: Float3(0, 0, height),
          radii: (radius, radius * 0.35), sides: 10, material: own.plastic)
      }
    case 2:
      // A bowl or plate.
      let radius = generator.within(0.08, 0.16)
      mesh.addTube(
        from: Float3(0, 0, 0.002), to: Float3(0, 0, radius * generator.within(0.2, 0.7)),
        radii: (radius * 0.45, radius), sides: 16, material: maker.palette.porcelain, capped: false)
    case 3:
      mesh.append(
        maker.plant(own, &generator).stretched(Float3(repeating: 0.4)), at: .identity)
    default:
      // A keyboard, a parcel, a radio.
      let size = Float3(
        generator.within(0.1, 0.3), generator.within(0.12, 0.45), generator.within(0.02, 0.2))
      mesh.addBox(
        center: Float3(0, 0, size.z / 2), size: size,
        material: generator.chance(0.5) ? own.plastic : maker.palette.room.cardboard)
    }
    return mesh
  }
}
