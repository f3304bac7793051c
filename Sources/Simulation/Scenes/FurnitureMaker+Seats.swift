import Foundation
import Tensors

extension FurnitureMaker {
  /// A chair: four-legged, on runners, or an office chair on a column.
  func chair(_ style: FurnitureStyle, _ generator: inout SeededGenerator) -> SurfaceMesh {
    var mesh = SurfaceMesh()
    let isOffice = generator.chance(0.3)
    let width = isOffice ? generator.about(0.5, 0.06) : generator.about(0.47, 0.08)
    let depth = generator.about(isOffice ? 0.5 : 0.47, 0.07)
    let seat = generator.within(0.42, 0.49)
    let height = generator.within(0.76, isOffice ? 1.15 : 1.0)
    let hasArms = generator.chance(isOffice ? 0.6 : 0.35)
    let isPadded = isOffice || generator.chance(0.5)
    let thickness = isPadded ? generator.within(0.06, 0.1) : generator.within(0.02, 0.045)
    let frame = generator.chance(0.55) ? style.wood : style.metal
    mesh.begin(.chairSeat)
    let (low, high) = (
      Float3(-depth / 2, -width / 2, seat - thickness), Float3(depth / 2, width / 2, seat)
    )
    if isPadded {
      mesh.addCushion(low: low, high: high, round: 0.04, material: style.cloth)
    } else {
      let seatMaterial = generator.chance(0.3) ? style.plastic : style.wood
      mesh.addBox(center: (low + high) / 2, size: high - low, material: seatMaterial)
    }
    let lean = generator.within(0.02, 0.12)
    if isOffice {
      addColumn(&mesh, seat: seat - thickness, style, &generator)
    } else {
      addChairLegs(
        &mesh, half: Float2(depth, width) / 2, seat: seat - thickness * 0.7, frame, &generator)
    }
    addChairBack(
      &mesh, x: -depth / 2, width: width, low: seat - thickness, high: height, lean: lean,
      isPadded: isPadded, isOffice: isOffice, frame: frame, style, &generator)
    if hasArms {
      let rise = generator.within(0.17, 0.25)
      for side: Float in [-1, 1] {
        let y = side * (width / 2 + 0.015)
        mesh.begin(.chairArm)
        mesh.addBox(
          center: Float3(0.02, y, seat + rise), size: Float3(depth * 0.85, 0.05, 0.03),
          material: isPadded ? style.plastic : frame)
        mesh.addBox(
          center: Float3(depth * 0.25, y, seat + rise / 2 - 0.03),
          size: Float3(0.035, 0.03, rise + 0.06), material: frame)
        if !isOffice {
          mesh.addBox(
            center: Float3(-depth * 0.38, y, seat + rise / 2 - 0.03),
            size: Float3(0.035, 0.03, rise + 0.06), material: frame)
        }
      }
    }
    return mesh.centered()
  }

  private func addColumn(
    _ mesh: inout SurfaceMesh, seat: Float, _ style: FurnitureStyle,
    _ generator: inout SeededGenerator
  ) {
    mesh.begin(.chairLeg)
    let reach = generator.within(0.25, 0.31)
    mesh.addTube(
      from: Float3(0, 0, 0.09), to: Float3(0, 0, seat), radii: (0.03, 0.025), sides: 8,
      material: style.metal)
    let turn = generator.within(0, 1.25)
    for arm in 0..<5 {
      let angle = turn + Float(arm) * 2 * .pi / 5
      let tip = Float3(cos(angle) * reach, sin(angle) * reach, 0.075)
      mesh.addTube(
        from: Float3(0, 0, 0.11), to: tip, radii: (0.028, 0.018), sides: 6,
        material: style.plastic)
      mesh.addEllipsoid(
        center: Float3(tip.x, tip.y, 0.03), radii: Float3(repeating: 0.03), sides: 7, rings: 4,
        material: style.plastic)
    }
  }

