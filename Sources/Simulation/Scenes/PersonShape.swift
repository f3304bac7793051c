import Foundation

/// A walking person and a person on a bicycle, both looking towards +x, feet or tyres on the ground.
enum PersonShape {
  /// A person in mid-stride: legs swing by `stride` radians with the sine of `phase`; a stride of 0 stands.
  static func walker(height: Float, phase: Float, stride: Float, _ style: PersonStyle)
    -> SurfaceMesh
  {
    var mesh = SurfaceMesh()
    let h = height
    let hip = Float3(0, 0, 0.5 * h)
    let shoulder = Float3(0.01 * h, 0, 0.8 * h)
    for side: Float in [-1, 1] {
      let swing = stride * sin(phase + (side > 0 ? 0 : .pi))
      let joint = hip + Float3(0, side * 0.052 * h, 0)
      // The knee bends while the leg comes forward.
      let bend = stride * 0.9 * max(0, cos(phase + (side > 0 ? 0 : .pi))) + 0.05
      let knee = joint + Float3(sin(swing), 0, -cos(swing)) * (0.245 * h)
      let ankle = knee + Float3(sin(swing - bend), 0, -cos(swing - bend)) * (0.225 * h)
      addLimb(&mesh, joint, knee, (0.058 * h, 0.042 * h), style.trousers)
      addLimb(&mesh, knee, ankle, (0.042 * h, 0.03 * h), style.trousers)
      mesh.addEllipsoid(
        center: ankle + Float3(0.035 * h, 0, -0.012 * h),
        radii: Float3(0.075 * h, 0.028 * h, 0.026 * h), sides: 8, rings: 5, material: style.shoes)
      let armSwing = -0.8 * swing
      let top = shoulder + Float3(0, side * 0.118 * h, -0.01 * h)
      let elbow = top + Float3(sin(armSwing), side * 0.12, -cos(armSwing)) * (0.165 * h)
      let hand =
        elbow + Float3(sin(armSwing + 0.3), 0, -cos(armSwing + 0.3)) * (0.15 * h)
      addLimb(&mesh, top, elbow, (0.032 * h, 0.026 * h), style.top)
      addLimb(&mesh, elbow, hand, (0.026 * h, 0.019 * h), style.top)
      mesh.addEllipsoid(
        center: hand, radii: Float3(repeating: 0.024 * h), sides: 6, rings: 4,
        material: style.skin)
    }
    addTrunk(&mesh, hip: hip, shoulder: shoulder, h, style)
    addHead(&mesh, center: Float3(0.015 * h, 0, 0.925 * h), neck: shoulder, h, style)
    return onGround(mesh)
  }

  /// The bounds over the whole gait of a walker of height 1, to be multiplied by the height: the size of its box.
  static func unitWalkerBounds(stride: Float, _ style: PersonStyle) -> (low: Float3, high: Float3) {
    var low = Float3(repeating: .infinity)
    var high = Float3(repeating: -.infinity)
    for step in 0..<16 {
      let shape = walker(height: 1, phase: Float(step) * .pi / 8, stride: stride, style)
      guard let bounds = shape.bounds else { continue }
      low = pointwiseMin(low, bounds.low)
      high = pointwiseMax(high, bounds.high)
    }
    // Between the sampled steps a limb may reach a little farther.
    return (low - Float3(0.005, 0.005, 0), high + Float3(repeating: 0.005))
  }

  static func addLimb(
    _ mesh: inout SurfaceMesh, _ start: Float3, _ end: Float3, _ radii: (Float, Float),
    _ material: Int32
  ) {
    mesh.addTube(from: start, to: end, radii: radii, sides: 7, material: material, capped: false)
    mesh.addEllipsoid(
      center: start, radii: Float3(repeating: radii.0), sides: 6, rings: 3, material: material)
    mesh.addEllipsoid(
      center: end, radii: Float3(repeating: radii.1), sides: 6, rings: 3, material: material)
  }

  static func addTrunk(
    _ mesh: inout SurfaceMesh, hip: Float3, shoulder: Float3, _ h: Float, _ style: PersonStyle
  ) {
    mesh.addEllipsoid(
      center: hip + Float3(0, 0, 0.012 * h), radii: Float3(0.07 * h, 0.098 * h, 0.07 * h),
      sides: 12, material: style.trousers)
    // Hips, waist, chest, shoulders, neck.
    let measures: [(rise: Float, depth: Float, width: Float)] = [
      (-0.02, 0.066, 0.096), (0.2, 0.066, 0.09), (0.5, 0.07, 0.098), (0.78, 0.074, 0.116),
      (0.94, 0.06, 0.122), (1.03, 0.045, 0.085), (1.1, 0.032, 0.036), (1.11, 0.001, 0.001),
    ]
    mesh.addSkin(
      rings: measures.map { ring in
        (hip.mixed(with: shoulder, by: ring.rise), ring.depth * h, ring.width * h)
      }, material: style.top)
  }

  static func addHead(
    _ mesh: inout SurfaceMesh, center: Float3, neck: Float3, _ h: Float, _ style: PersonStyle
  ) {
    mesh.addTube(
      from: neck, to: center, radii: (0.034 * h, 0.03 * h), sides: 8, material: style.skin,
      capped: false)
    mesh.addEllipsoid(
      center: center, radii: Float3(0.056 * h, 0.045 * h, 0.066 * h), sides: 10, rings: 6,
      material: style.skin)
    mesh.addEllipsoid(
      center: center + Float3(-0.012 * h, 0, 0.018 * h),
      radii: Float3(0.056 * h, 0.05 * h, 0.058 * h), sides: 10, rings: 6, material: style.hair)
  }

  /// The mesh moved so that its lowest point touches the ground.
  static func onGround(_ mesh: SurfaceMesh) -> SurfaceMesh {
    guard let bounds = mesh.bounds else { return mesh }
    var moved = SurfaceMesh()
    moved.append(mesh, at: Placement(position: Float3(0, 0, -bounds.low.z)))
    return moved
  }
}
