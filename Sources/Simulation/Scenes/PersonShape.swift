import Foundation

/// Materials of one person.
struct PersonStyle: Sendable {
  var skin: Int32
  var hair: Int32
  var top: Int32
  var trousers: Int32
  var shoes: Int32
}

/// Materials from which people are dressed.
struct PersonMaterials: Sendable {
  private var skins: [Int32]
  private var hairs: [Int32]
  private var tops: [Int32]
  private var trousers: [Int32]
  private var shoes: Int32
  let bicycle: [Int32]
  let tyre: Int32

  init(_ table: inout MaterialTable) {
    func plain(_ r: Float, _ g: Float, _ b: Float, grain: Float = 0.15) -> Int32 {
      table.add(
        Material(
          base: Float3(r, g, b), grain: grain, grainLength: 0.2,
          reflectance: 0.25 + 0.4 * (r + g + b) / 3))
    }
    skins = [plain(0.6, 0.38, 0.28), plain(0.32, 0.19, 0.12), plain(0.48, 0.3, 0.2)]
    hairs = [plain(0.03, 0.02, 0.015), plain(0.16, 0.09, 0.04), plain(0.4, 0.38, 0.36)]
    tops = [
      plain(0.5, 0.05, 0.05), plain(0.05, 0.14, 0.36), plain(0.62, 0.6, 0.56),
      plain(0.08, 0.24, 0.12), plain(0.55, 0.38, 0.06), plain(0.05, 0.05, 0.06),
    ]
    tops.append(
      table.add(
        Material(
          pattern: .stripes, base: Float3(0.7, 0.7, 0.68), second: Float3(0.06, 0.1, 0.3),
          scale: Float2(0.05, 1))))
    trousers = [
      plain(0.04, 0.06, 0.14), plain(0.03, 0.03, 0.035), plain(0.26, 0.22, 0.16),
      plain(0.12, 0.13, 0.14),
    ]
    shoes = plain(0.05, 0.045, 0.04)
    bicycle = [plain(0.5, 0.04, 0.03), plain(0.03, 0.16, 0.3), plain(0.02, 0.02, 0.02)]
    tyre = plain(0.02, 0.02, 0.02)
  }

  func style<Generator: RandomNumberGenerator>(_ generator: inout Generator) -> PersonStyle {
    func pick(_ choices: [Int32]) -> Int32 {
      choices[Int(generator.next() >> 33) % choices.count]
    }
    return PersonStyle(
      skin: pick(skins), hair: pick(hairs), top: pick(tops), trousers: pick(trousers),
      shoes: shoes)
  }
}

/// A walking person and a person on a bicycle, both looking towards +x, feet or tyres on the ground.
enum PersonShape {
  /// A person in mid-stride.
  ///
  /// - Parameters:
  ///   - height: Standing height, metres.
  ///   - phase: Place within the gait, radians; legs swing with its sine.
  ///   - stride: Swing of a leg, radians; 0 stands.
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

  /// A person on a bicycle.
  ///
  /// - Parameter phase: Angle of the pedals, radians.
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

  private static func bicycle(frame: Int32, tyre: Int32) -> SurfaceMesh {
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
      (Float3(-0.17, 0, 0.8), Float3(0.36, 0, 0.82)), (Float3(-0.03, 0, 0.3), Float3(-0.52, 0, 0.34)),
      (Float3(-0.17, 0, 0.78), Float3(-0.52, 0, 0.34)), (Float3(0.34, 0, 1.02), Float3(0.54, 0, 0.34)),
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

  private static func addLimb(
    _ mesh: inout SurfaceMesh, _ start: Float3, _ end: Float3, _ radii: (Float, Float),
    _ material: Int32
  ) {
    mesh.addTube(from: start, to: end, radii: radii, sides: 7, material: material, capped: false)
    mesh.addEllipsoid(
      center: start, radii: Float3(repeating: radii.0), sides: 6, rings: 3, material: material)
    mesh.addEllipsoid(
      center: end, radii: Float3(repeating: radii.1), sides: 6, rings: 3, material: material)
  }

  private static func addTrunk(
    _ mesh: inout SurfaceMesh, hip: Float3, shoulder: Float3, _ h: Float, _ style: PersonStyle
  ) {
    mesh.addEllipsoid(
      center: hip + Float3(0, 0, 0.012 * h), radii: Float3(0.07 * h, 0.098 * h, 0.07 * h),
      sides: 12, material: style.trousers)
    // Balls along the spine: wide across, flat front to back.
    for step in 0...4 {
      let share = Float(step) / 4
      let wide = (0.088 + 0.034 * share - 0.02 * max(0, share - 0.8) * 5) * h
      mesh.addEllipsoid(
        center: (hip + Float3(0, 0, 0.05 * h)).mixed(with: shoulder - Float3(0, 0, 0.03 * h), by: share),
        radii: Float3(0.068 * h, wide, 0.068 * h), sides: 10, rings: 5, material: style.top)
    }
  }

  private static func addHead(
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
  private static func onGround(_ mesh: SurfaceMesh) -> SurfaceMesh {
    guard let bounds = mesh.bounds else { return mesh }
    var moved = SurfaceMesh()
    moved.append(mesh, at: Placement(position: Float3(0, 0, -bounds.low.z)))
    return moved
  }
}
