/// The materials of a room.
struct RoomPalette: Sendable {
  let floor: Int32
  let ceiling: Int32
  let walls: [Int32]
  let skirting: Int32
  let frame: Int32
  let rug: Int32
  let oak: Int32
  let walnut: Int32
  let seat: Int32
  let cloth: Int32
  let clothLight: Int32
  let cushion: Int32
  let ceramic: Int32
  let metal: Int32
  let cardboard: Int32
  let tape: Int32
  let soil: Int32
  let lamp: Int32
  let books: [Int32]
  let paintings: [Int32]
  let leaves: [Int32]

  init(_ table: inout MaterialTable) {
    floor = table.add(
      Material(
        pattern: .planks, base: Float3(0.4, 0.25, 0.13), second: Float3(0.22, 0.12, 0.055),
        scale: Float2(0.14, 1.3), grain: 0.12, gloss: 0.02, reflectance: 0.5))
    ceiling = table.add(
      Material(base: Float3(0.78, 0.77, 0.74), grain: 0.09, grainLength: 0.4, reflectance: 0.8))
    walls = [
      table.add(
        Material(
          pattern: .stripes, base: Float3(0.62, 0.6, 0.52), second: Float3(0.52, 0.52, 0.46),
          scale: Float2(0.12, 1), grain: 0.12, reflectance: 0.7)),
      table.add(
        Material(base: Float3(0.3, 0.42, 0.44), grain: 0.17, grainLength: 0.5, reflectance: 0.6)),
    ]
    skirting = table.add(Material(base: Float3(0.68, 0.67, 0.63), grain: 0.05))
    frame = table.add(Material(base: Float3(0.7, 0.69, 0.66), grain: 0.06))
    rug = table.add(
      Material(
        pattern: .checker, base: Float3(0.36, 0.06, 0.05), second: Float3(0.55, 0.46, 0.32),
        scale: Float2(0.16, 1), grain: 0.25, grainLength: 0.12, reflectance: 0.4))
    oak = table.add(
      Material(
        pattern: .planks, base: Float3(0.5, 0.34, 0.18), second: Float3(0.34, 0.2, 0.09),
        scale: Float2(0.22, 2.5), grain: 0.1, gloss: 0.02, reflectance: 0.5))
    walnut = table.add(
      Material(
        pattern: .planks, base: Float3(0.17, 0.095, 0.055), second: Float3(0.09, 0.045, 0.025),
        scale: Float2(0.3, 2.5), grain: 0.15, gloss: 0.02, reflectance: 0.35))
    seat = table.add(
      Material(
        pattern: .cloth, base: Float3(0.16, 0.2, 0.24), second: Float3(0.3, 0.34, 0.36),
        scale: Float2(0.012, 1), grain: 0.2, grainLength: 0.1))
    cloth = table.add(
      Material(
        pattern: .cloth, base: Float3(0.1, 0.2, 0.27), second: Float3(0.16, 0.28, 0.34),
        scale: Float2(0.014, 1), grain: 0.25, grainLength: 0.15))
    clothLight = table.add(
      Material(
        pattern: .cloth, base: Float3(0.13, 0.25, 0.33), second: Float3(0.2, 0.34, 0.4),
        scale: Float2(0.014, 1), grain: 0.22, grainLength: 0.15))
    cushion = table.add(
      Material(
        pattern: .stripes, base: Float3(0.62, 0.4, 0.08), second: Float3(0.66, 0.6, 0.48),
        scale: Float2(0.05, 1), grain: 0.15, grainLength: 0.1))
    ceramic = table.add(
      Material(
        base: Float3(0.55, 0.3, 0.2), grain: 0.2, grainLength: 0.15, gloss: 0.04,
        specularity: 0.05))
    metal = table.add(
      Material(base: Float3(0.4, 0.4, 0.4), gloss: 0.2, reflectance: 0.15, specularity: 0.6))
    cardboard = table.add(
      Material(base: Float3(0.4, 0.27, 0.15), grain: 0.16, grainLength: 0.2, reflectance: 0.5))
    tape = table.add(
      Material(base: Float3(0.52, 0.42, 0.28), grain: 0.08, gloss: 0.04, reflectance: 0.5))
    soil = table.add(Material(base: Float3(0.05, 0.035, 0.025), grain: 0.5, grainLength: 0.05))
    lamp = table.add(Material(base: Float3(1, 0.95, 0.85), grain: 0, glow: 2.2))
    let colors: [Float3] = [
      Float3(0.4, 0.05, 0.04), Float3(0.5, 0.3, 0.05), Float3(0.06, 0.2, 0.1),
      Float3(0.05, 0.1, 0.3), Float3(0.5, 0.48, 0.42), Float3(0.2, 0.06, 0.2),
      Float3(0.04, 0.04, 0.045), Float3(0.1, 0.28, 0.32),
    ]
    books = colors.map {
      table.add(Material(base: $0, grain: 0.22, grainLength: 0.1, gloss: 0.02))
    }
    let pictures: [(Float3, Float3, Float3)] = [
      (Float3(0.5, 0.42, 0.2), Float3(0.1, 0.2, 0.4), Float3(0.5, 0.1, 0.05)),
      (Float3(0.1, 0.28, 0.24), Float3(0.6, 0.55, 0.4), Float3(0.05, 0.05, 0.1)),
      (Float3(0.6, 0.3, 0.1), Float3(0.4, 0.05, 0.1), Float3(0.7, 0.65, 0.5)),
    ]
    paintings = pictures.map {
      table.add(
        Material(
          pattern: .painting, base: $0.0, second: $0.1, third: $0.2, scale: Float2(0.3, 0.4),
          grain: 0.1))
    }
    let greens = [Float3(0.05, 0.16, 0.03), Float3(0.1, 0.24, 0.05), Float3(0.03, 0.12, 0.03)]
    leaves = greens.map {
      table.add(Material(base: $0, grain: 0.25, grainLength: 0.1, reflectance: 0.5))
    }
  }
}
