import Foundation
import Geometry
import Tensors

/// A furnished room with a window, a lamp and a camera that goes round in its middle.
///
/// World frame: origin in the middle of the floor, x along the room's length, y to the left, z up.
struct RoomWorld: SceneWorld {
  let materials: [Material]
  let lighting: Lighting
  private let contents: RoomContents
  private let palette: RoomPalette
  private let seed: UInt64
  static let height: Float = 2.7
  /// The camera goes round within this half length and half width; furniture keeps out.
  private static let path = Vector2(0.85, 0.6)

  init(_ contents: RoomContents, seed: UInt64) {
    self.contents = contents
    self.seed = seed
    var table = MaterialTable()
    palette = RoomPalette(&table)
    materials = table.materials
    let half = Float3(Float(contents.length) / 2, Float(contents.width) / 2, 0)
    lighting = Lighting(
      sunDirection: Float3(0.3, 0.72, 0.62).normalized, sunColor: Float3(5, 4.6, 3.9),
      skyLight: Float3(0.4, 0.4, 0.41), groundLight: Float3(0.36, 0.33, 0.29),
      lampPosition: Float3(0.25, 0.1, Self.height - 0.55), lampColor: Float3(2.5, 2.3, 1.95),
      zenith: Float3(0.4, 0.62, 1.0), horizon: Float3(0.85, 0.93, 1.0), hazeDistance: 1e6,
      exposure: 1.75,
      room: (Float3(-half.x, -half.y, 0), Float3(half.x, half.y, Self.height)))
  }

  func vehiclePose(at seconds: Double) -> Pose {
    let angle = 2 * .pi * (seconds / contents.round).truncatingRemainder(dividingBy: 1)
    // It looks across the middle to the far side.
    return Pose(
      x: Self.path.x * cos(angle), y: Self.path.y * sin(angle),
      yaw: angle + .pi + 0.25 * sin(2 * angle))
  }

  func section(at seconds: Double) -> Int { 0 }

  func movingContent(at seconds: Double, firstObject: Int) -> SceneContent { SceneContent() }

  func stillContent(section: Int) -> SceneContent {
    var content = SceneContent()
    addShell(&content.mesh)
    var generator = SeededGenerator(seed: seed, stream: 1)
    var plan = FloorPlan(
      half: Vector2(contents.length / 2, contents.width / 2), free: Self.path + 0.35)
    let shape = FurnitureShape(palette: palette)
    for _ in 0..<contents.sofas {
      place(&content, "sofa", shape.sofa(), .wall, &plan, &generator)
    }
    for _ in 0..<contents.tables {
      addTableGroup(&content, shape, &plan, &generator)
    }
    for _ in 0..<contents.bookshelves {
      place(&content, "bookshelf", shape.bookshelf(&generator), .wall, &plan, &generator)
    }
    for _ in 0..<contents.dressers {
      place(&content, "dresser", shape.dresser(), .wall, &plan, &generator)
    }
    for _ in 0..<contents.plants {
      place(&content, "plant", shape.plant(&generator), .wall, &plan, &generator)
    }
    for _ in 0..<contents.boxes {
      let size = Float3(
        0.35 + 0.25 * Float(generator.uniform()), 0.3 + 0.25 * Float(generator.uniform()),
        0.25 + 0.3 * Float(generator.uniform()))
      place(&content, "box", shape.box(size: size), .anywhere, &plan, &generator)
    }
    return content
  }

  private func place(
    _ content: inout SceneContent, _ label: String, _ mesh: SurfaceMesh, _ where: FloorPlan.Spot,
    _ plan: inout FloorPlan, _ generator: inout SeededGenerator
  ) {
    guard let bounds = mesh.bounds,
      let pose = plan.findPlace(
        size: Vector2(
          Double(bounds.high.x - bounds.low.x), Double(bounds.high.y - bounds.low.y)),
        `where`, &generator)
    else { return }
    content.add(label, mesh, at: pose)
  }

  /// A table with chairs around it, placed as one.
  private func addTableGroup(
    _ content: inout SceneContent, _ shape: FurnitureShape, _ plan: inout FloorPlan,
    _ generator: inout SeededGenerator
  ) {
    let size = Float3(0.85, 1.4, 0.74)
    guard let pose = plan.findPlace(size: Vector2(1.9, 1.5), .anywhere, &generator) else { return }
    content.add("table", shape.table(size: size), at: pose)
    for chair in 0..<contents.chairs {
      let side = chair % 2 == 0 ? 1.0 : -1.0
      let y = (chair / 2 == 0 ? -0.34 : 0.34) + 0.08 * (generator.uniform() - 0.5)
      let x = side * (0.62 + 0.06 * generator.uniform())
      let turn = (side > 0 ? Double.pi : 0) + 0.3 * (generator.uniform() - 0.5)
      content.add("chair", shape.chair(), at: pose * Pose(x: x, y: y, yaw: turn))
    }
  }

