import Foundation
import Geometry
import Tensors

extension RoomLayout {
  mutating func furnish(_ purpose: RoomPurpose, _ generator: inout SeededGenerator) {
    switch purpose {
    case .bedroom: furnishBedroom(&generator)
    case .living: furnishLivingRoom(&generator)
    case .dining:
      for _ in 0..<max(1, count(1.2, &generator)) { addDiningGroup(&generator) }
      addAtWalls([(.dresser, 0.9), (.bookshelf, 0.7), (.chair, 0.8), (.sofa, 0.3)], &generator)
    case .office: furnishOffice(&generator)
    case .bathroom: furnishBathroom(&generator)
    case .classroom: furnishClassroom(&generator)
    case .mixed: furnishMixed(&generator)
    }
    // What is unusual for a room occurs now and then.
    if generator.chance(0.25) {
      putAtWall(generator.pick(FurnitureClass.allCases), &generator)
    }
  }

  private mutating func addAtWalls(
    _ wanted: [(FurnitureClass, Double)], _ generator: inout SeededGenerator
  ) {
    for (kind, mean) in wanted {
      for _ in 0..<count(mean, &generator) { putAtWall(kind, free: 0.3, &generator) }
    }
  }

  private mutating func furnishBedroom(_ generator: inout SeededGenerator) {
    for _ in 0..<max(1, count(1.15, &generator)) { addBedGroup(&generator) }
    if generator.chance(0.45) { addDeskGroup(isFree: false, &generator) }
    addAtWalls(
      [(.dresser, 1.1), (.bookshelf, 0.4), (.chair, 0.4), (.nightStand, 0.25), (.sofa, 0.15)],
      &generator)
  }

  private mutating func furnishLivingRoom(_ generator: inout SeededGenerator) {
    for _ in 0..<max(1, count(1.2, &generator)) { addSofaGroup(&generator) }
    if generator.chance(0.3) { addDiningGroup(&generator) }
    addAtWalls(
      [
        (.bookshelf, 0.9), (.dresser, 0.6), (.chair, 0.7), (.sofa, 0.6), (.table, 0.3),
        (.desk, 0.2),
      ],
      &generator)
  }

  private mutating func furnishOffice(_ generator: inout SeededGenerator) {
    for _ in 0..<max(1, count(2.2, &generator)) {
      addDeskGroup(isFree: generator.chance(0.35), &generator)
    }
    if generator.chance(0.35) { addDiningGroup(&generator) }
    addAtWalls([(.bookshelf, 1.4), (.chair, 0.6), (.table, 0.3), (.sofa, 0.2)], &generator)
  }

  private mutating func furnishBathroom(_ generator: inout SeededGenerator) {
    if generator.chance(0.85) { putAtWall(.bathtub, free: 0.2, &generator) }
    if generator.chance(0.92) { putAtWall(.toilet, free: 0.35, &generator) }
    if generator.chance(0.15) { putAtWall(.toilet, free: 0.35, &generator) }
    addAtWalls([(.dresser, 0.3), (.nightStand, 0.2), (.chair, 0.25)], &generator)
  }

  private mutating func furnishClassroom(_ generator: inout SeededGenerator) {
    // Rows of equal tables or desks, all the same way, with equal chairs.
    let kind: FurnitureClass = generator.chance(0.5) ? .table : .desk
    let (mesh, size) =
      kind == .desk
      ? make(.desk, &generator)
      : table(
        Float3(
          generator.within(0.5, 0.75), generator.within(1.0, 1.7), generator.within(0.7, 0.76)),
        &generator)
    let (chair, chairSize) = make(.chair, &generator)
    let step = Vector2(
      Double(size.x + chairSize.x) + 0.35 + 0.3 * generator.uniform(),
      Double(size.y) + 0.3 + 0.5 * generator.uniform())
    let turn = Double(generator.uniform(below: 4)) * .pi / 2
    for row in -2...2 {
      for column in -2...2 where generator.chance(min(1, 0.85 * contents.furniture)) {
        let middle =
          Pose(x: 0, y: 0, yaw: turn)
          * Pose(
            x: Double(row) * step.x, y: Double(column) * step.y,
            yaw: 0.06 * (generator.uniform() - 0.5))
        guard put(kind, mesh, size, at: middle) else { continue }
        let seats = size.y > 1.15 ? 2 : 1
        for seat in 0..<seats where generator.chance(0.85) {
          let y =
            (Double(seat) - Double(seats - 1) / 2) * Double(size.y) / 2
            + 0.1 * (generator.uniform() - 0.5)
          addChair(chair, chairSize, at: middle, host: size, y: y, end: 1, &generator)
        }
      }
    }
    addAtWalls([(.bookshelf, 0.5), (.desk, 0.3), (.table, 0.3)], &generator)
  }

