import Foundation
import Tensors

extension FurnitureMaker {
  /// A lamp: for the floor, or for a table when `isSmall`.
  func lamp(_ style: FurnitureStyle, isSmall: Bool, _ generator: inout SeededGenerator)
    -> SurfaceMesh
  {
    var mesh = SurfaceMesh()
    let height = isSmall ? generator.within(0.32, 0.65) : generator.within(1.25, 1.8)
    let base = isSmall ? generator.within(0.06, 0.11) : generator.within(0.11, 0.17)
    mesh.begin(.lampBase)
    if !isSmall, generator.chance(0.3) {
      for leg in 0..<3 {
        let angle = Float(leg) * 2 * .pi / 3
        mesh.addTube(
          from: Float3(cos(angle), sin(angle), 0) * (base * 2), to: Float3(0, 0, height * 0.7),
          radii: (0.014, 0.014), sides: 6, material: style.wood)
      }
    } else {
      mesh.addTube(
        from: Float3(0, 0, 0), to: Float3(0, 0, 0.03), radii: (base, base * 0.9), sides: 16,
        material: style.metal)
    }
    let shade = height * (isSmall ? generator.within(0.35, 0.5) : generator.within(0.14, 0.24))
    mesh.begin(.lampPole)
    if isSmall, generator.chance(0.5) {
      mesh.addEllipsoid(
        center: Float3(0, 0, (height - shade) * 0.5),
        radii: Float3(base * 0.9, base * 0.9, (height - shade) * 0.5), sides: 12, rings: 8,
        material: palette.porcelain)
    } else {
      mesh.addTube(
        from: Float3(0, 0, 0.02), to: Float3(0, 0, height - shade * 0.3), radii: (0.012, 0.012),
        sides: 8, material: style.metal)
    }
    mesh.begin(.lampShade)
    let wide = isSmall ? generator.within(0.09, 0.18) : generator.within(0.15, 0.27)
    if generator.chance(0.8) {
      mesh.addTube(
        from: Float3(0, 0, height - shade), to: Float3(0, 0, height),
        radii: (wide, wide * generator.within(0.45, 1)), sides: 18, material: palette.shade,
        capped: false)
    } else {
      mesh.addEllipsoid(
        center: Float3(0, 0, height - wide * 0.8), radii: Float3(wide, wide, wide * 0.8),
        sides: 14, rings: 8, material: palette.shade)
    }
    return mesh.centered()
  }

  /// A plant in a pot, knee-high to man-high.
  func plant(_ style: FurnitureStyle, _ generator: inout SeededGenerator) -> SurfaceMesh {
    var mesh = SurfaceMesh()
    let pot = generator.within(0.16, 0.4)
    let radius = pot * generator.within(0.4, 0.6)
    mesh.begin(.plantPot)
    mesh.addTube(
      from: Float3(0, 0, 0), to: Float3(0, 0, pot), radii: (radius * 0.75, radius), sides: 16,
      material: generator.chance(0.5) ? palette.room.ceramic : palette.porcelain,
      capMaterial: palette.room.soil)
    mesh.begin(.plantLeaf)
    let tall = pot * generator.within(1.2, 3)
    let broad = tall * generator.within(0.3, 0.7)
    let leaves = 14 + generator.uniform(below: 30)
    let width = broad * generator.within(0.08, 0.22)
    for leaf in 0..<leaves {
      let angle = Float(leaf) * 2.4 + generator.within(0, 1)
      let rise = tall * generator.within(0.35, 1)
      let reach = broad * generator.within(0.4, 1)
      let out = Float3(cos(angle), sin(angle), 0)
      let side = Float3(-sin(angle), cos(angle), 0) * width
      let foot = Float3(0, 0, pot)
      let bend = foot + out * (reach * 0.4) + Float3(0, 0, rise)
      let tip = foot + out * reach + Float3(0, 0, rise * generator.within(0.75, 1))
      let material = palette.room.leaves[leaf % palette.room.leaves.count]
      mesh.addTube(
        from: foot, to: bend, radii: (0.008, 0.004), sides: 4, material: material, capped: false)
      let middle = bend.mixed(with: tip, by: 0.4) + Float3(0, 0, width * 0.6)
      mesh.addQuad(bend, middle + side, tip, middle - side, material: material)
    }
    return mesh.centered()
  }

