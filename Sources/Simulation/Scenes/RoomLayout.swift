import Foundation
import Geometry
import Tensors

/// What a room is for; it decides what stands there.
enum RoomPurpose: CaseIterable, Sendable {
  case bedroom, living, dining, office, bathroom, classroom, mixed

  /// How often such a room occurs, when nothing else is asked for.
  var weight: Double {
    switch self {
    case .bedroom: 1.5
    case .bathroom: 1.4
    case .dining, .classroom: 0.7
    default: 1
    }
  }

  /// Half extents from and to, metres.
  var halfExtents: (low: Float, high: Float) {
    switch self {
    case .bathroom: (1.25, 1.9)
    case .bedroom: (1.7, 2.6)
    case .classroom: (2.2, 3.6)
    default: (1.8, 3.3)
    }
  }
}

/// A piece of furniture in its place.
struct PlacedPiece: Sendable {
  var kind: FurnitureClass
  var mesh: SurfaceMesh
  var pose: Pose
  /// Length, width, height.
  var size: Float3

  var footprint: FloorRectangle {
    FloorRectangle(pose, size: Vector2(Double(size.x), Double(size.y)))
  }
}

/// Furnishes a room: pieces and clutter in free places.
struct RoomLayout {
  let maker: FurnitureMaker
  let contents: RoomsContents
  let style: FurnitureStyle
  var floor: RoomFloor
  private(set) var pieces: [PlacedPiece] = []
  /// Things without a class, in the room's frame.
  private(set) var clutter = SurfaceMesh()

  init(
    _ purpose: RoomPurpose, maker: FurnitureMaker, contents: RoomsContents, floor: RoomFloor,
    _ generator: inout SeededGenerator
  ) {
    (self.maker, self.contents, self.floor) = (maker, contents, floor)
    style = maker.style(&generator)
    furnish(purpose, &generator)
    addFloorClutter(purpose, &generator)
    addThingsOnTop(&generator)
  }

  /// A number of pieces about a mean, by how full the room shall be.
  func count(_ mean: Double, _ generator: inout SeededGenerator) -> Int {
    let wanted = mean * contents.furniture * (0.6 + 0.8 * generator.uniform())
    return Int(wanted) + (generator.chance(wanted - wanted.rounded(.down)) ? 1 : 0)
  }

  /// Materials of a piece: mostly those of the room.
  func ownStyle(_ generator: inout SeededGenerator) -> FurnitureStyle {
    var own = maker.style(&generator)
    if generator.chance(0.6) {
      (own.wood, own.cloth, own.clothLight) = (style.wood, style.cloth, style.clothLight)
    }
    return own
  }

  func make(_ kind: FurnitureClass, _ generator: inout SeededGenerator) -> (SurfaceMesh, Float3) {
    let mesh = maker.piece(kind, ownStyle(&generator), &generator)
    guard let (low, high) = mesh.bounds else { return (mesh, Float3(0, 0, 0)) }
    return (mesh, high - low)
  }

  // MARK: - Places

  /// Puts a piece where it is wanted when that place is free; whether it was.
  @discardableResult
  mutating func put(
    _ kind: FurnitureClass, _ mesh: SurfaceMesh, _ size: Float3, at pose: Pose, gap: Double = 0.02
  ) -> Bool {
    let piece = PlacedPiece(kind: kind, mesh: mesh, pose: pose, size: size)
    guard floor.isFree(piece.footprint, gap: gap) else { return false }
    floor.take(piece.footprint)
    pieces.append(piece)
    return true
  }

  /// Puts a piece that may reach under another, such as a chair at its table, when its place is free but for that.
  @discardableResult
  mutating func tuck(
    _ kind: FurnitureClass, _ mesh: SurfaceMesh, _ size: Float3, at pose: Pose,
    under host: FloorRectangle, by depth: Double
  ) -> Bool {
    let piece = PlacedPiece(kind: kind, mesh: mesh, pose: pose, size: size)
    let whole = piece.footprint
    // What reaches under the host counts as free.
    let forward = pose.rotation.rotate(Vector3(1, 0, 0))
    var free = whole
    free.half.x -= max(0, depth) / 2
    free.center -= Vector2(forward.x, forward.y) * (max(0, depth) / 2)
    var others = RoomFloor(half: floor.half)
    for taken in floor.taken where taken.center != host.center { others.take(taken) }
    guard floor.isFree(free, gap: -0.03), others.isFree(whole, gap: 0.02) else { return false }
    floor.take(whole)
    pieces.append(piece)
    return true
  }

