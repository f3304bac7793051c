import Geometry
import Tensors

/// Floor, walls and ceiling of a random room with windows, doors, curtains, pictures and rugs.
struct RoomShell: Sendable {
  let palette: FurniturePalette
  /// Half length, half width and height.
  let half: Float2
  let height: Float
  let floor: Int32
  private let ceiling: Int32
  let walls: [Int32]
  private let rug: Int32
  let curtain: Int32

  init(
    palette: FurniturePalette, half: Float2, height: Float, _ table: inout MaterialTable,
    _ generator: inout SeededGenerator
  ) {
    (self.palette, self.half, self.height) = (palette, half, height)
    floor = Self.floor(&table, &generator)
    let white = generator.within(0.66, 0.8)
    ceiling = table.add(
      Material(
        base: Float3(white, white * 0.99, white * 0.95), grain: 0.08, grainLength: 0.4,
        reflectance: 0.8))
    let tone = Self.tone(&generator, light: 0.35...0.75)
    let plain = table.add(
      Material(
        base: tone, grain: generator.within(0.06, 0.16), grainLength: 0.5, reflectance: 0.65))
    let accent = generator.pick([
      Material(base: Self.tone(&generator, light: 0.15...0.6), grain: 0.14, reflectance: 0.5),
      Material(
        pattern: .stripes, base: tone, second: tone * 0.86,
        scale: Float2(generator.within(0.06, 0.2), 1), grain: 0.1, reflectance: 0.6),
      Material(
        pattern: .bricks, base: Float3(0.4, 0.2, 0.13), second: Float3(0.5, 0.47, 0.42),
        scale: Float2(0.25, 0.08), grain: 0.25, reflectance: 0.4),
    ])
    let other = generator.chance(0.4) ? table.add(accent) : plain
    walls = [plain, plain, plain, other]
    let first = Self.tone(&generator, light: 0.1...0.5)
    let second = Self.tone(&generator, light: 0.2...0.6)
    rug = table.add(
      Material(
        pattern: generator.pick([.checker, .stripes, .cloth, .painting]), base: first,
        second: second, third: first * 0.5,
        scale: Float2(generator.within(0.05, 0.3), 0.3), grain: 0.25, grainLength: 0.12,
        reflectance: 0.4))
    curtain = table.add(
      Material(
        pattern: .cloth, base: second, second: second * 1.15, scale: Float2(0.012, 1), grain: 0.15,
        reflectance: 0.5))
  }

  private static func tone(_ generator: inout SeededGenerator, light: ClosedRange<Float>)
    -> Float3
  {
    let base = generator.within(light.lowerBound, light.upperBound)
    return Float3(
      base * generator.within(0.9, 1.12), base * generator.within(0.92, 1.06),
      base * generator.within(0.78, 1.06))
  }

  private static func floor(_ table: inout MaterialTable, _ generator: inout SeededGenerator)
    -> Int32
  {
    switch generator.uniform(below: 3) {
    case 0:
      let wood = generator.within(0.25, 0.6)
      return table.add(
        Material(
          pattern: .planks, base: Float3(wood, wood * 0.64, wood * 0.36),
          second: Float3(wood, wood * 0.62, wood * 0.34) * 0.6,
          scale: Float2(generator.within(0.08, 0.2), 1.3), grain: 0.12, gloss: 0.02,
          reflectance: 0.5))
    case 1:
      let color = tone(&generator, light: 0.12...0.45)
      return table.add(
        Material(
          pattern: .cloth, base: color, second: color * 1.25, scale: Float2(0.01, 1), grain: 0.3,
          grainLength: 0.2, reflectance: 0.4))
    default:
      let color = tone(&generator, light: 0.3...0.7)
      let tile = generator.within(0.2, 0.5)
      return table.add(
        Material(
          pattern: .bricks, base: color, second: color * 0.55, scale: Float2(tile, tile),
          grain: 0.08, gloss: 0.03, reflectance: 0.5))
    }
  }