  /// A closed or open cardboard box.
  func box(_ generator: inout SeededGenerator) -> SurfaceMesh {
    let size = Float3(
      generator.within(0.2, 0.6), generator.within(0.25, 0.7), generator.within(0.15, 0.55))
    var mesh = SurfaceMesh()
    mesh.begin(.boxBody)
    let (x, y) = (size.x / 2, size.y / 2)
    guard generator.chance(0.3) else {
      mesh.append(
        FurnitureShape(palette: palette.room).box(size: size), at: .identity)
      mesh.partStarts = [(0, ShapePart.boxBody.index)]
      return mesh.centered()
    }
    func ring(_ z: Float) -> [Float3] {
      [Float3(x, -y, z), Float3(x, y, z), Float3(-x, y, z), Float3(-x, -y, z)]
    }
    mesh.addLoft(
      [ring(0), ring(size.z)], material: palette.room.cardboard, caps: (true, false))
    let top = ring(size.z)
    for index in 0..<4 {
      let (a, b) = (top[index], top[(index + 1) % 4])
      let middle = (a + b) / 2
      let out = Float3(middle.x, middle.y, 0).normalized
      let flap =
        (out * generator.within(0.6, 1) + Float3(0, 0, generator.within(-0.3, 0.6)))
        .normalized * (min(x, y) * 0.8)
      mesh.addQuad(a, b, b + flap, a + flap, material: palette.room.cardboard)
    }
    return mesh.centered()
  }

  /// A flat screen on a foot.
  func monitor(_ style: FurnitureStyle, _ generator: inout SeededGenerator) -> SurfaceMesh {
    var mesh = SurfaceMesh()
    let width = generator.within(0.42, 0.85)
    let height = width * generator.within(0.5, 0.64)
    let gap = generator.within(0.05, 0.16)
    let thick = generator.within(0.02, 0.06)
    mesh.begin(.monitorStand)
    mesh.addBox(
      center: Float3(0, 0, 0.008),
      size: Float3(generator.within(0.16, 0.24), width * generator.within(0.3, 0.55), 0.016),
      material: style.plastic)
    mesh.addBox(
      center: Float3(-0.03, 0, (gap + height * 0.5) / 2),
      size: Float3(0.025, 0.06, gap + height * 0.5), material: style.plastic)
    mesh.begin(.monitorScreen)
    mesh.addBox(
      center: Float3(0, 0, gap + height / 2), size: Float3(thick, width, height),
      material: style.plastic)
    mesh.addBox(
      center: Float3(thick / 2, 0, gap + height / 2),
      size: Float3(0.003, width - 0.03, height - 0.03),
      material: generator.chance(0.4) ? palette.glow : palette.screen)
    return mesh.centered()
  }

  /// A door in its frame, shut or ajar; its face looks along +x.
  func door(_ style: FurnitureStyle, isAjar: Bool, _ generator: inout SeededGenerator)
    -> SurfaceMesh
  {
    var mesh = SurfaceMesh()
    let (width, height) = (generator.within(0.72, 1.0), generator.within(1.92, 2.12))
    let (frame, depth) = (generator.within(0.05, 0.09), generator.within(0.08, 0.16))
    mesh.begin(.doorFrame)
    for side: Float in [-1, 1] {
      mesh.addBox(
        center: Float3(0, side * (width + frame) / 2, height / 2),
        size: Float3(depth, frame, height), material: palette.room.frame)
    }
    mesh.addBox(
      center: Float3(0, 0, height + frame / 2), size: Float3(depth, width + 2 * frame, frame),
      material: palette.room.frame)
    var leaf = SurfaceMesh()
    leaf.begin(.doorLeaf)
    leaf.addBox(
      center: Float3(0, width / 2, height / 2), size: Float3(0.04, width, height - 0.01),
      material: style.wood)
    let panels = generator.uniform(below: 3)
    for panel in 0..<panels {
      let span = (height - 0.3) / Float(panels)
      for face: Float in [-1, 1] {
        leaf.addBox(
          center: Float3(face * 0.022, width / 2, 0.15 + span * (Float(panel) + 0.5)),
          size: Float3(0.012, width - 0.24, span - 0.12), material: style.wood)
      }
    }
    leaf.begin(.doorHandle)
    for face: Float in [-1, 1] {
      let knob = Float3(face * 0.055, width - 0.07, 1.0)
      leaf.addTube(
        from: Float3(0, width - 0.07, 1), to: knob, radii: (0.012, 0.012), sides: 7,
        material: style.metal)
      leaf.addTube(
        from: knob, to: knob - Float3(0, 0.11, 0), radii: (0.011, 0.011), sides: 7,
        material: style.metal)
    }
    let turn = isAjar ? Double(generator.within(0.1, 1.4)) : 0
    mesh.append(leaf, at: Placement(position: Float3(0, -width / 2, 0), yaw: turn))
    return mesh.centered()
  }
}