  private func addChairLegs(
    _ mesh: inout SurfaceMesh, half: Float2, seat: Float, _ frame: Int32,
    _ generator: inout SeededGenerator
  ) {
    mesh.begin(.chairLeg)
    if generator.chance(0.15) {
      // Runners of bent tube.
      for side: Float in [-1, 1] {
        let y = side * (half.y - 0.02)
        let corners = [
          Float3(half.x - 0.02, y, seat), Float3(half.x, y, 0.015), Float3(-half.x, y, 0.015),
          Float3(-half.x + 0.05, y, seat),
        ]
        for (start, end) in zip(corners, corners.dropFirst()) {
          mesh.addTube(from: start, to: end, radii: (0.014, 0.014), sides: 7, material: frame)
        }
      }
      return
    }
    let splay = generator.pick([0, 0, 0.03, 0.06] as [Float])
    mesh.addLegs(
      half: half + splay * 0.5, top: seat, thickness: generator.within(0.025, 0.05),
      taper: generator.within(0.6, 1), splay: splay, isRound: generator.chance(0.5),
      material: frame)
    if generator.chance(0.4) {
      for side: Float in [-1, 1] {
        mesh.addBox(
          center: Float3(0, side * (half.y - 0.025), seat * 0.4),
          size: Float3(2 * half.x - 0.06, 0.02, 0.03), material: frame)
      }
    }
  }

  private func addChairBack(
    _ mesh: inout SurfaceMesh, x: Float, width: Float, low: Float, high: Float, lean: Float,
    isPadded: Bool, isOffice: Bool, frame: Int32, _ style: FurnitureStyle,
    _ generator: inout SeededGenerator
  ) {
    mesh.begin(.chairBack)
    func place(_ rise: Float, _ y: Float) -> Float3 {
      Float3(x + 0.02 - lean * rise, y, low + (high - low) * rise)
    }
    func panel(_ from: Float, _ to: Float, _ halfWidth: Float, _ thick: Float, _ material: Int32) {
      let rises = isPadded ? [from, from + 0.06, to - 0.06, to] : [from, to]
      let insets: [Float] = isPadded ? [0.03, 0, 0, 0.03] : [0, 0]
      mesh.addLoft(
        zip(rises, insets).map { rise, inset in
          SurfaceMesh.outline(
            center: place(rise, 0), radii: Float2(thick / 2, halfWidth - inset), power: 9,
            corners: 16)
        }, material: material)
    }
    let half = width / 2 * generator.within(0.85, 1)
    if isOffice {
      panel(0.3, 1, half, 0.06, style.cloth)
      mesh.addTube(
        from: place(0, 0), to: place(0.5, 0), radii: (0.025, 0.02), sides: 6,
        material: style.metal)
      return
    }
    for side: Float in [-1, 1] {
      mesh.addTube(
        from: place(0, side * (half - 0.018)), to: place(1, side * (half - 0.018)),
        radii: (0.018, 0.016), sides: 7, material: frame)
    }
    switch generator.uniform(below: 4) {
    case 0:
      panel(
        generator.within(0.15, 0.4), 0.98, half - 0.01, isPadded ? 0.05 : 0.02,
        isPadded ? style.cloth : style.wood)
    case 1:
      let slats = 2 + generator.uniform(below: 3)
      for slat in 0..<slats {
        let rise = 0.35 + 0.58 * Float(slat) / Float(max(slats - 1, 1))
        mesh.addBox(
          center: place(rise, 0), size: Float3(0.02, 2 * half - 0.04, 0.06), material: frame)
      }
    case 2:
      let bars = 3 + generator.uniform(below: 4)
      for bar in 0..<bars {
        let y = ((Float(bar) + 0.5) / Float(bars) - 0.5) * (2 * half - 0.06)
        mesh.addTube(
          from: place(0.05, y), to: place(0.95, y), radii: (0.009, 0.009), sides: 6,
          material: frame)
      }
      mesh.addBox(
        center: place(0.95, 0), size: Float3(0.025, 2 * half, 0.06), material: frame)
    default:
      panel(
        0.62, 0.98, half - 0.005, isPadded ? 0.05 : 0.025,
        isPadded ? style.cloth : style.wood)
    }
  }

