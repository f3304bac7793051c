import Tensors

extension FurnitureMaker {
  /// A chest of drawers: broad with two or three columns, or tall.
  func dresser(_ style: FurnitureStyle, _ generator: inout SeededGenerator) -> SurfaceMesh {
    var mesh = SurfaceMesh()
    let isTall = generator.chance(0.4)
    let size = Float3(
      generator.about(0.5, 0.08),
      isTall ? generator.within(0.65, 0.95) : generator.within(0.95, 1.5),
      isTall ? generator.within(1.1, 1.5) : generator.within(0.78, 1.12))
    let columns = isTall ? 1 + generator.uniform(below: 2) : 2 + generator.uniform(below: 2)
    let rows = isTall ? 4 + generator.uniform(below: 3) : 3 + generator.uniform(below: 2)
    let foot = generator.within(0.03, 0.16)
    let isPlinth = foot < 0.07 && generator.chance(0.6)
    let top: Float = generator.within(0.015, 0.035)
    mesh.begin(.dresserLeg)
    if isPlinth {
      mesh.addBox(
        center: Float3(-0.01, 0, foot / 2), size: Float3(size.x - 0.06, size.y - 0.04, foot),
        material: style.accent)
    } else {
      mesh.addLegs(
        half: Float2(size.x, size.y) / 2 - 0.01, top: foot, thickness: 0.055, taper: 0.7,
        isRound: generator.chance(0.4), material: style.wood)
    }
    mesh.begin(.dresserBody)
    let body = size.z - foot - top
    mesh.addBox(
      center: Float3(-0.012, 0, foot + body / 2), size: Float3(size.x - 0.04, size.y - 0.02, body),
      material: style.wood)
    mesh.addBox(
      center: Float3(0, 0, size.z - top / 2), size: Float3(size.x, size.y, top),
      material: generator.chance(0.5) ? style.wood : style.accent)
    mesh.begin(.dresserDrawer)
    let isKnob = generator.chance(0.5)
    let (span, rise) = ((size.y - 0.05) / Float(columns), (body - 0.02) / Float(rows))
    for row in 0..<rows {
      for column in 0..<columns {
        addDrawer(
          &mesh,
          center: Float3(
            size.x / 2 - 0.032 + 0.009, -size.y / 2 + 0.025 + span * (Float(column) + 0.5),
            foot + 0.01 + rise * (Float(row) + 0.5)),
          size: Float3(0.02, span - 0.014, rise - 0.014), style, isKnob: isKnob)
      }
    }
    if !isTall, generator.chance(0.22) {
      // A mirror in a frame stands on it.
      let height = generator.within(0.5, 0.85)
      let width = size.y * generator.within(0.55, 0.85)
      let x = -size.x / 2 + 0.03
      mesh.begin(.dresserBody)
      mesh.addBox(
        center: Float3(x, 0, size.z + height / 2), size: Float3(0.03, width, height),
        material: style.wood)
      mesh.addBox(
        center: Float3(x + 0.006, 0, size.z + height / 2),
        size: Float3(0.026, width - 0.1, height - 0.1), material: palette.mirror)
    }
    return mesh.centered()
  }

  /// A night stand: one column of one to three drawers, often with an open compartment.
  func nightStand(_ style: FurnitureStyle, _ generator: inout SeededGenerator) -> SurfaceMesh {
    var mesh = SurfaceMesh()
    let size = Float3(
      generator.about(0.46, 0.11), generator.about(0.58, 0.13), generator.about(0.62, 0.1))
    let foot = generator.chance(0.5) ? generator.within(0.12, 0.3) : generator.within(0.02, 0.08)
    mesh.begin(.nightStandLeg)
    mesh.addLegs(
      half: Float2(size.x, size.y) / 2 - 0.01, top: foot, thickness: generator.within(0.03, 0.05),
      taper: 0.7, isRound: generator.chance(0.4), material: style.wood)
    mesh.begin(.nightStandBody)
    let (bottom, board) = (foot, Float(0.02))
    let isOpen = generator.chance(0.5)
    let inside = size.z - bottom - 2 * board
    let open = isOpen ? inside * generator.within(0.35, 0.6) : 0
    for side: Float in [-1, 1] {
      mesh.addBox(
        center: Float3(-0.01, side * (size.y / 2 - 0.02), bottom + (size.z - bottom) / 2),
        size: Float3(size.x - 0.03, 0.02, size.z - bottom - board), material: style.wood)
    }
    mesh.addBox(
      center: Float3(-size.x / 2 + 0.02, 0, bottom + (size.z - bottom) / 2),
      size: Float3(0.015, size.y - 0.04, size.z - bottom - board), material: style.wood)
    for z in isOpen ? [bottom + board / 2, bottom + board + open] : [bottom + board / 2] {
      mesh.addBox(
        center: Float3(-0.01, 0, z), size: Float3(size.x - 0.03, size.y - 0.04, board),
        material: style.wood)
    }
    mesh.addBox(
      center: Float3(0, 0, size.z - board / 2), size: Float3(size.x, size.y, board),
      material: generator.chance(0.6) ? style.wood : style.accent)
    mesh.begin(.nightStandDrawer)
    let (low, isKnob) = (bottom + board + open, generator.chance(0.6))
    let rows = isOpen ? 1 : 1 + generator.uniform(below: 3)
    let rise = (size.z - board - low) / Float(rows)
    for row in 0..<rows {
      addDrawer(
        &mesh, center: Float3(size.x / 2 - 0.18, 0, low + rise * (Float(row) + 0.5)),
        size: Float3(0.32, size.y - 0.05, rise - 0.012), style, isKnob: isKnob)
    }
    return mesh.centered()
  }

