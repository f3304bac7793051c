import Geometry
import Tensors

/// Floor, walls and ceiling of a random room with windows, doors, curtains, pictures and rugs.
struct RoomShell: Sendable {
  let palette: FurniturePalette
  /// Half length, half width and height.
  let half: Float2
  let height: Float
  private let floor: Int32
  private let ceiling: Int32
  private let walls: [Int32]
  private let rug: Int32
  private let curtain: Int32

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
    let other = generator.happens(0.4) ? table.add(accent) : plain
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

  /// A hole in a wall: along from the wall's left end, and up, metres.
  private struct Opening {
    var along: ClosedRange<Float>
    var up: ClosedRange<Float>
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
      } else if generator.happens(0.4) {
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

  private func addWall(
    _ mesh: inout SurfaceMesh, _ length: Float, material: Int32, _ opening: Opening?
  ) {
    func part(_ y0: Float, _ y1: Float, _ z0: Float, _ z1: Float) {
      guard y1 - y0 > 1e-4, z1 - z0 > 1e-4 else { return }
      mesh.addQuad(
        Float3(0, y0, z0), Float3(0, y1, z0), Float3(0, y1, z1), Float3(0, y0, z1),
        material: material, surfaceOrigin: Float2(y0 + 50, z0))
    }
    let end = length / 2
    guard let opening else { return part(-end, end, 0, height) }
    part(-end, opening.along.lowerBound, 0, height)
    part(opening.along.upperBound, end, 0, height)
    part(opening.along.lowerBound, opening.along.upperBound, 0, opening.up.lowerBound)
    part(opening.along.lowerBound, opening.along.upperBound, opening.up.upperBound, height)
  }

  private func addSkirting(_ mesh: inout SurfaceMesh, _ from: Float, _ to: Float) {
    mesh.addBox(
      center: Float3(0.006, (from + to) / 2, 0.04), size: Float3(0.012, to - from, 0.08),
      material: palette.room.skirting)
  }

  private func addDoorWall(
    _ mesh: inout SurfaceMesh, _ length: Float, material: Int32, _ pose: Pose,
    _ floorPlan: inout RoomFloor, _ generator: inout SeededGenerator
  ) {
    let maker = FurnitureMaker(palette: palette)
    let isAjar = generator.happens(0.35)
    var door = maker.door(maker.style(&generator), isAjar: false, &generator)
    guard let (low, high) = door.bounds else { return }
    let width = high.y - low.y
    let middle = generator.within(-0.5, 0.5) * (length - width - 0.1)
    let opening = Opening(
      along: middle - width / 2 + 0.04...middle + width / 2 - 0.04, up: 0...high.z - 0.04)
    addWall(&mesh, length, material: material, opening)
    addSkirting(&mesh, -length / 2, middle - width / 2)
    addSkirting(&mesh, middle + width / 2, length / 2)
    if isAjar {
      // The leaf stands open into the corridor behind.
      door.triangles.removeAll { $0.material != palette.room.frame }
      door.partStarts = []
      mesh.addBox(
        center: Float3(-0.45, opening.along.upperBound + 0.02, high.z / 2),
        size: Float3(0.8, 0.04, high.z), material: palette.woods[0])
    }
    mesh.append(door, at: Placement(position: Float3(0, middle, 0)))
    // The corridor.
    let (near, far): (Float, Float) = (-0.02, -1.5)
    let reach: Float = 1.2
    mesh.addQuad(
      Float3(far, middle - reach, 0), Float3(far, middle + reach, 0),
      Float3(far, middle + reach, height), Float3(far, middle - reach, height), material: walls[0])
    mesh.addQuad(
      Float3(far, middle - reach, 0), Float3(near, middle - reach, 0),
      Float3(near, middle + reach, 0), Float3(far, middle + reach, 0), material: floor)
    let free = FloorRectangle(
      pose * Pose(x: 0.42, y: Double(middle)), size: Vector2(0.75, Double(width)))
    floorPlan.take(free)
  }

  private func addWindowWall(
    _ mesh: inout SurfaceMesh, _ length: Float, material: Int32,
    _ generator: inout SeededGenerator
  ) {
    let width = min(length - 0.5, generator.within(0.8, 2.4))
    let middle = generator.within(-0.5, 0.5) * (length - width - 0.3)
    let low = generator.happens(0.2) ? Float(0.1) : generator.within(0.75, 1.05)
    let high = min(height - 0.2, generator.within(1.9, 2.3))
    let (left, right) = (middle - width / 2, middle + width / 2)
    addWall(&mesh, length, material: material, Opening(along: left...right, up: low...high))
    addSkirting(&mesh, -length / 2, length / 2)
    func bar(_ y0: Float, _ y1: Float, _ z0: Float, _ z1: Float, deep: Float) {
      mesh.addBox(
        center: Float3(-deep / 2 + 0.03, (y0 + y1) / 2, (z0 + z1) / 2),
        size: Float3(deep, y1 - y0, z1 - z0), material: palette.room.frame)
    }
    bar(left - 0.05, right + 0.05, low - 0.05, low, deep: 0.16)
    bar(left - 0.05, right + 0.05, high, high + 0.05, deep: 0.16)
    for index in 0...(width > 1.2 ? 2 : 1) {
      let y = left + width * Float(index) / (width > 1.2 ? 2 : 1)
      bar(y - 0.03, y + 0.03, low, high, deep: 0.1)
    }
    if low > 0.6, generator.happens(0.4) {
      // A radiator.
      let ribs = Int(width / 0.08)
      for rib in 0..<ribs {
        mesh.addBox(
          center: Float3(0.07, left + 0.04 + 0.08 * Float(rib), 0.4),
          size: Float3(0.09, 0.06, 0.5), material: palette.room.frame)
      }
    }
    guard generator.happens(0.55) else { return }
    let bottom = generator.happens(0.7) ? Float(0.03) : low - 0.15
    for side: Float in [-1, 1] {
      let reach = width * generator.within(0.12, 0.42)
      let start = side < 0 ? left - 0.15 : right + 0.15 - reach
      addCurtain(&mesh, from: start, width: reach, low: bottom, high: high + 0.12, &generator)
    }
  }

  /// A curtain in folds.
  private func addCurtain(
    _ mesh: inout SurfaceMesh, from start: Float, width: Float, low: Float, high: Float,
    _ generator: inout SeededGenerator
  ) {
    let folds = max(4, Int(width / 0.05))
    let deep = generator.within(0.02, 0.05)
    func place(_ fold: Int) -> Float2 {
      Float2(0.07 + (fold % 2 == 0 ? deep : -deep), start + width * Float(fold) / Float(folds))
    }
    for fold in 0..<folds {
      let (a, b) = (place(fold), place(fold + 1))
      mesh.addQuad(
        Float3(a.x, a.y, low), Float3(b.x, b.y, low), Float3(b.x, b.y, high),
        Float3(a.x, a.y, high), material: curtain)
    }
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
      material: generator.happens(0.15) ? palette.mirror : generator.pick(palette.room.paintings))
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
    if generator.happens(0.5) {
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
