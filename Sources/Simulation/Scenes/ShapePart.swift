/// A part of a shape by its global name: class, dot, part.
enum ShapePart: String, CaseIterable, Sendable {
  case bedFrame = "bed.frame"
  case bedMattress = "bed.mattress"
  case bedHeadboard = "bed.headboard"
  case bedPillow = "bed.pillow"
  case tableTop = "table.top"
  case tableLeg = "table.leg"
  case sofaSeat = "sofa.seat"
  case sofaBack = "sofa.back"
  case sofaArm = "sofa.arm"
  case sofaLeg = "sofa.leg"
  case chairSeat = "chair.seat"
  case chairBack = "chair.back"
  case chairLeg = "chair.leg"
  case chairArm = "chair.arm"
  case toiletBowl = "toilet.bowl"
  case toiletSeat = "toilet.seat"
  case toiletTank = "toilet.tank"
  case deskTop = "desk.top"
  case deskLeg = "desk.leg"
  case deskDrawer = "desk.drawer"
  case dresserBody = "dresser.body"
  case dresserDrawer = "dresser.drawer"
  case dresserLeg = "dresser.leg"
  case nightStandBody = "night_stand.body"
  case nightStandDrawer = "night_stand.drawer"
  case nightStandLeg = "night_stand.leg"
  case bookshelfFrame = "bookshelf.frame"
  case bookshelfBoard = "bookshelf.board"
  case bookshelfBook = "bookshelf.book"
  case bathtubOutside = "bathtub.outside"
  case bathtubRim = "bathtub.rim"
  case bathtubBasin = "bathtub.basin"
  case carBody = "car.body"
  case carWheel = "car.wheel"
  case carWindow = "car.window"
  case vanBody = "van.body"
  case vanWheel = "van.wheel"
  case vanWindow = "van.window"
  case pedestrianHead = "pedestrian.head"
  case pedestrianBody = "pedestrian.body"
  case pedestrianLegs = "pedestrian.legs"
  case cyclistRider = "cyclist.rider"
  case cyclistBicycle = "cyclist.bicycle"
  case treeTrunk = "tree.trunk"
  case treeCrown = "tree.crown"
  case plantPot = "plant.pot"
  case plantLeaf = "plant.leaf"
  case lampBase = "lamp.base"
  case lampPole = "lamp.pole"
  case lampShade = "lamp.shade"
  case boxBody = "box.body"
  case monitorScreen = "monitor.screen"
  case monitorStand = "monitor.stand"
  case doorLeaf = "door.leaf"
  case doorFrame = "door.frame"
  case doorHandle = "door.handle"

  /// Its number: the place among all.
  var index: Int32 { Self.indices[self] ?? -1 }

  private static let indices = Dictionary(
    uniqueKeysWithValues: allCases.enumerated().map { ($1, Int32($0)) })
}

extension SurfaceMesh {
  /// Triangles that follow belong to a part.
  mutating func begin(_ part: ShapePart) {
    partStarts.append((triangles.count, part.index))
  }

  /// The part of each triangle, -1 for none.
  var parts: [Int32] {
    var parts = [Int32](repeating: -1, count: triangles.count)
    for (place, piece) in partStarts.enumerated() {
      let end = place + 1 < partStarts.count ? partStarts[place + 1].start : triangles.count
      for index in piece.start..<end { parts[index] = piece.part }
    }
    return parts
  }

  /// Takes over the parts of a mesh about to be appended; what is added after it belongs to the part from before.
  mutating func appendParts(of mesh: SurfaceMesh) {
    guard !mesh.partStarts.isEmpty else { return }
    let before = partStarts.last?.part ?? -1
    partStarts += mesh.partStarts.map { (triangles.count + $0.start, $0.part) }
    partStarts.append((triangles.count + mesh.triangles.count, before))
  }

  /// The mesh with the part of each triangle decided anew.
  func divided(_ part: (Triangle) -> ShapePart) -> SurfaceMesh {
    var mesh = self
    mesh.partStarts = []
    for (index, triangle) in triangles.enumerated() {
      let number = part(triangle).index
      if mesh.partStarts.last?.part != number { mesh.partStarts.append((index, number)) }
    }
    return mesh
  }
}
