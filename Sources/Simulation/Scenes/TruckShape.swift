import Tensors

/// The measures of a lorry: a cab and what it carries.
struct TruckShape: Sendable {
  enum Load: Sendable {
    case box
    case flat
    case tank
    case tipper
  }
  var length: Float
  var width: Float
  var height: Float
  var cabLength: Float
  var cabHeight: Float
  var load: Load
  var wheelRadius: Float

  /// A lorry of random build.
  ///
  /// - Note: Mean size as in KITTI's training labels: 10.1 x 2.59 x 3.25 m.
  static func random(_ generator: inout SeededGenerator) -> TruckShape {
    let length = generator.normal(8.8, 2.6, in: 5.6...16.5)
    let height = generator.normal(3.2, 0.35, in: 2.5...4)
    let load: Load = generator.choice(
      [(.box, 0.6), (.flat, 0.12), (.tank, 0.1), (.tipper, 0.18)], otherwise: .box)
    let cab = load == .box ? generator.between(0.72, 0.97) : 1
    return TruckShape(
      length: Float(length), width: Float(generator.normal(2.5, 0.14, in: 2.1...2.75)),
      height: Float(height), cabLength: Float(generator.between(1.6, 2.3)),
      cabHeight: Float(height * cab), load: load,
      wheelRadius: Float(generator.between(0.38, 0.52)))
  }

  /// The lorry's box: without its mirrors.
  var box: (low: Float3, high: Float3) {
    (Float3(-length / 2, -width / 2, 0), Float3(length / 2, width / 2, height))
  }

  /// The lorry's triangles: origin on the ground below its middle, front towards +x.
  func mesh(paint: Int32, body: Int32, _ materials: CarMaterials) -> SurfaceMesh {
    var mesh = SurfaceMesh()
    let (front, rear) = (length / 2, -length / 2)
    let floor = wheelRadius * 2 + 0.15
    let cabRear = front - cabLength
    // Chassis.
    mesh.addBox(
      center: Float3((rear + front) / 2, 0, floor - 0.2),
      size: Float3(length - 0.3, width * 0.42, 0.26), material: materials.dark)
    // Cab with a leaning windscreen.
    let belt = 0.35 + (cabHeight - 0.35) * 0.52
    mesh.addBox(
      center: Float3(front - cabLength / 2, 0, (0.35 + belt) / 2),
      size: Float3(cabLength, width, belt - 0.35), material: paint)
    mesh.addFrustum(
      bottom: (Float3(cabRear, -width / 2, belt), Float2(cabLength, width)),
      top: (
        Float3(cabRear, -width / 2 + 0.08, cabHeight), Float2(cabLength - 0.28, width - 0.16)
      ), material: paint)
    let rise = cabHeight - belt
    func pane(_ share: Float, _ y: Float) -> Float3 {
      Float3(front - 0.28 * share + 0.012, y * (width - 0.16 * share), belt + rise * share)
    }
    mesh.addQuad(
      pane(0.08, -0.45), pane(0.08, 0.45), pane(0.78, 0.45), pane(0.78, -0.45),
      material: materials.glass)
    for side: Float in [-1, 1] {
      func window(_ x: Float, _ share: Float) -> Float3 {
        Float3(x, side * (width / 2 - 0.08 * share + 0.012), belt + rise * share)
      }
      mesh.addQuad(
        window(cabRear + cabLength * 0.3, 0.08), window(front - 0.2, 0.08),
        window(front - 0.4, 0.7), window(cabRear + cabLength * 0.3, 0.7),
        material: materials.glass)
      mesh.addBox(
        center: Float3(front - 0.04, side * (width / 2 - 0.3), 0.75),
        size: Float3(0.08, 0.36, 0.18), material: materials.headlight)
      mesh.addBox(
        center: Float3(rear + 0.06, side * (width / 2 - 0.2), floor - 0.15),
        size: Float3(0.1, 0.34, 0.16), material: materials.tailLight)
      mesh.addBox(
        center: Float3((rear + cabRear) / 2, side * (width / 2 - 0.08), floor - 0.35),
        size: Float3((cabRear - rear) * 0.5, 0.06, 0.3), material: materials.dark)
    }
    addLoad(&mesh, rear: rear, front: cabRear - 0.15, floor: floor, body: body)
    addWheels(&mesh, front: front, rear: rear, materials)
    return mesh
  }

  private func addLoad(
    _ mesh: inout SurfaceMesh, rear: Float, front: Float, floor: Float, body: Int32
  ) {
    let (middle, span) = ((rear + front) / 2, front - rear)
    func box(_ low: Float, _ high: Float) {
      mesh.addBox(
        center: Float3(middle, 0, (low + high) / 2), size: Float3(span, width, high - low),
        material: body)
    }
    switch load {
    case .box: box(floor, height)
    case .flat:
      box(floor, floor + 0.18)
      mesh.addBox(
        center: Float3(front - 0.05, 0, floor + 0.5), size: Float3(0.1, width, 0.8),
        material: body)
    case .tipper:
      let top = floor + (height - floor) * 0.55
      mesh.addFrustum(
        bottom: (Float3(rear + 0.2, -width / 2 + 0.1, floor), Float2(span - 0.2, width - 0.2)),
        top: (Float3(rear, -width / 2, top), Float2(span, width)), material: body)
    case .tank:
      let radius = min(width / 2 - 0.02, (height - floor) / 2)
      mesh.addTube(
        from: Float3(rear + 0.1, 0, floor + radius), to: Float3(front, 0, floor + radius),
        radii: (radius, radius), sides: 18, material: body)
    }
  }

  private func addWheels(
    _ mesh: inout SurfaceMesh, front: Float, rear: Float, _ materials: CarMaterials
  ) {
    var axles = [front - 1.25, rear + 1.6]
    if length > 8 { axles.append(rear + 2.8) }
    if length > 12 { axles.append(front - 4) }
    for x in axles {
      for side: Float in [-1, 1] {
        let outside = side * (width / 2 - 0.02)
        mesh.addTube(
          from: Float3(x, outside - side * 0.4, wheelRadius),
          to: Float3(x, outside, wheelRadius), radii: (wheelRadius, wheelRadius), sides: 14,
          material: materials.tyre)
        mesh.addTube(
          from: Float3(x, outside - side * 0.1, wheelRadius),
          to: Float3(x, outside + side * 0.01, wheelRadius),
          radii: (wheelRadius * 0.55, wheelRadius * 0.55), sides: 10, material: materials.rim)
      }
    }
  }
}