  /// A random place with the back to a wall.
  func wallPlace(_ size: Float3, _ generator: inout SeededGenerator) -> Pose {
    let quarter = generator.uniform(below: 4)
    let isTurned = quarter % 2 == 1
    let (depth, width) = (Double(size.x) / 2, Double(size.y) / 2)
    let along = max(0, (isTurned ? floor.half.x : floor.half.y) - width - 0.02)
    let gap = 0.02 + (generator.chance(0.3) ? 0.12 * generator.uniform() : 0)
    let out = (isTurned ? floor.half.y : floor.half.x) - depth - gap
    var side = (2 * generator.uniform() - 1) * along
    // Corners are where furniture likes to stand.
    if generator.chance(0.25) { side = side < 0 ? -along : along }
    let turn = generator.chance(0.15) ? 0.12 * (generator.uniform() - 0.5) : 0
    switch quarter {
    case 0: return Pose(x: -out, y: side, yaw: turn)
    case 1: return Pose(x: side, y: -out, yaw: .pi / 2 + turn)
    case 2: return Pose(x: out, y: side, yaw: .pi + turn)
    default: return Pose(x: side, y: out, yaw: -.pi / 2 + turn)
    }
  }

  /// A random place anywhere, at any angle or along the walls.
  func anyPlace(isTurned: Bool, _ generator: inout SeededGenerator) -> Pose {
    let yaw =
      isTurned
      ? 2 * .pi * generator.uniform() : Double(generator.uniform(below: 4)) * .pi / 2
    return Pose(
      x: (2 * generator.uniform() - 1) * floor.half.x,
      y: (2 * generator.uniform() - 1) * floor.half.y, yaw: yaw)
  }

  /// Puts a piece at a wall, with free floor before it; its place, or nil when forty tries find none.
  @discardableResult
  mutating func putAtWall(
    _ kind: FurnitureClass, free: Double = 0.15, _ generator: inout SeededGenerator
  ) -> PlacedPiece? {
    let (mesh, size) = make(kind, &generator)
    return putAtWall(kind, mesh, size, free: free, &generator)
  }

  mutating func putAtWall(
    _ kind: FurnitureClass, _ mesh: SurfaceMesh, _ size: Float3, free: Double,
    _ generator: inout SeededGenerator
  ) -> PlacedPiece? {
    for _ in 0..<40 {
      let pose = wallPlace(size, &generator)
      var before = FloorRectangle(pose, size: Vector2(Double(size.x) + free, Double(size.y)))
      let forward = pose.rotation.rotate(Vector3(1, 0, 0))
      before.center += Vector2(forward.x, forward.y) * (free / 2)
      if floor.isFree(before, gap: 0.02), put(kind, mesh, size, at: pose) { return pieces.last }
    }
    return nil
  }

  @discardableResult
  mutating func putAnywhere(
    _ kind: FurnitureClass, isTurned: Bool, gap: Double = 0.1, _ generator: inout SeededGenerator
  ) -> PlacedPiece? {
    let (mesh, size) = make(kind, &generator)
    for _ in 0..<40
    where put(kind, mesh, size, at: anyPlace(isTurned: isTurned, &generator), gap: gap) {
      return pieces.last
    }
    return nil
  }

  // MARK: - Clutter

  /// Puts a thing without a class on the floor, when its place is free.
  @discardableResult
  mutating func putClutter(_ mesh: SurfaceMesh, at pose: Pose) -> Bool {
    guard let (low, high) = mesh.bounds else { return false }
    let size = Vector2(Double(high.x - low.x), Double(high.y - low.y))
    let footprint = FloorRectangle(pose, size: size)
    guard floor.isFree(footprint, gap: 0.02) else { return false }
    floor.take(footprint)
    clutter.append(mesh, at: Placement(pose))
    return true
  }

  mutating func addClutter(_ mesh: SurfaceMesh, at pose: Pose) {
    clutter.append(mesh, at: Placement(pose))
  }
}
