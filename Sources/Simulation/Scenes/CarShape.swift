/// The measures of a car; its body is an extruded side profile with a glazed cabin on top.
struct CarShape: Sendable {
  var label = "Car"
  var length: Float
  var width: Float
  var height: Float
  /// Height where the windows start.
  var belt: Float
  /// How far windscreen and rear window lean, metres along the car.
  var windscreenLean: Float
  var rearLean: Float
  /// Where the cabin starts behind the front, and ends before the rear, at the belt.
  var bonnet: Float
  var boot: Float
  var wheelRadius: Float = 0.31

  static let shapes = [
    // Hatchback, saloon, estate, sports utility, van.
    CarShape(
      length: 3.9, width: 1.72, height: 1.47, belt: 0.92, windscreenLean: 0.72, rearLean: 0.3,
      bonnet: 0.95, boot: 0.1),
    CarShape(
      length: 4.6, width: 1.8, height: 1.43, belt: 0.9, windscreenLean: 0.78, rearLean: 0.68,
      bonnet: 1.2, boot: 0.62),
    CarShape(
      length: 4.65, width: 1.8, height: 1.48, belt: 0.92, windscreenLean: 0.75, rearLean: 0.35,
      bonnet: 1.15, boot: 0.1),
    CarShape(
      length: 4.4, width: 1.86, height: 1.68, belt: 1.02, windscreenLean: 0.62, rearLean: 0.28,
      bonnet: 1.05, boot: 0.1, wheelRadius: 0.36),
    CarShape(
      label: "Van", length: 5.1, width: 1.98, height: 2.15, belt: 1.2, windscreenLean: 0.62,
      rearLean: 0.06, bonnet: 0.7, boot: 0.06, wheelRadius: 0.34),
  ]
}

/// Materials that cars share.
struct CarMaterials: Sendable {
  var paints: [Int32]
  var glass: Int32
  var tyre: Int32
  var rim: Int32
  var dark: Int32
  var headlight: Int32
  var tailLight: Int32
  var plate: Int32

  init(_ table: inout MaterialTable) {
    let colors: [Float3] = [
      Float3(0.62, 0.63, 0.64), Float3(0.78, 0.78, 0.76), Float3(0.035, 0.036, 0.04),
      Float3(0.14, 0.15, 0.16), Float3(0.42, 0.03, 0.03), Float3(0.03, 0.09, 0.3),
      Float3(0.06, 0.16, 0.1), Float3(0.5, 0.36, 0.06), Float3(0.2, 0.32, 0.45),
    ]
    paints = colors.map {
      table.add(
        Material(
          base: $0, grain: 0.04, gloss: 0.06, reflectance: 0.2 + 0.5 * $0.x, specularity: 0.06))
    }
    glass = table.add(
      Material(
        base: Float3(0.012, 0.015, 0.018), grain: 0.1, gloss: 0.1, reflectance: 0.012,
        specularity: 0.12, transparency: 0.6))
    tyre = table.add(Material(base: Float3(0.018, 0.018, 0.018), reflectance: 0.08))
    rim = table.add(Material(base: Float3(0.35, 0.35, 0.36), grain: 0.4, grainLength: 0.15))
    dark = table.add(Material(base: Float3(0.008, 0.008, 0.009), reflectance: 0.06))
    headlight = table.add(
      Material(base: Float3(0.75, 0.77, 0.8), gloss: 0.1, reflectance: 0.7))
    tailLight = table.add(
      Material(base: Float3(0.45, 0.015, 0.012), gloss: 0.08, reflectance: 0.8))
    plate = table.add(
      Material(
        pattern: .stripes, base: Float3(0.7, 0.7, 0.66), second: Float3(0.1, 0.1, 0.12),
        scale: Float2(0.045, 1), reflectance: 0.9))
  }
}

extension CarShape {
  /// The car's triangles: origin on the ground below its middle, front towards +x.
  func mesh(paint: Int32, _ materials: CarMaterials) -> SurfaceMesh {
    var mesh = SurfaceMesh()
    let half = length / 2
    let body = width - 0.16
    let nose = belt * 0.72
    mesh.addExtrusion(
      profile: [
        Float2(-half + 0.14, 0.2), Float2(half - 0.2, 0.2), Float2(half - 0.02, 0.36),
        Float2(half - 0.04, nose - 0.08), Float2(half - 0.16, nose),
        Float2(half - bonnet, belt), Float2(-half + 0.16, belt), Float2(-half + 0.03, belt - 0.14),
        Float2(-half, 0.42),
      ], width: body, chamfer: 0.07, material: paint)
    addCabin(&mesh, paint: paint, body: body, materials)
    for side: Float in [-1, 1] {
      for axle in [half - 0.78, -half + 0.76] {
        addWheel(&mesh, x: axle, side: side, body: body, materials)
      }
      mesh.addBox(
        center: Float3(half - 0.1, side * (body / 2 - 0.24), nose - 0.07),
        size: Float3(0.17, 0.34, 0.12), material: materials.headlight)
      mesh.addBox(
        center: Float3(-half + 0.06, side * (body / 2 - 0.16), belt - 0.16),
        size: Float3(0.12, 0.22, 0.2), material: materials.tailLight)
      mesh.addBox(
        center: Float3(half - bonnet - 0.25, side * (width / 2 - 0.07), belt + 0.08),
        size: Float3(0.1, 0.14, 0.12), material: paint)
    }
    mesh.addBox(
      center: Float3(half - 0.035, 0, 0.46), size: Float3(0.05, body * 0.62, 0.14),
      material: materials.dark)
    mesh.addBox(
      center: Float3(-half + 0.02, 0, 0.3), size: Float3(0.06, body * 0.8, 0.12),
      material: materials.dark)
    mesh.addBox(
      center: Float3(-half + 0.01, 0, belt - 0.3), size: Float3(0.03, 0.5, 0.11),
      material: materials.plate)
    mesh.addBox(
      center: Float3(half - 0.02, 0, 0.33), size: Float3(0.03, 0.5, 0.11),
      material: materials.plate)
    return mesh
  }

