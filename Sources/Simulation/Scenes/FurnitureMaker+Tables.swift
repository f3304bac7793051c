import Foundation
import Tensors

extension FurnitureMaker {
  /// A table: for dining, beside a sofa, or small; on legs, panels or a foot; nothing hangs under its top but an apron.
  func table(_ style: FurnitureStyle, _ generator: inout SeededGenerator) -> SurfaceMesh {
    switch generator.pick(weights: [0.5, 0.2, 0.15, 0.15]) {
    case 0:
      return table(
        size: Float3(
          generator.about(0.85, 0.08), generator.about(1.45, 0.16), generator.about(0.745, 0.03)),
        style, &generator)
    case 1:
      return coffeeTable(style, &generator)
    case 2:
      let side = generator.within(0.45, 0.75)
      return table(
        size: Float3(side, side * generator.within(1, 1.25), generator.within(0.5, 0.75)), style,
        &generator)
    default: return roundTable(style, &generator)
    }
  }

  /// A low table.
  func coffeeTable(_ style: FurnitureStyle, _ generator: inout SeededGenerator) -> SurfaceMesh {
    table(
      size: Float3(
        generator.within(0.5, 0.75), generator.within(0.85, 1.3), generator.within(0.36, 0.52)),
      style, &generator)
  }

  /// A rectangular table of given measures.
  func table(size: Float3, _ style: FurnitureStyle, _ generator: inout SeededGenerator)
    -> SurfaceMesh
  {
    var mesh = SurfaceMesh()
    let board = generator.within(0.02, 0.055)
    mesh.begin(.tableTop)
    mesh.addBox(
      center: Float3(0, 0, size.z - board / 2), size: Float3(size.x, size.y, board),
      material: style.wood)
    let design = generator.pick(weights: [0.65, 0.15, 0.2])
    let inset = generator.within(0, 0.09)
    if design == 0 {
      if generator.chance(0.6) {
        let apron = min(generator.within(0.06, 0.11), size.z * 0.16)
        let (x, y) = (size.x / 2 - inset - 0.03, size.y / 2 - inset - 0.03)
        for side: Float in [-1, 1] {
          mesh.addBox(
            center: Float3(side * x, 0, size.z - board - apron / 2),
            size: Float3(0.02, 2 * y, apron), material: style.wood)
          mesh.addBox(
            center: Float3(0, side * y, size.z - board - apron / 2),
            size: Float3(2 * x, 0.02, apron), material: style.wood)
        }
      }
      mesh.begin(.tableLeg)
      mesh.addLegs(
        half: Float2(size.x, size.y) / 2 - inset, top: size.z - board,
        thickness: generator.within(0.035, 0.1), taper: generator.within(0.5, 1),
        splay: generator.pick([0, 0, 0.04]), isRound: generator.chance(0.4),
        material: generator.chance(0.75) ? style.wood : style.metal)
      if size.z < 0.6, generator.chance(0.5) {
        mesh.addBox(
          center: Float3(0, 0, size.z * 0.3),
          size: Float3(size.x - 2 * inset - 0.06, size.y - 2 * inset - 0.06, 0.02),
          material: style.wood)
      }
    } else if design == 1 {
      mesh.begin(.tableLeg)
      for side: Float in [-1, 1] {
        mesh.addBox(
          center: Float3(0, side * (size.y / 2 - inset - 0.03), (size.z - board) / 2),
          size: Float3(size.x * generator.within(0.6, 0.95), 0.04, size.z - board),
          material: style.wood)
      }
    } else {
      // Two posts with feet and a rail between them.
      mesh.begin(.tableLeg)
      let post = size.y / 2 - max(inset, 0.1) - 0.06
      for side: Float in [-1, 1] {
        mesh.addBox(
          center: Float3(0, side * post, size.z / 2), size: Float3(0.09, 0.06, size.z - 0.1),
          material: style.accent)
        for z in [0.025, size.z - board - 0.025] {
          mesh.addBox(
            center: Float3(0, side * post, z), size: Float3(size.x * 0.8, 0.07, 0.05),
            material: style.accent)
        }
      }
      mesh.addBox(
        center: Float3(0, 0, size.z * 0.35), size: Float3(0.03, 2 * post, 0.08),
        material: style.accent)
    }
    return mesh.centered()
  }

  private func roundTable(_ style: FurnitureStyle, _ generator: inout SeededGenerator)
    -> SurfaceMesh
  {
    var mesh = SurfaceMesh()
    let radius = generator.within(0.3, 0.65)
    let oval = radius > 0.45 ? generator.within(1, 1.3) : 1
    let height = radius < 0.4 ? generator.within(0.5, 0.76) : generator.about(0.745, 0.02)
    let board = generator.within(0.02, 0.045)
    mesh.begin(.tableTop)
    mesh.addLoft(
      [height - board, height].map {
        SurfaceMesh.outline(
          center: Float3(0, 0, $0), radii: Float2(radius, radius * oval), corners: 28)
      }, material: style.wood)
    mesh.begin(.tableLeg)
    if generator.chance(0.6) {
      mesh.addTube(
        from: Float3(0, 0, 0.03), to: Float3(0, 0, height - board),
        radii: (generator.within(0.04, 0.07), generator.within(0.035, 0.06)), sides: 12,
        material: style.accent)
      if generator.chance(0.5) {
        mesh.addTube(
          from: Float3(0, 0, 0), to: Float3(0, 0, 0.05), radii: (radius * 0.62, radius * 0.5),
          sides: 20, material: style.accent)
      } else {
        for arm in 0..<4 {
          let angle = (Float(arm) + 0.5) * .pi / 2
          mesh.addTube(
            from: Float3(0, 0, 0.12),
            to: Float3(cos(angle) * radius * 0.7, sin(angle) * radius * 0.7, 0.025),
            radii: (0.04, 0.025), sides: 7, material: style.accent)
        }
      }
    } else {
      mesh.addLegs(
        half: Float2(radius, radius * oval) * 0.72, top: height - board,
        thickness: generator.within(0.04, 0.07), taper: 0.6, splay: 0.05, isRound: true,
        material: style.wood)
    }
    return mesh.centered()
  }

