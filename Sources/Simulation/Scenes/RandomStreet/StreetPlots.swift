import Foundation
import Tensors

/// Houses, walls, hedges, gardens and fields beside a random street, in street coordinates.
struct StreetPlots {
  let plan: StreetPlan
  let palette: StreetPalette
  let roadside: RoadsideMaterials
  let leaves: Int

  /// What borders the pavement.
  private enum Border {
    case open
    case hedge
    case wall
    case fence
  }

  /// Plots wall to wall on both sides.
  ///
  /// - Returns: Where cars may stand on plots: along, across, heading.
  func add(to mesh: inout SurfaceMesh, _ generator: inout SeededGenerator) -> [(
    s: Double, d: Double, yaw: Double
  )] {
    var places: [(s: Double, d: Double, yaw: Double)] = []
    for side in plan.sides {
      var s = plan.extent.lowerBound
      while s < plan.extent.upperBound - 4 {
        let width = generator.between(8, plan.isRural ? 30 : 20)
        let span = s...min(s + width, plan.extent.upperBound)
        s += width
        guard !plan.isJunction(span.lowerBound, margin: 2), !plan.isJunction(s, margin: 2),
          plan.junction.map({ !span.overlaps($0) }) ?? true
        else { continue }
        places += addPlot(&mesh, span, side, &generator)
      }
    }
    return places
  }

  private func addPlot(
    _ mesh: inout SurfaceMesh, _ span: ClosedRange<Double>, _ side: StreetPlan.Side,
    _ generator: inout SeededGenerator
  ) -> [(s: Double, d: Double, yaw: Double)] {
    let isHouse = side.isBuilt ? generator.chance(0.85) : generator.chance(0.08)
    let isCarPark = !isHouse && !plan.isRural && generator.chance(0.35)
    if isHouse { addHouse(&mesh, span, side, &generator) }
    if isCarPark {
      return (0..<2).flatMap { row in
        stride(from: span.lowerBound + 1.4, to: span.upperBound - 1.2, by: 2.7).map {
          ($0, side.sign * (side.pavementEdge + 3.5 + 8 * Double(row)), side.sign * .pi / 2)
        }
      }
    }
    let border: Border =
      isHouse && side.setback < 1
      ? .open
      : generator.choice(
        [(.open, 0.4), (.hedge, 0.25), (.wall, 0.18), (.fence, 0.17)], otherwise: .open)
    // A gap for the way in, with a car now and then.
    let gate = generator.between(
      span.lowerBound + 1.5, max(span.lowerBound + 2, span.upperBound - 4))
    addBorder(&mesh, border, span.lowerBound...gate, side, &generator)
    if gate + 3 < span.upperBound {
      addBorder(&mesh, border, gate + 3...span.upperBound, side, &generator)
    }
    addPlants(&mesh, span, side, isHouse: isHouse, wayIn: gate + 1.5, &generator)
    guard side.setback > 6 else { return [] }
    return [(gate + 1.5, side.sign * (side.pavementEdge + 3.2), side.sign * .pi / 2)]
  }

  /// A corner in street coordinates; `across` counts outwards.
  private func corner(_ s: Double, _ across: Double, _ z: Double, _ side: StreetPlan.Side)
    -> Float3
  {
    Float3(Float(s), Float(side.sign * across), Float(z))
  }

  /// An upright block.
  private func addBlock(
    _ mesh: inout SurfaceMesh, _ span: ClosedRange<Double>, _ across: ClosedRange<Double>,
    _ heights: ClosedRange<Double>, _ side: StreetPlan.Side, _ material: Int32, top: Int32? = nil
  ) {
    let low = corner(span.lowerBound, across.lowerBound, heights.lowerBound, side)
    let high = corner(span.upperBound, across.upperBound, heights.upperBound, side)
    let size = high - low
    mesh.addBox(
      center: (low + high) / 2, size: Float3(abs(size.x), abs(size.y), abs(size.z)),
      material: material, top: top)
  }