  /// The four walls look inwards; wall k is that behind things with a heading of k quarters.
  ///
  /// - Parameter wall: Its number.
  /// - Returns: From a wall's frame (x into the room, y along the wall, z up, origin at its foot's middle), and its length.
  private func wall(_ wall: Int) -> (pose: Pose, length: Float) {
    let (x, y) = (Double(half.x), Double(half.y))
    switch wall {
    case 0: return (Pose(x: -x, y: 0), 2 * half.y)
    case 1: return (Pose(x: 0, y: -y, yaw: .pi / 2), 2 * half.x)
    case 2: return (Pose(x: x, y: 0, yaw: .pi), 2 * half.y)
    default: return (Pose(x: 0, y: y, yaw: -.pi / 2), 2 * half.x)
    }
  }

  /// Everything; footprints of open doors are taken from the floor.
  func mesh(_ floorPlan: inout RoomFloor, _ generator: inout SeededGenerator) -> SurfaceMesh {
    var mesh = SurfaceMesh()
    let (x, y, z) = (half.x, half.y, height)
    mesh.addQuad(
      Float3(-x, -y, 0), Float3(x, -y, 0), Float3(x, y, 0), Float3(-x, y, 0), material: floor)
    mesh.addQuad(
      Float3(-x, y, z), Float3(x, y, z), Float3(x, -y, z), Float3(-x, -y, z), material: ceiling)
    let doorWall = generator.uniform(below: 4)
    for number in 0..<4 {
      let (pose, length) = wall(number)
      var part = SurfaceMesh()
      if number == doorWall {
        addDoorWall(&part, length, material: walls[number], pose, &floorPlan, &generator)
      } else if generator.chance(0.4) {
        addWindowWall(&part, length, material: walls[number], &generator)
      } else {
        addWall(&part, length, material: walls[number], nil)
        for _ in 0..<generator.uniform(below: 3) { addPicture(&part, length, &generator) }
      }
      mesh.append(part, at: Placement(pose))
    }
    addLamps(&mesh, &generator)
    for _ in 0..<generator.uniform(below: 3) { addRug(&mesh, &generator) }
    return mesh
  }

  private func addPicture(
    _ mesh: inout SurfaceMesh, _ length: Float, _ generator: inout SeededGenerator
  ) {
    let size = Float2(generator.within(0.25, 1.1), generator.within(0.3, 0.9))
    let room = length - size.x - 0.2
    guard room > 0 else { return }
    let place = Float3(
      0.015, generator.within(-0.5, 0.5) * room, generator.within(1.45, 1.75))
    mesh.addBox(
      center: place, size: Float3(0.03, size.x, size.y), material: generator.pick(palette.woods))
    mesh.addBox(
      center: place + Float3(0.003, 0, 0), size: Float3(0.03, size.x - 0.06, size.y - 0.06),
      material: generator.chance(0.15) ? palette.mirror : generator.pick(palette.room.paintings))
  }

  private func addRug(_ mesh: inout SurfaceMesh, _ generator: inout SeededGenerator) {
    let size = Float2(generator.within(0.6, 2), generator.within(0.8, 2.6))
    let room = half - Float2(max(size.x, size.y), max(size.x, size.y)) / 2
    guard room.x > 0, room.y > 0 else { return }
    var part = SurfaceMesh()
    part.addBox(
      center: Float3(0, 0, 0.005), size: Float3(size.x, size.y, 0.01), material: rug)
    mesh.append(
      part,
      at: Placement(
        position: Float3(generator.within(-1, 1) * room.x, generator.within(-1, 1) * room.y, 0),
        yaw: Double(generator.uniform(below: 2)) * .pi / 2))
  }

  private func addLamps(_ mesh: inout SurfaceMesh, _ generator: inout SeededGenerator) {
    if generator.chance(0.5) {
      let drop = generator.within(0.3, 0.6)
      let wide = generator.within(0.12, 0.28)
      mesh.addTube(
        from: Float3(0, 0, height), to: Float3(0, 0, height - drop), radii: (0.01, 0.01), sides: 6,
        material: palette.room.metal, capped: false)
      mesh.addTube(
        from: Float3(0, 0, height - drop), to: Float3(0, 0, height - drop - 0.2),
        radii: (wide * 0.4, wide), sides: 18, material: palette.room.lamp, capped: false)
    } else {
      for side: Float in [-0.5, 0.5] {
        mesh.addBox(
          center: Float3(half.x * side, 0, height - 0.04), size: Float3(0.2, 1.1, 0.08),
          material: palette.room.lamp)
      }
    }
  }
}
