import Tensors

/// One block of the street: ground, houses, trees and lamps; everything that needs no ground truth.
struct StreetBlock {
  let start: Float
  let palette: StreetPalette
  let contents: StreetContents

  private var end: Float { start + StreetLayout.blockLength }

  /// Road, kerbs, pavements.
  func addGround(_ mesh: inout SurfaceMesh) {
    let (kerb, facade) = (StreetLayout.kerb, StreetLayout.facade)
    let height = StreetLayout.kerbHeight
    // The road's surface coordinates are the world's, for its markings.
    func road(_ x: Float, _ y: Float) -> (Float3, Float2) { (Float3(x, y, 0), Float2(x, y)) }
    let corners = [road(start, -kerb), road(end, -kerb), road(end, kerb), road(start, kerb)]
    for (i, j, k) in [(0, 1, 2), (0, 2, 3)] {
      mesh.addTriangle(
        corners[i].0, corners[j].0, corners[k].0,
        surface: (corners[i].1, corners[j].1, corners[k].1), material: palette.asphalt)
    }
    for side: Float in [-1, 1] {
      func strip(_ near: (Float, Float), _ far: (Float, Float), _ material: Int32) {
        mesh.addQuad(
          Float3(start, side * near.0, near.1), Float3(end, side * near.0, near.1),
          Float3(end, side * far.0, far.1), Float3(start, side * far.0, far.1),
          material: material, surfaceOrigin: Float2(start, 0))
      }
      strip((kerb, 0), (kerb, height), palette.kerb)
      strip((kerb, height), (kerb + 0.18, height), palette.kerb)
      strip((kerb + 0.18, height), (facade, height), palette.paving)
      strip((facade, height), (facade + 40, height), palette.grass)
    }
  }

  /// Houses wall to wall, with a garden behind a hedge here and there.
  func addHouses(_ mesh: inout SurfaceMesh, _ generator: inout SeededGenerator) {
    for side: Float in [-1, 1] {
      var x = start
      while x < end - 0.1 {
        var width = 9 + 8 * Float(generator.uniform())
        if end - x - width < 9 { width = end - x }
        if generator.uniform() < 0.1 {
          addGarden(&mesh, x, width, side, &generator)
        } else {
          addHouse(&mesh, x, width, side, &generator)
        }
        x += width
      }
    }
  }

  private func addHouse(
    _ mesh: inout SurfaceMesh, _ x: Float, _ width: Float, _ side: Float,
    _ generator: inout SeededGenerator
  ) {
    let floors = 2 + generator.uniform(below: 4)
    let front = palette.facades[generator.uniform(below: palette.facades.count)]
    let base = StreetLayout.kerbHeight
    let height = base + 3.6 + 3.1 * Float(floors)
    let near = side * StreetLayout.facade
    let far = side * (StreetLayout.facade + 11)
    let offset = Float2(Float(generator.uniform(below: 40)) * 31.2, 0)
    // Seen from the street the front runs from its left corner to its right one.
    let (left, right) = side > 0 ? (x + width, x) : (x, x + width)
    func corner(_ x: Float, _ y: Float, _ z: Float) -> Float3 { Float3(x, y, z) }
    mesh.addQuad(
      corner(right, near, base), corner(left, near, base), corner(left, near, height),
      corner(right, near, height), material: front, surfaceOrigin: offset)
    for (a, b) in [(left, near, far), (right, far, near)].map({ (($0.0, $0.1), ($0.0, $0.2)) }) {
      mesh.addQuad(
        corner(a.0, a.1, base), corner(b.0, b.1, base), corner(b.0, b.1, height),
        corner(a.0, a.1, height), material: palette.plaster)
    }
    mesh.addQuad(
      corner(left, far, base), corner(right, far, base), corner(right, far, height),
      corner(left, far, height), material: palette.plaster)
    // Cornice and roof.
    mesh.addBox(
      center: Float3(x + width / 2, near - side * 0.15, height + 0.12),
      size: Float3(width, 0.7, 0.24), material: palette.trim)
    let ridge = (near + far) / 2
    let top = height + 0.24 + 2 + 1.5 * Float(generator.uniform())
    for eave in [near - side * 0.3, far] {
      mesh.addQuad(
        corner(x, eave, height + 0.2), corner(x + width, eave, height + 0.2),
        corner(x + width, ridge, top), corner(x, ridge, top), material: palette.roof)
    }
    for gable in [x, x + width] {
      mesh.addTriangle(
        corner(gable, near, height), corner(gable, far, height), corner(gable, ridge, top),
        surface: (Float2(0, 0), Float2(11, 0), Float2(5.5, 3)), material: palette.plaster)
    }
    if generator.uniform() < 0.5 {
      addBalconies(&mesh, x, width, side, floors: floors, &generator)
    }
  }