  private func addHouse(
    _ mesh: inout SurfaceMesh, _ span: ClosedRange<Double>, _ side: StreetPlan.Side,
    _ generator: inout SeededGenerator
  ) {
    let gap = side.setback > 2 ? generator.between(0.5, 3) : 0
    guard span.upperBound - span.lowerBound > 2 * gap + 4 else { return }
    let walls = span.lowerBound + gap...span.upperBound - gap
    let front = side.front + (side.setback > 2 ? generator.between(0, 4) : 0)
    let back = front + generator.between(7, 14)
    let floors = 1 + generator.uniform(below: side.setback > 3 ? 3 : 5)
    let height = side.kerb + 3.4 + 2.9 * Double(floors - 1)
    let facade = palette.facades[generator.uniform(below: palette.facades.count)]
    let depths = front...back
    addBlock(&mesh, walls, depths, -0.3...height, side, palette.plaster, top: palette.roof)
    // The front before it, two centimetres off.
    let face = front - 0.02
    let (first, last) =
      side.sign > 0
      ? (walls.upperBound, walls.lowerBound) : (walls.lowerBound, walls.upperBound)
    mesh.addQuad(
      corner(last, face, side.kerb, side), corner(first, face, side.kerb, side),
      corner(first, face, height, side), corner(last, face, height, side), material: facade,
      surfaceOrigin: Float2(Float(generator.uniform(below: 40)) * 31.2, 0))
    if generator.chance(0.6) {
      let (middle, top) = ((front + back) / 2, height + generator.between(1.5, 4))
      for eave in [front - 0.4, back + 0.4] {
        mesh.addQuad(
          corner(walls.lowerBound, eave, height, side),
          corner(walls.upperBound, eave, height, side),
          corner(walls.upperBound, middle, top, side), corner(walls.lowerBound, middle, top, side),
          material: palette.roof)
      }
    }
    // Porches, bays, steps, balconies.
    let limit = min(1.6, side.setback - 0.3)
    for _ in 0..<generator.uniform(below: 5) {
      let wide = generator.between(0.8, 3)
      let start = generator.between(
        walls.lowerBound, max(walls.lowerBound + 0.1, walls.upperBound - wide))
      let isLow = generator.chance(0.5) && limit > 0.4
      let bottom = isLow ? -0.2 : side.kerb + 2.7 + 2.9 * Double(generator.uniform(below: floors))
      let depth = isLow ? generator.between(0.3, limit) : generator.between(0.2, 1.2)
      addBlock(
        &mesh, start...start + wide, front - depth...front,
        bottom...bottom + generator.between(0.3, 2.8), side, palette.trim)
    }
  }

  private func addBorder(
    _ mesh: inout SurfaceMesh, _ border: Border, _ span: ClosedRange<Double>,
    _ side: StreetPlan.Side, _ generator: inout SeededGenerator
  ) {
    let (near, ground) = (side.pavementEdge + 0.1, side.kerb)
    let end = span.upperBound
    guard end - span.lowerBound > 0.5 else { return }
    switch border {
    case .open: break
    case .hedge:
      // Tufts before a dense heart.
      let (height, depth) = (generator.between(0.7, 2), generator.between(0.5, 1))
      addBlock(
        &mesh, span, near + 0.15...near + depth - 0.15, 0...ground + height - 0.12, side,
        palette.hedge)
      for s in stride(from: span.lowerBound + 0.2, to: end - 0.1, by: 0.45) {
        let radius = Float(generator.between(0.3, 0.42))
        mesh.addEllipsoid(
          center: corner(
            s, near + depth / 2 + generator.between(-0.1, 0.1), ground + height - 0.35, side),
          radii: Float3(radius, min(radius, Float(depth) / 2), radius), sides: 6, rings: 4,
          material: palette.hedge)
      }
    case .wall:
      addBlock(
        &mesh, span, near...near + 0.25, -0.2...ground + generator.between(0.5, 2.2), side,
        generator.chance(0.5) ? roadside.concrete : palette.plaster)
    case .fence:
      let (height, isOpen) = (generator.between(0.8, 1.8), generator.chance(0.6))
      if !isOpen {
        addBlock(&mesh, span, near...near + 0.04, ground...ground + height, side, roadside.wood)
      }
      for s in stride(from: span.lowerBound, to: end, by: isOpen ? 0.22 : 2) {
        addBlock(
          &mesh, s...s + 0.06, near...near + 0.06, -0.1...ground + height + 0.05, side,
          roadside.wood)
      }
      addBlock(
        &mesh, span, near...near + 0.07, ground + height - 0.15...ground + height - 0.08, side,
        roadside.wood)
    }
  }

  /// Bushes and trees on the plot.
  private func addPlants(
    _ mesh: inout SurfaceMesh, _ span: ClosedRange<Double>, _ side: StreetPlan.Side, isHouse: Bool,
    wayIn: Double, _ generator: inout SeededGenerator
  ) {
    let depth = isHouse ? side.setback - 1.5 : 22
    guard depth > 1 else { return }
    for _ in 0..<generator.uniform(below: isHouse ? 4 : 6) {
      let place = corner(
        generator.between(span.lowerBound + 0.8, span.upperBound - 0.8),
        side.pavementEdge + 1 + generator.between(0, depth), side.kerb, side)
      guard abs(Double(place.x) - wayIn) > 2.4 else { continue }
      if generator.chance(isHouse ? 0.25 : 0.45) {
        let tree = TreeShape.mesh(
          height: Float(generator.between(4, 11)), leaves: leaves, bark: palette.bark,
          foliage: palette.foliage, generator: &generator)
        mesh.append(tree, at: Placement(position: place, yaw: generator.between(0, 2 * .pi)))
      } else {
        RoadsideThing.bush(Float(generator.between(0.5, 2.2)), palette, &generator)
          .map { mesh.append($0, at: Placement(position: place)) }
      }
    }
  }
}
