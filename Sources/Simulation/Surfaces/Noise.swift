/// Random values fixed by whole-numbered places: the same everywhere, on every thread.
enum Noise {
  /// Thirty-two well mixed bits of a place.
  ///
  /// - Note: Source: constants of Steele and Vigna, "Computationally easy, spectrally good multipliers", 2022, in the
  ///   mixing order of MurmurHash3's finaliser.
  @inline(__always)
  static func bits(_ x: Int32, _ y: Int32, _ seed: UInt32) -> UInt32 {
    var h =
      UInt32(bitPattern: x) &* 0x9E37_79B1 ^ UInt32(bitPattern: y) &* 0x85EB_CA77 ^ seed
      &* 0xC2B2_AE3D
    h ^= h >> 16
    h = h &* 0x85EB_CA6B
    h ^= h >> 13
    h = h &* 0xC2B2_AE35
    return h ^ (h >> 16)
  }

  /// A number from [0, 1) for a place.
  @inline(__always)
  static func value(_ x: Int32, _ y: Int32, _ seed: UInt32) -> Float {
    Float(bits(x, y, seed) >> 8) * 0x1p-24
  }

  /// Values at whole places, blended smoothly between them; within [0, 1].
  @inline(__always)
  static func smooth(_ place: Float2, _ seed: UInt32) -> Float {
    let floorX = place.x.rounded(.down)
    let floorY = place.y.rounded(.down)
    let (fx, fy) = (place.x - floorX, place.y - floorY)
    let (x, y) = (cell(floorX), cell(floorY))
    let sx = fx * fx * (3 - 2 * fx)
    let sy = fy * fy * (3 - 2 * fy)
    let low =
      value(x, y, seed) + (value(x &+ 1, y, seed) - value(x, y, seed)) * sx
    let high =
      value(x, y &+ 1, seed) + (value(x &+ 1, y &+ 1, seed) - value(x, y &+ 1, seed)) * sx
    return low + (high - low) * sy
  }

  /// Smooth noise over several wavelengths from `coarsest` metres downwards; about -1 to 1.
  ///
  /// Wavelengths near the footprint or below, which a pixel cannot show, fade out.
  @inline(__always)
  static func grain(
    _ place: Float2, coarsest: Float, octaves: Int, footprint: Float, seed: UInt32
  ) -> Float {
    var (sum, wavelength, share) = (Float(0), coarsest, Float(1))
    var number = seed
    for _ in 0..<octaves {
      let visible = min(1, (wavelength / footprint - 1) * 0.6)
      if visible <= 0 { break }
      sum += (smooth(place / wavelength, number) - 0.5) * 2 * share * visible
      wavelength *= 0.43
      share *= 0.95
      number = number &+ 101
    }
    return sum * 0.52
  }

  /// A whole number that cannot trap, whatever the coordinate.
  @inline(__always)
  static func cell(_ value: Float) -> Int32 {
    abs(value) < 1e9 ? Int32(value) : 0
  }
}
