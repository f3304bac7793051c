import Tensors

/// Makes single shapes of all classes with their parts: front towards +x, on the ground, in metres.
struct ShapeMaker: Sendable {
  let furniture: FurnitureMaker
  let street: StreetPalette

  init() {
    var table = MaterialTable()
    furniture = FurnitureMaker(palette: FurniturePalette(&table))
    street = StreetPalette(&table)
  }

  /// A shape of random design and measures; every triangle belongs to a part.
  func shape(_ kind: ShapeClass, _ generator: inout SeededGenerator) -> SurfaceMesh {
    let style = furniture.style(&generator)
    if let piece = FurnitureClass(rawValue: kind.rawValue) {
      let spread = Float3(
        generator.within(0.92, 1.08), generator.within(0.92, 1.08), generator.within(0.94, 1.06))
      return furniture.piece(piece, style, &generator).stretched(spread)
    }
    switch kind {
    case .plant: return furniture.plant(style, &generator)
    case .lamp: return furniture.lamp(style, isSmall: generator.chance(0.4), &generator)
    case .box: return furniture.box(&generator)
    case .monitor: return furniture.monitor(style, &generator)
    case .door: return furniture.door(style, isAjar: generator.chance(0.5), &generator)
    case .car, .van: return vehicle(isVan: kind == .van, &generator)
    case .tree: return tree(&generator)
    default: return person(isRiding: kind == .cyclist, &generator)
    }
  }

  private func vehicle(isVan: Bool, _ generator: inout SeededGenerator) -> SurfaceMesh {
    let designs = CarShape.shapes.filter { ($0.label == "Van") == isVan }
    let materials = street.cars
    let (body, wheel, window): (ShapePart, ShapePart, ShapePart) =
      isVan ? (.vanBody, .vanWheel, .vanWindow) : (.carBody, .carWheel, .carWindow)
    let mesh = generator.pick(designs)
      .mesh(paint: generator.pick(materials.paints), materials)
      .divided { triangle in
        switch triangle.material {
        case materials.glass: window
        case materials.tyre, materials.rim: wheel
        default: body
        }
      }
    return mesh.stretched(
      Float3(
        generator.within(0.88, 1.12), generator.within(0.93, 1.07),
        generator.within(0.92, 1.1))
    ).centered()
  }

  private func tree(_ generator: inout SeededGenerator) -> SurfaceMesh {
    let height = generator.within(3.5, 11)
    let bark = street.bark
    return TreeShape.mesh(
      height: height, leaves: 120 + generator.uniform(below: 300), bark: bark,
      foliage: street.foliage, generator: &generator
    )
    .divided { $0.material == bark ? .treeTrunk : .treeCrown }
    .stretched(
      Float3(
        generator.within(0.75, 1.25), generator.within(0.75, 1.25), generator.within(0.85, 1.15))
    ).centered()
  }

  private func person(isRiding: Bool, _ generator: inout SeededGenerator) -> SurfaceMesh {
    let style = street.people.style(&generator)
    let phase = generator.within(0, 2 * .pi)
    let spread = Float3(
      generator.within(0.9, 1.12), generator.within(0.88, 1.15), generator.within(0.92, 1.08))
    if isRiding {
      let frame = generator.pick(street.people.bicycle)
      let tyre = street.people.tyre
      return PersonShape.cyclist(phase: phase, style, frame: frame, tyre: tyre)
        .divided {
          $0.material == frame || $0.material == tyre ? .cyclistBicycle : .cyclistRider
        }
        .stretched(spread).centered()
    }
    let height = generator.within(1.45, 1.95)
    let stride = generator.chance(0.3) ? 0.06 : generator.within(0.25, 0.6)
    return PersonShape.walker(height: height, phase: phase, stride: stride, style)
      .divided { triangle in
        switch triangle.material {
        case style.trousers, style.shoes: .pedestrianLegs
        case style.skin, style.hair: triangle.a.z > 0.8 * height ? .pedestrianHead : .pedestrianBody
        default: .pedestrianBody
        }
      }
      .stretched(spread).centered()
  }
}