  private func addCabin(
    _ mesh: inout SurfaceMesh, paint: Int32, body: Float, _ materials: CarMaterials
  ) {
    let half = length / 2
    let (rear, front) = (-half + boot + 0.08, half - bonnet + 0.05)
    let (low, high) = (belt - 0.03, height - 0.05)
    let (lowWidth, highWidth) = (body - 0.06, body - 0.34)
    let (topRear, topFront) = (rear + rearLean, front - windscreenLean)
    let isVan = label == "Van"
    mesh.addFrustum(
      bottom: (Float3(rear, -lowWidth / 2, low), Float2(front - rear, lowWidth)),
      top: (Float3(topRear, -highWidth / 2, high), Float2(topFront - topRear, highWidth)),
      material: isVan ? paint : materials.glass, topMaterial: paint)
    mesh.addFrustum(
      bottom: (
        Float3(topRear - 0.06, -highWidth / 2 - 0.02, high - 0.03),
        Float2(topFront - topRear + 0.12, highWidth + 0.04)
      ),
      top: (
        Float3(topRear + 0.08, -highWidth / 2 + 0.1, height),
        Float2(topFront - topRear - 0.16, highWidth - 0.2)
      ), material: paint)
    for side: Float in [-1, 1] {
      func pillar(_ lowX: Float, _ highX: Float, _ radius: Float) {
        mesh.addTube(
          from: Float3(lowX, side * lowWidth / 2, low),
          to: Float3(highX, side * highWidth / 2, high), radii: (radius, radius), sides: 5,
          material: paint, capped: false)
      }
      pillar(front, topFront, 0.035)
      pillar(rear, topRear, 0.06)
      pillar((front + rear) / 2 - 0.05, (topFront + topRear) / 2 + 0.02, 0.035)
    }
    guard isVan else { return }
    addVanWindows(
      &mesh, bottom: (front, lowWidth, low), top: (topFront, highWidth, high), materials)
  }

  /// A van is closed behind the front doors: panes lie a centimetre before the cabin's faces.
  private func addVanWindows(
    _ mesh: inout SurfaceMesh, bottom: (x: Float, width: Float, z: Float),
    top: (x: Float, width: Float, z: Float), _ materials: CarMaterials
  ) {
    func place(_ rise: Float, _ back: Float, _ side: Float) -> Float3 {
      let x = bottom.x + (top.x - bottom.x) * rise - back
      let width = bottom.width + (top.width - bottom.width) * rise
      return Float3(x, side * width / 2, bottom.z + (top.z - bottom.z) * rise)
    }
    let forward = Float3(0.012, 0, 0.006)
    mesh.addQuad(
      place(0.08, 0, -0.9) + forward, place(0.08, 0, 0.9) + forward,
      place(0.8, 0, 0.9) + forward, place(0.8, 0, -0.9) + forward, material: materials.glass)
    for side: Float in [-1, 1] {
      let out = Float3(0, 0.012 * side, 0.004)
      mesh.addQuad(
        place(0.08, 0.12, side) + out, place(0.08, 1.05, side) + out,
        place(0.68, 0.95, side) + out, place(0.68, 0.16, side) + out, material: materials.glass)
    }
  }

  private func addWheel(
    _ mesh: inout SurfaceMesh, x: Float, side: Float, body: Float, _ materials: CarMaterials
  ) {
    let outside = side * body / 2
    func disc(_ from: Float, _ to: Float, _ radius: Float, _ material: Int32, rise: Float = 0) {
      mesh.addTube(
        from: Float3(x, outside + side * from, wheelRadius + rise),
        to: Float3(x, outside + side * to, wheelRadius + rise), radii: (radius, radius), sides: 14,
        material: material)
    }
    disc(-0.1, 0.004, wheelRadius + 0.055, materials.dark, rise: 0.06)
    disc(-0.2, 0.018, wheelRadius, materials.tyre)
    disc(-0.1, 0.026, wheelRadius * 0.62, materials.rim)
    disc(-0.1, 0.03, wheelRadius * 0.16, materials.dark)
  }
}
