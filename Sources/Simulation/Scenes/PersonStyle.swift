/// Materials of one person.
struct PersonStyle: Sendable {
  var skin: Int32
  var hair: Int32
  var top: Int32
  var trousers: Int32
  var shoes: Int32
}

/// Materials from which people are dressed.
struct PersonMaterials: Sendable {
  private var skins: [Int32]
  private var hairs: [Int32]
  private var tops: [Int32]
  private var trousers: [Int32]
  private var shoes: Int32
  let bicycle: [Int32]
  let tyre: Int32

  init(_ table: inout MaterialTable) {
    func plain(_ r: Float, _ g: Float, _ b: Float, grain: Float = 0.15) -> Int32 {
      table.add(
        Material(
          base: Float3(r, g, b), grain: grain, grainLength: 0.2,
          reflectance: 0.25 + 0.4 * (r + g + b) / 3))
    }
    skins = [plain(0.6, 0.38, 0.28), plain(0.32, 0.19, 0.12), plain(0.48, 0.3, 0.2)]
    hairs = [plain(0.03, 0.02, 0.015), plain(0.16, 0.09, 0.04), plain(0.4, 0.38, 0.36)]
    tops = [
      plain(0.5, 0.05, 0.05), plain(0.05, 0.14, 0.36), plain(0.62, 0.6, 0.56),
      plain(0.08, 0.24, 0.12), plain(0.55, 0.38, 0.06), plain(0.05, 0.05, 0.06),
    ]
    tops.append(
      table.add(
        Material(
          pattern: .stripes, base: Float3(0.7, 0.7, 0.68), second: Float3(0.06, 0.1, 0.3),
          scale: Float2(0.05, 1))))
    trousers = [
      plain(0.04, 0.06, 0.14), plain(0.03, 0.03, 0.035), plain(0.26, 0.22, 0.16),
      plain(0.12, 0.13, 0.14),
    ]
    shoes = plain(0.05, 0.045, 0.04)
    bicycle = [plain(0.5, 0.04, 0.03), plain(0.03, 0.16, 0.3), plain(0.02, 0.02, 0.02)]
    tyre = plain(0.02, 0.02, 0.02)
  }

  func style<Generator: RandomNumberGenerator>(_ generator: inout Generator) -> PersonStyle {
    func pick(_ choices: [Int32]) -> Int32 {
      choices[Int(generator.next() >> 33) % choices.count]
    }
    return PersonStyle(
      skin: pick(skins), hair: pick(hairs), top: pick(tops), trousers: pick(trousers),
      shoes: shoes)
  }
}