  private mutating func furnishMixed(_ generator: inout SeededGenerator) {
    let number = 5 + generator.uniform(below: 10)
    for _ in 0..<max(3, Int(Double(number) * contents.furniture)) {
      let kind = generator.pick(FurnitureClass.allCases)
      switch (kind, generator.uniform(below: 4)) {
      case (.table, 0), (.chair, 0): addDiningGroup(&generator)
      case (.desk, 0): addDeskGroup(isFree: true, &generator)
      case (_, 1), (_, 0): putAtWall(kind, free: 0.1, &generator)
      case (_, 2): putAnywhere(kind, isTurned: false, &generator)
      default: putAnywhere(kind, isTurned: true, &generator)
      }
    }
  }

  // MARK: - Groups

  /// A bed with night stands at its head.
  private mutating func addBedGroup(_ generator: inout SeededGenerator) {
    guard let bed = putAtWall(.bed, free: 0.35, &generator) else { return }
    let (mesh, size) = make(.nightStand, &generator)
    for side in [-1.0, 1.0] where generator.chance(0.7) {
      let isOther = generator.chance(0.2)
      let (own, extent) = isOther ? make(.nightStand, &generator) : (mesh, size)
      let gap = 0.04 + 0.15 * generator.uniform()
      let pose =
        bed.pose
        * Pose(
          x: Double(extent.x - bed.size.x) / 2 + 0.03 * generator.uniform(),
          y: side * (Double(bed.size.y + extent.y) / 2 + gap))
      put(.nightStand, own, extent, at: pose)
    }
  }

  /// A desk with its chair, at a wall or in the room.
  private mutating func addDeskGroup(isFree: Bool, _ generator: inout SeededGenerator) {
    let desk =
      isFree
      ? putAnywhere(.desk, isTurned: generator.chance(0.2), gap: 0.4, &generator)
      : putAtWall(.desk, free: 0.65, &generator)
    guard let desk, generator.chance(0.9) else { return }
    let (mesh, size) = make(.chair, &generator)
    addChair(
      mesh, size, at: desk.pose, host: desk.size,
      y: 0.25 * Double(desk.size.y) * (generator.uniform() - 0.5), end: 1, &generator)
  }

  /// A table with chairs around it.
  private mutating func addDiningGroup(_ generator: inout SeededGenerator) {
    let (mesh, size) =
      generator.chance(0.75)
      ? table(
        Float3(
          generator.within(0.75, 1.05), generator.within(0.9, 2), generator.within(0.7, 0.78)),
        &generator)
      : make(.table, &generator)
    for _ in 0..<40 {
      let pose = anyPlace(isTurned: generator.chance(0.25), &generator)
      let room = FloorRectangle(
        pose, size: Vector2(Double(size.x) + 0.8, Double(size.y) + 0.2))
      guard floor.isFree(room, gap: 0.05), put(.table, mesh, size, at: pose) else { continue }
      let (chair, extent) = make(.chair, &generator)
      let share = 0.4 + 0.6 * generator.uniform()
      let seats = max(1, Int(size.y / (extent.y + 0.12)))
      for end in [-1.0, 1.0] {
        for seat in 0..<seats where generator.chance(share) {
          let y = (Double(seat) - Double(seats - 1) / 2) * Double(size.y) / Double(seats)
          addChair(chair, extent, at: pose, host: size, y: y, end: end, &generator)
        }
      }
      for end in [-1.0, 1.0] where generator.chance(0.5 * share) {
        // At the narrow ends.
        addChair(
          chair, extent, at: pose * Pose(x: 0, y: 0, yaw: .pi / 2),
          host: Float3(size.y, size.x, size.z), y: 0, end: end, &generator)
      }
      return
    }
  }