  /// A sofa with one to three seats, arms or none, perhaps longer at one end.
  func sofa(_ style: FurnitureStyle, _ generator: inout SeededGenerator) -> SurfaceMesh {
    var mesh = SurfaceMesh()
    let seats = 1 + generator.pick(weights: [0.18, 0.4, 0.42])
    let arm = generator.chance(0.9) ? generator.within(0.1, 0.26) : 0
    let span = Float(seats) * generator.within(0.58, 0.74)
    let width = span + 2 * arm
    let depth = generator.about(0.92, 0.05)
    let height = generator.about(0.845, 0.07)
    let seat = generator.within(0.38, 0.47)
    let leg = generator.within(0.03, 0.15)
    let back = generator.within(0.18, 0.28)
    let (rear, front) = (-depth / 2, depth / 2)
    mesh.begin(.sofaSeat)
    mesh.addBox(
      center: Float3(0, 0, (leg + seat - 0.12) / 2), size: Float3(depth, width, seat - 0.12 - leg),
      material: style.cloth)
    let pad = span / Float(seats)
    for index in 0..<seats {
      let left = -span / 2 + pad * Float(index)
      mesh.begin(.sofaSeat)
      mesh.addCushion(
        low: Float3(rear + back * 0.7, left + 0.005, seat - 0.13),
        high: Float3(front + 0.01, left + pad - 0.005, seat), round: 0.05,
        material: style.clothLight)
      mesh.begin(.sofaBack)
      mesh.addLoft(
        [
          (seat - 0.02, back * 0.98), (seat + 0.1, back * 1.1), (height - 0.06, back * 0.72),
          (height, back * 0.5),
        ]
        .map { z, x in
          SurfaceMesh.outline(
            center: Float3(rear + x, left + pad / 2, z),
            radii: Float2(back * 0.34, pad / 2 - 0.004), power: 7, corners: 20)
        }, material: style.clothLight)
    }
    mesh.begin(.sofaBack)
    mesh.addFrustum(
      bottom: (Float3(rear, -width / 2, leg), Float2(back, width)),
      top: (
        Float3(rear, -width / 2 + arm * 0.3, height - 0.03), Float2(back * 0.5, width - arm * 0.6)
      ), material: style.cloth)
    if arm > 0 { addSofaArms(&mesh, depth, width, arm, seat, leg, style, &generator) }
    mesh.begin(.sofaLeg)
    mesh.addLegs(
      half: Float2(depth, width) / 2 - 0.03, top: leg, thickness: 0.05, isRound: true,
      material: style.wood)
    if seats > 1, generator.chance(0.14) {
      // The seat at one end reaches forward.
      let side: Float = generator.chance(0.5) ? 1 : -1
      let reach = generator.within(0.35, 0.7)
      let y = side * (span / 2 - pad / 2)
      mesh.begin(.sofaSeat)
      mesh.addCushion(
        low: Float3(front - 0.01, y - pad / 2, leg), high: Float3(front + reach, y + pad / 2, seat),
        round: 0.05, material: style.cloth)
    }
    mesh.begin(.sofaBack)
    for index in 0..<seats where generator.chance(0.35) {
      mesh.addEllipsoid(
        center: Float3(
          rear + back + 0.12, -span / 2 + pad * (Float(index) + generator.within(0.35, 0.65)),
          seat + 0.17),
        radii: Float3(0.09, 0.2, 0.17), sides: 12, rings: 7, material: style.cushion)
    }
    return mesh.centered()
  }

  private func addSofaArms(
    _ mesh: inout SurfaceMesh, _ depth: Float, _ width: Float, _ arm: Float, _ seat: Float,
    _ leg: Float, _ style: FurnitureStyle, _ generator: inout SeededGenerator
  ) {
    let top = seat + generator.within(0.1, 0.24)
    let isRound = generator.chance(0.45)
    mesh.begin(.sofaArm)
    for side: Float in [-1, 1] {
      let y = side * (width / 2 - arm / 2)
      if isRound {
        mesh.addBox(
          center: Float3(0, y, (leg + top - arm / 2) / 2),
          size: Float3(depth, arm * 0.9, top - arm / 2 - leg), material: style.cloth)
        mesh.addTube(
          from: Float3(-depth / 2 + 0.02, y, top - arm / 2),
          to: Float3(depth / 2, y, top - arm / 2), radii: (arm / 2, arm / 2), sides: 12,
          material: style.cloth)
      } else {
        mesh.addCushion(
          low: Float3(-depth / 2, y - arm / 2, leg), high: Float3(depth / 2, y + arm / 2, top),
          round: 0.04, material: style.cloth)
      }
    }
  }
}