  /// A bookshelf, partly filled, in one to three columns.
  func bookshelf(_ style: FurnitureStyle, _ generator: inout SeededGenerator) -> SurfaceMesh {
    var mesh = SurfaceMesh()
    let columns = 1 + generator.pick(weights: [0.5, 0.3, 0.2])
    let column = columns == 1 ? generator.within(0.65, 1.1) : generator.within(0.4, 0.72)
    let size = Float3(
      generator.within(0.26, 0.44), column * Float(columns), generator.within(1.0, 2.15))
    let board = generator.within(0.018, 0.035)
    mesh.begin(.bookshelfFrame)
    for index in 0...columns {
      let y = -size.y / 2 + board / 2 + (size.y - board) * Float(index) / Float(columns)
      mesh.addBox(
        center: Float3(0, y, size.z / 2), size: Float3(size.x, board, size.z), material: style.wood)
    }
    if generator.chance(0.8) {
      mesh.addBox(
        center: Float3(-size.x / 2 + 0.006, 0, size.z / 2),
        size: Float3(0.012, size.y - board, size.z - 0.01), material: style.wood)
    }
    let levels = max(3, Int((size.z / generator.within(0.3, 0.42)).rounded()))
    let low = generator.within(0.03, 0.1)
    let rise = (size.z - board / 2 - low) / Float(levels)
    let filled = generator.within(0.45, 0.95)
    for level in 0...levels {
      let z = low + rise * Float(level)
      mesh.begin(.bookshelfBoard)
      mesh.addBox(
        center: Float3(0, 0, z), size: Float3(size.x - 0.01, size.y - board, board),
        material: style.wood)
      guard level < levels else { continue }
      mesh.begin(.bookshelfBook)
      for index in 0..<columns {
        let left = -size.y / 2 + board + (size.y - board) * Float(index) / Float(columns)
        let right = left + (size.y - board) / Float(columns) - board
        addBooks(
          &mesh, from: left, to: right, depth: size.x, floor: z + board / 2, space: rise - board,
          filled: filled, &generator)
      }
    }
    return mesh.centered()
  }

  private func addBooks(
    _ mesh: inout SurfaceMesh, from left: Float, to right: Float, depth: Float, floor: Float,
    space: Float, filled: Float, _ generator: inout SeededGenerator
  ) {
    let books = palette.room.books
    var y = left + 0.005
    while y < right - 0.06 {
      if !generator.chance(Double(filled)) {
        y += generator.within(0.06, 0.25)
        continue
      }
      // A run of books of one series shares height and depth.
      let tall = space * generator.within(0.6, 0.95)
      let deep = min(depth - 0.05, generator.within(0.15, 0.28))
      let recess = generator.within(0.01, 0.05)
      let run = 1 + generator.uniform(below: 5)
      for _ in 0..<run {
        let thick = generator.within(0.018, 0.055)
        guard y + thick < right else { return }
        let reach = deep * generator.within(0.93, 1)
        mesh.addBox(
          center: Float3(depth / 2 - recess - reach / 2, y + thick / 2, floor + tall / 2),
          size: Float3(reach, thick - 0.002, tall * generator.within(0.96, 1)),
          material: generator.pick(books))
        y += thick
      }
    }
  }
}
