import Tensors

extension FurnitureMaker {
  /// A toilet, its tank at the wall.
  func toilet(_ style: FurnitureStyle, _ generator: inout SeededGenerator) -> SurfaceMesh {
    var mesh = SurfaceMesh()
    let ware = palette.porcelain
    let rim = generator.within(0.37, 0.44)
    let half = Float2(generator.within(0.24, 0.29), generator.within(0.175, 0.21))
    let tank = Float3(
      generator.within(0.16, 0.22), generator.within(0.36, 0.48), generator.within(0.3, 0.42))
    let bowl = half.x - 0.02
    // The foot stands back, the bowl leans forward.
    let foot = generator.within(0.45, 0.75)
    mesh.begin(.toiletBowl)
    let layers: [(z: Float, share: Float, back: Float)] = [
      (0, foot, 0.06), (rim * 0.3, foot * 0.92, 0.05), (rim * 0.65, 0.86, 0.01),
      (rim - 0.02, 1, 0), (rim, 0.97, 0),
    ]
    mesh.addLoft(
      layers.map { layer in
        SurfaceMesh.outline(
          center: Float3(bowl - layer.back, 0, layer.z), radii: half * layer.share, power: 2.4,
          corners: 22)
      }, material: ware, caps: (true, false))
    let isOpen = generator.chance(0.2)
    if isOpen {
      mesh.addLoft(
        [(rim, 0.97), (rim, 0.74), (rim - 0.12, 0.55), (rim - 0.2, 0.2)].map { z, share in
          SurfaceMesh.outline(
            center: Float3(bowl, 0, z), radii: half * share, power: 2.4, corners: 22)
        }, material: ware, caps: (false, true))
    }
    mesh.addBox(
      center: Float3(-tank.x * 0.3, 0, rim * 0.75), size: Float3(0.3, half.y * 1.3, rim * 0.48),
      material: ware)
    addToiletSeat(&mesh, rim: rim, bowl: bowl, half: half, isOpen: isOpen, ware)
    mesh.begin(.toiletTank)
    let back = -0.04 - tank.x
    if generator.chance(0.85) {
      mesh.addLoft(
        [(rim - 0.05, Float(0.9)), (rim + tank.z * 0.5, 1), (rim + tank.z - 0.03, 1)].map {
          SurfaceMesh.outline(
            center: Float3(back + tank.x / 2, 0, $0), radii: Float2(tank.x, tank.y) / 2 * $1,
            power: 8, corners: 20)
        }, material: ware)
      mesh.addCushion(
        low: Float3(back - 0.01, -tank.y / 2 - 0.012, rim + tank.z - 0.03),
        high: Float3(back + tank.x + 0.012, tank.y / 2 + 0.012, rim + tank.z + 0.01), round: 0.015,
        material: ware)
      mesh.addEllipsoid(
        center: Float3(back + tank.x + 0.01, tank.y * 0.36, rim + tank.z - 0.07),
        radii: Float3(0.02, 0.035, 0.012), sides: 8, rings: 5, material: style.metal)
    } else {
      // A valve on a pipe instead of a tank.
      let x: Float = -0.06
      mesh.addTube(
        from: Float3(x, 0, rim - 0.05), to: Float3(x, 0, rim + tank.z), radii: (0.025, 0.025),
        sides: 10, material: style.metal)
      mesh.addTube(
        from: Float3(x - 0.08, 0, rim + tank.z * 0.7), to: Float3(x, 0, rim + tank.z * 0.7),
        radii: (0.02, 0.03), sides: 10, material: style.metal)
      mesh.addEllipsoid(
        center: Float3(x, 0, rim + tank.z), radii: Float3(0.04, 0.04, 0.03), sides: 10, rings: 6,
        material: style.metal)
    }
    return mesh.centered()
  }

