import Tensors

extension FurnitureMaker {
  /// A bed: head at the back, foot in front.
  func bed(_ style: FurnitureStyle, _ generator: inout SeededGenerator) -> SurfaceMesh {
    var mesh = SurfaceMesh()
    let isSingle = generator.chance(0.25)
    let length = generator.about(2.08, 0.035)
    let width = isSingle ? generator.about(1.05, 0.08) : generator.about(1.75, 0.1)
    let base = generator.within(0.24, 0.36)
    let top = base + generator.within(0.16, 0.3)
    let headHeight = generator.within(0.82, 1.3)
    let head: Float = generator.within(0.04, 0.1)
    let hasFootboard = generator.chance(0.3)
    let foot: Float = hasFootboard ? 0.05 : 0
    let (back, front) = (-length / 2 + head, length / 2 - foot)
    addFrame(&mesh, back: back, front: front, width: width, base: base, style, &generator)
    if hasFootboard {
      let rise = generator.within(0.02, 0.3)
      mesh.addBox(
        center: Float3(length / 2 - foot / 2, 0, (top + rise) / 2),
        size: Float3(foot, width, top + rise), material: style.wood)
    }
    if generator.chance(0.9) {
      addHeadboard(
        &mesh, x: -length / 2, thickness: head, width: width, height: headHeight, style, &generator)
    } else {
      mesh.begin(.bedHeadboard)
      mesh.addBox(
        center: Float3(-length / 2 + head / 2, 0, top / 2), size: Float3(head, width, top),
        material: style.wood)
    }
    mesh.begin(.bedMattress)
    let inset = generator.within(0.01, 0.05)
    mesh.addCushion(
      low: Float3(back, -width / 2 + inset, base),
      high: Float3(front - 0.01, width / 2 - inset, top),
      round: 0.07, material: style.linen)
    if generator.chance(0.75) {
      // A blanket over the lower part, hanging down a little.
      let start = back + length * generator.within(0.22, 0.45)
      let hang = generator.within(0.05, top - 0.08)
      mesh.addCushion(
        low: Float3(start, -width / 2 - 0.005, top - hang),
        high: Float3(front + 0.015, width / 2 + 0.005, top + generator.within(0.02, 0.06)),
        round: 0.06, material: style.blanket)
    }
    mesh.begin(.bedPillow)
    let count = isSingle ? 1 : 2
    for row in 0..<(generator.chance(0.25) ? 2 : 1) {
      for index in 0..<count {
        let span = width / Float(count)
        let half = Float3(
          generator.within(0.18, 0.24), span * generator.within(0.36, 0.44),
          generator.within(0.07, 0.11))
        mesh.addEllipsoid(
          center: Float3(
            back + 0.26 + 0.2 * Float(row), -width / 2 + span * (Float(index) + 0.5),
            top + half.z * 0.55 + 0.05 * Float(row)),
          radii: half, sides: 14, rings: 8,
          material: row == 0 ? style.linen : style.cushion)
      }
    }
    return mesh.centered()
  }

  private func addFrame(
    _ mesh: inout SurfaceMesh, back: Float, front: Float, width: Float, base: Float,
    _ style: FurnitureStyle, _ generator: inout SeededGenerator
  ) {
    mesh.begin(.bedFrame)
    let middle = (back + front) / 2
    if generator.chance(0.45) {
      // A closed base, perhaps set back above the floor.
      let gap = generator.pick([0, 0.04, 0.08] as [Float])
      mesh.addBox(
        center: Float3(middle, 0, (base + gap) / 2), size: Float3(front - back, width, base - gap),
        material: generator.chance(0.5) ? style.wood : style.cloth)
      if gap > 0 {
        mesh.addBox(
          center: Float3(middle, 0, gap / 2), size: Float3(front - back - 0.2, width - 0.2, gap),
          material: style.accent)
      }
    } else {
      let rail = generator.within(0.1, 0.2)
      mesh.addBox(
        center: Float3(middle, 0, base - rail / 2), size: Float3(front - back, width, rail),
        material: style.wood)
      var legs = SurfaceMesh()
      legs.addLegs(
        half: Float2((front - back) / 2, width / 2), top: base - rail,
        thickness: generator.within(0.05, 0.1), taper: generator.within(0.5, 1),
        isRound: generator.chance(0.4), material: style.wood)
      mesh.append(legs, at: Placement(position: Float3(middle, 0, 0)))
    }
  }

  private func addHeadboard(
    _ mesh: inout SurfaceMesh, x: Float, thickness: Float, width: Float, height: Float,
    _ style: FurnitureStyle, _ generator: inout SeededGenerator
  ) {
    mesh.begin(.bedHeadboard)
    let design = generator.uniform(below: 3)
    if design == 0 {
      mesh.addBox(
        center: Float3(x + thickness / 2, 0, height / 2), size: Float3(thickness, width, height),
        material: style.wood)
    } else if design == 1 {
      mesh.addBox(
        center: Float3(x + thickness / 2, 0, height * 0.5),
        size: Float3(thickness * 0.7, width, height), material: style.cloth)
      for column in 0..<4 {
        let span = width / 4
        let left = -width / 2 + span * Float(column)
        mesh.addBox(
          center: Float3(x + thickness * 0.65, left + span / 2, height * 0.78),
          size: Float3(thickness * 0.7, span - 0.02, height * 0.42), material: style.clothLight)
      }
    } else {
      for side: Float in [-1, 1] {
        mesh.addBox(
          center: Float3(x + thickness / 2, side * (width / 2 - 0.03), height / 2),
          size: Float3(thickness, 0.06, height), material: style.wood)
      }
      mesh.addBox(
        center: Float3(x + thickness / 2, 0, height - 0.06),
        size: Float3(thickness * 0.8, width - 0.1, 0.08), material: style.wood)
      let bars = 4 + generator.uniform(below: 8)
      for bar in 0..<bars {
        let y = (Float(bar) + 0.5) / Float(bars) - 0.5
        mesh.addBox(
          center: Float3(x + thickness / 2, y * (width - 0.12), height / 2 + 0.1),
          size: Float3(thickness * 0.4, 0.03, height - 0.3), material: style.wood)
      }
    }
  }
}
