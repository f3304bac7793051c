import Foundation
import Geometry
import Tensors

/// A furnished room that differs from seed to seed in everything: size, walls, furniture, clutter, light and viewpoint.
///
/// World frame: origin in the middle of the floor, x along the room's length, y to the left, z up.
struct RandomRoomWorld: SceneWorld {
  let materials: [Material]
  let lighting: Lighting
  let viewpoint: RoomViewpoint
  let purpose: RoomPurpose
  /// The pieces of furniture, as they stand.
  let pieces: [PlacedPiece]
  private let background: SurfaceMesh

  init(_ contents: RoomsContents, seed: UInt64) {
    var generator = SeededGenerator(seed: seed, stream: 1)
    var table = MaterialTable()
    let palette = FurniturePalette(&table)
    purpose = Self.purpose(contents, &generator)
    let (low, high) = purpose.halfExtents
    let half = Float2(generator.within(low, high), generator.within(low, high))
    let height = generator.within(2.35, 3)
    let shell = RoomShell(palette: palette, half: half, height: height, &table, &generator)
    var floor = RoomFloor(half: Vector2(Double(half.x), Double(half.y)))
    var mesh = shell.mesh(&floor, &generator)
    let layout = RoomLayout(
      purpose, maker: FurnitureMaker(palette: palette), contents: contents, floor: floor,
      &generator)
    mesh.append(layout.clutter, at: .identity)
    mesh.partStarts = []
    (background, pieces) = (mesh, layout.pieces)
    viewpoint = RoomViewpoint(pieces: pieces, floor: layout.floor, &generator)
    materials = table.materials
    lighting = Self.lighting(half, height, seed: seed, &generator)
  }

  private static func purpose(_ contents: RoomsContents, _ generator: inout SeededGenerator)
    -> RoomPurpose
  {
    if generator.chance(contents.mixed) { return .mixed }
    let purposes = RoomPurpose.allCases.filter { $0 != .mixed }
    return purposes[generator.pick(weights: purposes.map(\.weight))]
  }

  private static func lighting(
    _ half: Float2, _ height: Float, seed: UInt64, _ generator: inout SeededGenerator
  ) -> Lighting {
    let azimuth = generator.within(0, 2 * .pi)
    let rise = generator.within(0.4, 1)
    let warmth = generator.within(0.75, 1)
    let lamp = generator.within(0.6, 1.4)
    return Lighting(
      sunDirection: Float3(cos(azimuth), sin(azimuth), rise).normalized,
      sunColor: Float3(5, 4.6, 3.9) * generator.within(0.1, 1),
      skyLight: Float3(0.42, 0.41, 0.4) * generator.within(0.7, 1.2),
      groundLight: Float3(0.36, 0.33, 0.29) * generator.within(0.7, 1.2),
      lampPosition: Float3(
        generator.within(-0.3, 0.3), generator.within(-0.3, 0.3), height - 0.85),
      lampColor: Float3(2.5, 2.4 * (0.5 + 0.5 * warmth), 2.3 * warmth) * lamp,
      zenith: Float3(0.4, 0.62, 1.0), horizon: Float3(0.85, 0.93, 1.0), hazeDistance: 1e6,
      exposure: generator.within(1.4, 2),
      room: (Float3(-half.x, -half.y, 0), Float3(half.x, half.y, height)),
      seed: UInt32(truncatingIfNeeded: seed &* 31 &+ 7))
  }

  func vehiclePose(at seconds: Double) -> Pose { viewpoint.pose(at: seconds) }

  func section(at seconds: Double) -> Int { 0 }

  func stillContent(section: Int) -> SceneContent {
    var content = SceneContent()
    content.mesh = background
    for piece in pieces { content.add(piece.kind.rawValue, piece.mesh, at: piece.pose) }
    return content
  }

  func movingContent(at seconds: Double, firstObject: Int) -> SceneContent { SceneContent() }

  /// Cameras are held at the viewpoint's height, looking down by its angle, whatever the scene says.
  func mounted(_ sensor: SimulatedSensor) -> SimulatedSensor {
    switch sensor {
    case .depthCamera(var camera):
      camera.position = [camera.position[0], camera.position[1], viewpoint.height]
      camera.downDegrees = viewpoint.downDegrees
      return .depthCamera(camera)
    default: return sensor
    }
  }
}