  /// A desk: drawers or a panel below the top; its front is where one sits.
  func desk(_ style: FurnitureStyle, _ generator: inout SeededGenerator) -> SurfaceMesh {
    var mesh = SurfaceMesh()
    let size = Float3(
      generator.about(0.69, 0.1), generator.about(1.36, 0.15), generator.about(0.745, 0.025))
    let board = generator.within(0.02, 0.045)
    let under = size.z - board
    mesh.begin(.deskTop)
    mesh.addBox(
      center: Float3(0, 0, size.z - board / 2), size: Float3(size.x, size.y, board),
      material: style.wood)
    // Which ends hold drawers; at the others stands a panel or a pair of legs.
    let design = generator.uniform(below: 5)
    let pedestal = generator.within(0.32, 0.45)
    let (depth, hasLegs) = (size.x - 0.06, generator.chance(0.45))
    for side: Float in [-1, 1] {
      let hasDrawers = design == 2 || (design == 0 && side < 0) || (design == 1 && side > 0)
      if hasDrawers {
        addPedestal(
          &mesh, y: side * (size.y / 2 - pedestal / 2 - 0.02), width: pedestal, depth: depth,
          top: under, style, &generator)
      } else {
        mesh.begin(.deskLeg)
        let y = side * (size.y / 2 - 0.03)
        if hasLegs {
          for end: Float in [-1, 1] {
            mesh.addBox(
              center: Float3(end * (depth / 2 - 0.02), y, under / 2),
              size: Float3(0.045, 0.045, under), material: style.metal)
          }
        } else {
          mesh.addBox(
            center: Float3(0, y, under / 2), size: Float3(depth, 0.03, under),
            material: style.wood)
        }
      }
    }
    if design == 3 {
      // A row of flat drawers right under the top.
      mesh.begin(.deskDrawer)
      let drawers = 2 + generator.uniform(below: 2)
      let span = (size.y - 0.14) / Float(drawers)
      for index in 0..<drawers {
        addDrawer(
          &mesh,
          center: Float3(
            depth / 2 - 0.2, -size.y / 2 + 0.07 + span * (Float(index) + 0.5), under - 0.06),
          size: Float3(0.38, span - 0.008, 0.11), style)
      }
    }
    if design == 4 || generator.chance(0.65) {
      mesh.begin(.deskLeg)
      let drop = under * generator.within(0.4, 0.9)
      mesh.addBox(
        center: Float3(-depth / 2 + 0.06, 0, under - drop / 2),
        size: Float3(0.02, size.y - 0.08, drop), material: style.wood)
    }
    if generator.chance(0.14) { addHutch(&mesh, size, style, &generator) }
    return mesh.centered()
  }

  private func addPedestal(
    _ mesh: inout SurfaceMesh, y: Float, width: Float, depth: Float, top: Float,
    _ style: FurnitureStyle, _ generator: inout SeededGenerator
  ) {
    mesh.begin(.deskDrawer)
    mesh.addBox(
      center: Float3(-0.01, y, top / 2 + 0.02), size: Float3(depth - 0.02, width, top - 0.04),
      material: style.wood)
    let rows = 2 + generator.uniform(below: 3)
    let rise = (top - 0.06) / Float(rows)
    for row in 0..<rows {
      addDrawer(
        &mesh, center: Float3(depth / 2 - 0.012, y, 0.05 + rise * (Float(row) + 0.5)),
        size: Float3(0.022, width - 0.02, rise - 0.012), style)
    }
  }

  /// Shelves that stand on the rear of a desk's top.
  private func addHutch(
    _ mesh: inout SurfaceMesh, _ size: Float3, _ style: FurnitureStyle,
    _ generator: inout SeededGenerator
  ) {
    mesh.begin(.deskTop)
    let (depth, rise) = (generator.within(0.2, 0.28), generator.within(0.35, 0.55))
    let x = -size.x / 2 + depth / 2
    for y in [-size.y / 2 + 0.015, 0, size.y / 2 - 0.015] {
      mesh.addBox(
        center: Float3(x, y, size.z + rise / 2), size: Float3(depth, 0.025, rise),
        material: style.wood)
    }
    for z in [size.z + rise * 0.55, size.z + rise] {
      mesh.addBox(
        center: Float3(x, 0, z), size: Float3(depth, size.y, 0.022), material: style.wood)
    }
  }

  /// A drawer's front with its handle; `size.x` is how far it reaches back.
  func addDrawer(
    _ mesh: inout SurfaceMesh, center: Float3, size: Float3, _ style: FurnitureStyle,
    isKnob: Bool = false
  ) {
    mesh.addBox(center: center, size: size, material: style.wood)
    let front = center + Float3(size.x / 2, 0, 0)
    if isKnob {
      for y in size.y > 0.6 ? [-size.y / 4, size.y / 4] : [0] {
        mesh.addEllipsoid(
          center: front + Float3(0.012, y, 0), radii: Float3(repeating: 0.016), sides: 7,
          rings: 4, material: style.metal)
      }
    } else {
      mesh.addBox(
        center: front + Float3(0.012, 0, size.z * 0.2),
        size: Float3(0.014, min(0.14, size.y * 0.5), 0.014), material: style.metal)
    }
  }
}
