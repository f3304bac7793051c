import Foundation

extension PersonShape {
  /// A person on a bicycle; `phase` is the angle of the pedals, radians.
  static func cyclist(phase: Float, _ style: PersonStyle, frame: Int32, tyre: Int32)
    -> SurfaceMesh
  {
    var mesh = bicycle(frame: frame, tyre: tyre)
    let hip = Float3(-0.2, 0, 0.98)
    let shoulder = Float3(0.16, 0, 1.42)
    let crank = Float3(-0.03, 0, 0.3)
    for side: Float in [-1, 1] {
      let angle = phase + (side > 0 ? 0 : .pi)
      let joint = hip + Float3(0.02, side * 0.09, -0.04)
      let pedal = crank + Float3(cos(angle) * 0.17, side * 0.11, sin(angle) * 0.17 + 0.05)
      let knee = middleJoint(joint, pedal, upper: 0.45, lower: 0.45, towards: Float3(1, 0, 0.4))
      addLimb(&mesh, joint, knee, (0.085, 0.06), style.trousers)
      addLimb(&mesh, knee, pedal, (0.058, 0.042), style.trousers)
      mesh.addEllipsoid(
        center: pedal + Float3(0.05, 0, -0.02), radii: Float3(0.13, 0.045, 0.04), sides: 8,
        rings: 5, material: style.shoes)
      let top = shoulder + Float3(0, side * 0.19, -0.02)
      let hand = Float3(0.4, side * 0.24, 1.04)
      let elbow = middleJoint(top, hand, upper: 0.29, lower: 0.27, towards: Float3(0, side, -0.6))
      addLimb(&mesh, top, elbow, (0.055, 0.045), style.top)
      addLimb(&mesh, elbow, hand, (0.045, 0.035), style.skin)
    }
    addTrunk(&mesh, hip: hip, shoulder: shoulder, 1.72, style)
    addHead(&mesh, center: Float3(0.27, 0, 1.62), neck: shoulder, 1.72, style)
    return onGround(mesh)
  }

  /// Where knee or elbow lies between two ends, bent towards a direction.
  private static func middleJoint(
    _ start: Float3, _ end: Float3, upper: Float, lower: Float, towards: Float3
  ) -> Float3 {
    let axis = end - start
    let length = min(axis.length, (upper + lower) * 0.999)
    let along = (upper * upper - lower * lower + length * length) / (2 * length)
    let unit = axis / axis.length
    let aside = (towards - unit * towards.dot(unit)).normalized
    return start + unit * along + aside * max(0, upper * upper - along * along).squareRoot()
  }

  static func bicycle(frame: Int32, tyre: Int32) -> SurfaceMesh {
    var mesh = SurfaceMesh()
    for x: Float in [-0.52, 0.54] {
      addRing(&mesh, center: Float3(x, 0, 0.34), outer: 0.34, inner: 0.295, material: tyre)
      for spoke in 0..<4 {
        let angle = Float(spoke) * .pi / 4
        let reach = Float3(cos(angle), 0, sin(angle)) * 0.3
        mesh.addTube(
          from: Float3(x, 0, 0.34) - reach, to: Float3(x, 0, 0.34) + reach, radii: (0.005, 0.005),
          sides: 3, material: tyre, capped: false)
      }
    }
    let joints: [(Float3, Float3)] = [
      (Float3(-0.03, 0, 0.3), Float3(-0.2, 0, 0.9)), (Float3(-0.03, 0, 0.3), Float3(0.38, 0, 0.78)),
      (Float3(-0.17, 0, 0.8), Float3(0.36, 0, 0.82)),
      (Float3(-0.03, 0, 0.3), Float3(-0.52, 0, 0.34)),
      (Float3(-0.17, 0, 0.78), Float3(-0.52, 0, 0.34)),
      (Float3(0.34, 0, 1.02), Float3(0.54, 0, 0.34)),
      (Float3(0.38, -0.26, 1.02), Float3(0.38, 0.26, 1.02)),
    ]
    for (start, end) in joints {
      mesh.addTube(from: start, to: end, radii: (0.02, 0.02), sides: 6, material: frame)
    }
    mesh.addEllipsoid(
      center: Float3(-0.2, 0, 0.92), radii: Float3(0.14, 0.08, 0.04), sides: 8, rings: 4,
      material: tyre)
    return mesh
  }

  private static func addRing(
    _ mesh: inout SurfaceMesh, center: Float3, outer: Float, inner: Float, material: Int32
  ) {
    let sides = 18
    func place(_ step: Int, _ radius: Float, _ y: Float) -> Float3 {
      let angle = 2 * Float.pi * Float(step) / Float(sides)
      return center + Float3(cos(angle) * radius, y, sin(angle) * radius)
    }
    for step in 0..<sides {
      for y: Float in [-0.018, 0.018] {
        mesh.addQuad(
          place(step, inner, y), place(step, outer, y), place(step + 1, outer, y),
          place(step + 1, inner, y), material: material)
      }
      mesh.addQuad(
        place(step, outer, -0.018), place(step, outer, 0.018), place(step + 1, outer, 0.018),
        place(step + 1, outer, -0.018), material: material)
    }
  }
}