  /// A chair at one side of a table or desk, looking at it, more or less pushed under it.
  private mutating func addChair(
    _ mesh: SurfaceMesh, _ size: Float3, at host: Pose, host extent: Float3, y: Double, end: Double,
    _ generator: inout SeededGenerator
  ) {
    let isAskew = generator.chance(0.3)
    let turn = (isAskew ? 1.6 : 0.25) * (generator.uniform() - 0.5)
    let tuck = isAskew ? -0.12 * generator.uniform() : 0.4 * generator.uniform() - 0.22
    let distance = Double(extent.x + size.x) / 2 - tuck + (isAskew ? 0.12 : 0.02)
    let pose =
      host * Pose(x: end * distance, y: y, yaw: (end > 0 ? .pi : 0) + turn)
    self.tuck(
      .chair, mesh, size, at: pose,
      under: FloorRectangle(host, size: Vector2(Double(extent.x), Double(extent.y))),
      by: max(0, tuck) + 0.04)
  }

  /// A sofa with a low table before it, perhaps more seats around that.
  private mutating func addSofaGroup(_ generator: inout SeededGenerator) {
    let sofa =
      generator.chance(0.7)
      ? putAtWall(.sofa, free: 0.5, &generator)
      : putAnywhere(.sofa, isTurned: generator.chance(0.3), gap: 0.3, &generator)
    guard let sofa else { return }
    if generator.chance(0.7) {
      let mesh = maker.coffeeTable(ownStyle(&generator), &generator)
      let size = extent(mesh)
      let gap = 0.25 + 0.3 * generator.uniform()
      let place =
        sofa.pose
        * Pose(
          x: Double(sofa.size.x + size.x) / 2 + gap, y: 0.4 * (generator.uniform() - 0.5),
          yaw: 0.1 * (generator.uniform() - 0.5))
      if put(.table, mesh, size, at: place) {
        for side in [-1.0, 1.0] where generator.chance(0.35) {
          let kind: FurnitureClass = generator.chance(0.6) ? .sofa : .chair
          let (seat, extent) = make(kind, &generator)
          put(
            kind, seat, extent,
            at: place
              * Pose(
                x: 0, y: side * (Double(size.y + extent.x) / 2 + gap),
                yaw: side * -.pi / 2 + 0.3 * (generator.uniform() - 0.5)))
        }
      }
    }
    for side in [-1.0, 1.0] where generator.chance(0.3) {
      let kind: FurnitureClass = generator.chance(0.5) ? .table : .nightStand
      let (mesh, size) =
        kind == .table
        ? table(
          Float3(
            generator.within(0.4, 0.55), generator.within(0.4, 0.6), generator.within(0.45, 0.6)),
          &generator)
        : make(kind, &generator)
      put(
        kind, mesh, size,
        at: sofa.pose
          * Pose(
            x: Double(size.x - sofa.size.x) / 2 + 0.05,
            y: side * (Double(sofa.size.y + size.y) / 2 + 0.06)))
    }
  }

  private func table(_ size: Float3, _ generator: inout SeededGenerator) -> (SurfaceMesh, Float3) {
    let mesh = maker.table(size: size, ownStyle(&generator), &generator)
    return (mesh, extent(mesh))
  }

  private func extent(_ mesh: SurfaceMesh) -> Float3 {
    mesh.bounds.map { $0.high - $0.low } ?? Float3(0, 0, 0)
  }
}