  private func addBalconies(
    _ mesh: inout SurfaceMesh, _ x: Float, _ width: Float, _ side: Float, floors: Int,
    _ generator: inout SeededGenerator
  ) {
    let middle = x + width * (0.3 + 0.4 * Float(generator.uniform()))
    for floor in 0..<floors {
      let z = StreetLayout.kerbHeight + 3.6 + 3.1 * Float(floor) + 0.55
      let y = side * (StreetLayout.facade - 0.55)
      mesh.addBox(
        center: Float3(middle, y, z), size: Float3(2.8, 1.1, 0.16), material: palette.trim)
      for step in 0..<15 {
        mesh.addBox(
          center: Float3(
            middle - 1.36 + Float(step) * 0.194, side * (StreetLayout.facade - 1.06), z + 0.55),
          size: Float3(0.03, 0.03, 0.95), material: palette.pole)
      }
      mesh.addBox(
        center: Float3(middle, side * (StreetLayout.facade - 1.06), z + 1.04),
        size: Float3(2.8, 0.06, 0.05), material: palette.pole)
    }
  }

  private func addGarden(
    _ mesh: inout SurfaceMesh, _ x: Float, _ width: Float, _ side: Float,
    _ generator: inout SeededGenerator
  ) {
    let base = StreetLayout.kerbHeight
    mesh.addBox(
      center: Float3(x + width / 2, side * (StreetLayout.facade + 0.5), base + 0.6),
      size: Float3(width - 0.4, 0.8, 1.2), material: palette.hedge)
    guard contents.trees > 0 else { return }
    for _ in 0..<2 {
      let place = Float3(
        x + width * (0.25 + 0.5 * Float(generator.uniform())),
        side * (StreetLayout.facade + 4 + 4 * Float(generator.uniform())), base)
      addTree(&mesh, at: place, &generator)
    }
  }

  private func addTree(
    _ mesh: inout SurfaceMesh, at place: Float3, _ generator: inout SeededGenerator
  ) {
    let shape = TreeShape.mesh(
      height: 5.5 + 3 * Float(generator.uniform()), leaves: contents.leaves, bark: palette.bark,
      foliage: palette.foliage, generator: &generator)
    mesh.append(
      shape, at: Placement(position: place, yaw: 2 * .pi * generator.uniform()))
  }

  /// Trees, lamps, signs and bins between kerb and walkers.
  func addPavementThings(_ mesh: inout SurfaceMesh, _ generator: inout SeededGenerator) {
    let base = StreetLayout.kerbHeight
    // Five places for trees on each side of a block.
    let share = contents.trees / 100 * Double(StreetLayout.blockLength) / 10
    for side: Float in [-1, 1] {
      for slot in 0..<5 {
        let x = start + 6 + 12 * Float(slot) + Float(generator.uniform()) - 0.5
        if generator.uniform() < share {
          addTree(&mesh, at: Float3(x, side * 8, base), &generator)
        }
      }
      for x in [start, start + 36] {
        addLamp(&mesh, at: Float3(x, side * 7.6, base), side: side)
      }
      mesh.addTube(
        from: Float3(start + 48, side * 7.8, base), to: Float3(start + 48, side * 7.8, base + 0.9),
        radii: (0.2, 0.24), sides: 10, material: palette.bin)
      addSign(&mesh, at: Float3(start + 26.3, side * 7.6, base), facing: side)
    }
  }

  private func addLamp(_ mesh: inout SurfaceMesh, at foot: Float3, side: Float) {
    let top = foot + Float3(0, 0, 6.2)
    mesh.addTube(from: foot, to: top, radii: (0.09, 0.05), sides: 8, material: palette.pole)
    let head = top + Float3(0, -side * 1.4, 0.25)
    mesh.addTube(from: top, to: head, radii: (0.045, 0.04), sides: 6, material: palette.pole)
    mesh.addBox(
      center: head + Float3(0, -side * 0.25, -0.02), size: Float3(0.24, 0.6, 0.12),
      material: palette.lampHead)
  }

  private func addSign(_ mesh: inout SurfaceMesh, at foot: Float3, facing side: Float) {
    mesh.addTube(
      from: foot, to: foot + Float3(0, 0, 2.6), radii: (0.035, 0.035), sides: 6,
      material: palette.pole)
    let center = foot + Float3(0, 0, 2.3)
    // Drivers on the right see it from behind them, so it looks against the traffic's direction.
    let front = side < 0 ? Float(-1) : 1
    mesh.addTube(
      from: center, to: center + Float3(front * 0.05, 0, 0), radii: (0.3, 0.3), sides: 16,
      material: palette.sign, capMaterial: palette.sign)
  }
}
