import Tensors

/// Materials for furniture of many looks, beside those of the plain room.
struct FurniturePalette: Sendable {
  let room: RoomPalette
  let woods: [Int32]
  /// Seat covers: each with a lighter shade of itself.
  let cloths: [(base: Int32, light: Int32)]
  let cushions: [Int32]
  let linens: [Int32]
  let metals: [Int32]
  let plastics: [Int32]
  let porcelain: Int32
  let screen: Int32
  let shade: Int32
  let mirror: Int32
  let glow: Int32

  init(_ table: inout MaterialTable) {
    room = RoomPalette(&table)
    let tones: [(Float3, Float3)] = [
      (Float3(0.62, 0.46, 0.28), Float3(0.5, 0.34, 0.18)),
      (Float3(0.3, 0.13, 0.07), Float3(0.2, 0.07, 0.035)),
      (Float3(0.3, 0.27, 0.24), Float3(0.22, 0.2, 0.18)),
    ]
    woods =
      [room.oak, room.walnut]
      + tones.map {
        table.add(
          Material(
            pattern: .planks, base: $0.0, second: $0.1, scale: Float2(0.25, 2.5), grain: 0.12,
            gloss: 0.02, reflectance: 0.4))
      }
      + [Float3(0.72, 0.71, 0.68), Float3(0.035, 0.033, 0.032)].map {
        table.add(Material(base: $0, grain: 0.06, gloss: 0.03, reflectance: 0.1 + $0.x))
      }
    let covers = [
      Float3(0.1, 0.18, 0.26), Float3(0.3, 0.27, 0.23), Float3(0.32, 0.07, 0.05),
      Float3(0.05, 0.05, 0.055), Float3(0.12, 0.2, 0.1), Float3(0.5, 0.45, 0.37),
      Float3(0.22, 0.12, 0.06),
    ]
    cloths = covers.map { color in
      func cover(_ shade: Float) -> Int32 {
        table.add(
          Material(
            pattern: .cloth, base: color * shade, second: color * (shade * 1.35),
            scale: Float2(0.014, 1), grain: 0.22, grainLength: 0.15,
            reflectance: 0.2 + 0.6 * color.x))
      }
      return (cover(1), cover(1.2))
    }
    cushions =
      [room.cushion]
      + [Float3(0.5, 0.1, 0.08), Float3(0.1, 0.3, 0.34), Float3(0.6, 0.56, 0.48)].map {
        table.add(
          Material(
            pattern: .cloth, base: $0, second: $0 * 1.2, scale: Float2(0.02, 1), grain: 0.15,
            grainLength: 0.1))
      }
    linens = [Float3(0.75, 0.74, 0.72), Float3(0.6, 0.64, 0.7), Float3(0.66, 0.58, 0.46)].map {
      table.add(Material(base: $0, grain: 0.12, grainLength: 0.25, reflectance: 0.7))
    }
    metals = [room.metal, table.add(Material(base: Float3(0.06, 0.06, 0.065), gloss: 0.1))]
    plastics = [Float3(0.03, 0.03, 0.033), Float3(0.55, 0.55, 0.54), Float3(0.5, 0.06, 0.04)].map {
      table.add(Material(base: $0, grain: 0.08, gloss: 0.04, reflectance: 0.15 + 0.6 * $0.x))
    }
    porcelain = table.add(
      Material(
        base: Float3(0.78, 0.78, 0.77), grain: 0.03, gloss: 0.06, reflectance: 0.8,
        specularity: 0.04))
    screen = table.add(
      Material(base: Float3(0.01, 0.011, 0.013), grain: 0.05, gloss: 0.07, reflectance: 0.08))
    shade = table.add(Material(base: Float3(0.75, 0.68, 0.52), grain: 0.08, glow: 0.35))
    mirror = table.add(
      Material(
        base: Float3(0.4, 0.43, 0.45), grain: 0.02, gloss: 0.5, reflectance: 0.1,
        specularity: 0.85))
    glow = table.add(Material(base: Float3(0.5, 0.55, 0.6), grain: 0.3, grainLength: 0.2, glow: 1))
  }
}

/// The materials of one piece of furniture.
struct FurnitureStyle: Sendable {
  var wood: Int32
  var accent: Int32
  var cloth: Int32
  var clothLight: Int32
  var cushion: Int32
  var linen: Int32
  var blanket: Int32
  var metal: Int32
  var plastic: Int32
}

/// Makes furniture of random designs and measures: footprint's centre at the origin, front towards +x, on the floor.
///
/// Mean sizes follow SUN RGB-D's ten classes.
///
/// - Note: Source: mean sizes of the classes of SUN RGB-D in Qi et al., "Deep Hough voting for 3D object detection in point
///   clouds", ICCV 2019, and its published code.
struct FurnitureMaker: Sendable {
  let palette: FurniturePalette

  /// Materials for a piece or for all pieces of a room.
  func style(_ generator: inout SeededGenerator) -> FurnitureStyle {
    let cloth = generator.pick(palette.cloths)
    return FurnitureStyle(
      wood: generator.pick(palette.woods), accent: generator.pick(palette.woods),
      cloth: cloth.base, clothLight: cloth.light, cushion: generator.pick(palette.cushions),
      linen: generator.pick(palette.linens), blanket: generator.pick(palette.cloths).light,
      metal: generator.pick(palette.metals), plastic: generator.pick(palette.plastics))
  }

  /// A piece of a class.
  func piece(_ kind: FurnitureClass, _ style: FurnitureStyle, _ generator: inout SeededGenerator)
    -> SurfaceMesh
  {
    switch kind {
    case .bed: bed(style, &generator)
    case .table: table(style, &generator)
    case .sofa: sofa(style, &generator)
    case .chair: chair(style, &generator)
    case .toilet: toilet(style, &generator)
    case .desk: desk(style, &generator)
    case .dresser: dresser(style, &generator)
    case .nightStand: nightStand(style, &generator)
    case .bookshelf: bookshelf(style, &generator)
    case .bathtub: bathtub(style, &generator)
    }
  }
}

/// The classes of SUN RGB-D that detectors are measured on.
enum FurnitureClass: String, CaseIterable, Sendable {
  case bed, table, sofa, chair, toilet, desk, dresser
  case nightStand = "night_stand"
  case bookshelf, bathtub
}