  /// Floor, walls, ceiling, window, pictures, rug, lamp.
  private func addShell(_ mesh: inout SurfaceMesh) {
    let (x, y, z) = (Float(contents.length) / 2, Float(contents.width) / 2, Self.height)
    mesh.addQuad(
      Float3(-x, -y, 0), Float3(x, -y, 0), Float3(x, y, 0), Float3(-x, y, 0),
      material: palette.floor)
    mesh.addQuad(
      Float3(-x, y, z), Float3(x, y, z), Float3(x, -y, z), Float3(-x, -y, z),
      material: palette.ceiling)
    for end: Float in [-1, 1] {
      mesh.addQuad(
        Float3(end * x, end * y, 0), Float3(end * x, -end * y, 0), Float3(end * x, -end * y, z),
        Float3(end * x, end * y, z), material: end < 0 ? palette.walls[1] : palette.walls[0])
      mesh.addBox(
        center: Float3(end * (x - 0.008), 0, 0.05), size: Float3(0.016, 2 * y, 0.1),
        material: palette.skirting)
      mesh.addBox(
        center: Float3(0, end * (y - 0.008), 0.05), size: Float3(2 * x, 0.016, 0.1),
        material: palette.skirting)
    }
    mesh.addQuad(
      Float3(x, -y, 0), Float3(-x, -y, 0), Float3(-x, -y, z), Float3(x, -y, z),
      material: palette.walls[0])
    addWindowWall(&mesh, x, y, z)
    addPictures(&mesh, x, y)
    mesh.addBox(
      center: Float3(0.1, 0, 0.006), size: Float3(2.1, 1.5, 0.012), material: palette.rug)
    mesh.addTube(
      from: Float3(0.25, 0.1, z), to: Float3(0.25, 0.1, z - 0.3), radii: (0.012, 0.012), sides: 6,
      material: palette.metal, capped: false)
    mesh.addTube(
      from: Float3(0.25, 0.1, z - 0.3), to: Float3(0.25, 0.1, z - 0.48), radii: (0.08, 0.24),
      sides: 20, material: palette.lamp, capped: false)
  }

  private func addWindowWall(_ mesh: inout SurfaceMesh, _ x: Float, _ y: Float, _ z: Float) {
    let (left, right, low, high): (Float, Float, Float, Float) = (-1.0, 1.2, 0.9, 2.2)
    func part(_ x0: Float, _ x1: Float, _ z0: Float, _ z1: Float) {
      mesh.addQuad(
        Float3(x0, y, z0), Float3(x1, y, z0), Float3(x1, y, z1), Float3(x0, y, z1),
        material: palette.walls[0], surfaceOrigin: Float2(x0 + 50, z0))
    }
    part(-x, left, 0, z)
    part(right, x, 0, z)
    part(left, right, 0, low)
    part(left, right, high, z)
    func bar(_ x0: Float, _ x1: Float, _ z0: Float, _ z1: Float, deep: Float) {
      mesh.addBox(
        center: Float3((x0 + x1) / 2, y + deep / 2 - 0.04, (z0 + z1) / 2),
        size: Float3(x1 - x0, deep, z1 - z0), material: palette.frame)
    }
    bar(left - 0.05, right + 0.05, low - 0.06, low, deep: 0.2)
    bar(left - 0.05, right + 0.05, high, high + 0.06, deep: 0.2)
    for edge in [left - 0.05, (left + right) / 2 - 0.025, right] {
      bar(edge, edge + 0.05, low, high, deep: 0.12)
    }
    bar(left, right, (low + high) / 2 + 0.18, (low + high) / 2 + 0.22, deep: 0.08)
  }

  private func addPictures(_ mesh: inout SurfaceMesh, _ x: Float, _ y: Float) {
    func picture(_ center: Float3, _ size: Float3, _ number: Int) {
      let isOnEnd = size.x < size.y
      mesh.addBox(center: center, size: size, material: palette.walnut)
      let inset = isOnEnd ? Float3(0.006, -0.08, -0.08) : Float3(-0.08, 0.006, -0.08)
      mesh.addBox(
        center: center, size: size + inset, material: palette.paintings[number])
    }
    picture(Float3(-x + 0.02, 0.4, 1.65), Float3(0.04, 1.2, 0.8), 0)
    picture(Float3(x - 0.02, -0.9, 1.7), Float3(0.04, 0.7, 0.9), 1)
    picture(Float3(x - 0.02, 0.8, 1.6), Float3(0.04, 0.9, 0.65), 2)
    picture(Float3(-0.6, -y + 0.02, 1.75), Float3(1.1, 0.04, 0.7), 2)
    picture(Float3(1.4, -y + 0.02, 1.7), Float3(0.6, 0.04, 0.8), 0)
  }
}
