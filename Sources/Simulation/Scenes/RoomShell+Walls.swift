import Geometry
import Tensors

extension RoomShell {
  /// A hole in a wall: along from the wall's left end, and up, metres.
  struct Opening {
    var along: ClosedRange<Float>
    var up: ClosedRange<Float>
  }

  func addWall(
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

  func addDoorWall(
    _ mesh: inout SurfaceMesh, _ length: Float, material: Int32, _ pose: Pose,
    _ floorPlan: inout RoomFloor, _ generator: inout SeededGenerator
  ) {
    let maker = FurnitureMaker(palette: palette)
    let isAjar = generator.chance(0.35)
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

  func addWindowWall(
    _ mesh: inout SurfaceMesh, _ length: Float, material: Int32,
    _ generator: inout SeededGenerator
  ) {
    let width = min(length - 0.5, generator.within(0.8, 2.4))
    let middle = generator.within(-0.5, 0.5) * (length - width - 0.3)
    let low = generator.chance(0.2) ? Float(0.1) : generator.within(0.75, 1.05)
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
    if low > 0.6, generator.chance(0.4) {
      // A radiator.
      let ribs = Int(width / 0.08)
      for rib in 0..<ribs {
        mesh.addBox(
          center: Float3(0.07, left + 0.04 + 0.08 * Float(rib), 0.4),
          size: Float3(0.09, 0.06, 0.5), material: palette.room.frame)
      }
    }
    guard generator.chance(0.55) else { return }
    let bottom = generator.chance(0.7) ? Float(0.03) : low - 0.15
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
}