  private func addToiletSeat(
    _ mesh: inout SurfaceMesh, rim: Float, bowl: Float, half: Float2, isOpen: Bool, _ ware: Int32
  ) {
    mesh.begin(.toiletSeat)
    func ring(_ z: Float, _ share: Float) -> [Float3] {
      SurfaceMesh.outline(
        center: Float3(bowl, 0, z), radii: half * share, power: 2.4, corners: 22)
    }
    guard isOpen else {
      mesh.addLoft(
        [ring(rim, 1), ring(rim + 0.02, 1.02), ring(rim + 0.035, 0.98), ring(rim + 0.045, 0.8)],
        material: ware, caps: (false, true))
      return
    }
    mesh.addLoft(
      [ring(rim, 1), ring(rim + 0.02, 1), ring(rim + 0.022, 0.72), ring(rim, 0.7)],
      material: ware, caps: (false, false))
    // The lid stands against the tank.
    let outline = SurfaceMesh.outline(
      center: Float3(0, 0, 0), radii: half * 0.98, power: 2.4, corners: 22)
    mesh.addLoft(
      [-0.012, 0.012].map { (thick: Float) in
        outline.map {
          Float3(-0.005 + thick - ($0.x + half.x) * 0.05, -$0.y, rim + 0.03 + ($0.x + half.x) * 0.8)
        }
      }, material: ware)
  }

  /// A bathtub, its long side in front.
  func bathtub(_ style: FurnitureStyle, _ generator: inout SeededGenerator) -> SurfaceMesh {
    var mesh = SurfaceMesh()
    let ware = palette.porcelain
    let size = Float3(
      generator.about(0.76, 0.06), generator.about(1.52, 0.09), generator.about(0.5, 0.08))
    let isFree = generator.chance(0.3)
    let power: Float = isFree ? 2.6 : 14
    let half = Float2(size.x, size.y) / 2
    let rim = generator.within(0.04, isFree ? 0.07 : 0.12)
    func ring(_ z: Float, _ radii: Float2, _ power: Float) -> [Float3] {
      SurfaceMesh.outline(center: Float3(0, 0, z), radii: radii, power: power, corners: 32)
    }
    mesh.begin(.bathtubOutside)
    if isFree {
      let foot: Float = generator.chance(0.5) ? 0.1 : 0
      mesh.addLoft(
        [
          ring(foot, half * 0.7, power), ring(foot + 0.06, half * 0.82, power),
          ring(size.z - 0.03, half * 0.97, power),
        ], material: ware, caps: (true, false))
      if foot > 0 {
        mesh.addLegs(
          half: half * Float2(0.62, 0.66), top: foot + 0.05, thickness: 0.06, taper: 0.8,
          isRound: true, material: style.metal)
      }
    } else {
      let lip = generator.within(0, 0.03)
      let (x, y) = (half.x - lip, half.y - lip)
      mesh.addLoft(
        [0, size.z - 0.03].map { z in
          [Float3(x, -y, z), Float3(x, y, z), Float3(-x, y, z), Float3(-x, -y, z)]
        }, material: generator.chance(0.7) ? ware : style.linen, caps: (true, false))
    }
    mesh.begin(.bathtubRim)
    let inner = half - rim
    let basin: Float = isFree ? 2.6 : generator.within(2.6, 6)
    mesh.addLoft(
      [
        ring(size.z - 0.03, half * 0.98, power), ring(size.z - 0.01, half, power),
        ring(size.z, half * 0.985, power), ring(size.z, inner, basin),
      ], material: ware, caps: (false, false))
    mesh.begin(.bathtubBasin)
    let floor = size.z - min(size.z - 0.06, generator.within(0.32, 0.42))
    mesh.addLoft(
      [
        ring(size.z, inner, basin), ring((size.z + floor) / 2, inner * 0.93, basin),
        ring(floor + 0.03, inner * 0.84, basin), ring(floor, inner * 0.68, basin),
      ], material: ware, caps: (false, true))
    mesh.begin(.bathtubRim)
    if generator.chance(0.5) {
      let side: Float = generator.chance(0.5) ? 1 : -1
      let y = side * (half.y - rim / 2)
      mesh.addTube(
        from: Float3(0, y, size.z), to: Float3(0, y, size.z + 0.1), radii: (0.02, 0.018), sides: 8,
        material: style.metal)
      mesh.addTube(
        from: Float3(0, y, size.z + 0.1), to: Float3(0, y - side * 0.14, size.z + 0.08),
        radii: (0.018, 0.014), sides: 8, material: style.metal)
    }
    return mesh.centered()
  }
}
