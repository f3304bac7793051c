import Foundation

/// The light of a scene.
struct Lighting: Sendable {
  /// Towards the sun, length 1.
  var sunDirection: Float3
  var sunColor: Float3
  /// Light from above, for surfaces that look up, and from below.
  var skyLight: Float3
  var groundLight: Float3
  /// A lamp that shines in all directions, falling with the squared distance; black for none.
  var lampPosition = Float3(0, 0, 0)
  var lampColor = Float3(0, 0, 0)
  /// Colours of the sky.
  var zenith: Float3
  var horizon: Float3
  /// Distance over which haze takes away 63 % of the contrast, metres.
  var hazeDistance: Float
  /// Multiplies all light before it becomes a pixel value.
  var exposure: Float
  /// Inside a closed room: corners darken within this range of its walls.
  var room: (low: Float3, high: Float3)?
  var seed: UInt32 = 1

  var hasLamp: Bool { lampColor.x > 0 }

  /// The sky in a direction of length 1.
  @inline(__always)
  func sky(_ direction: Float3) -> Float3 {
    let up = max(direction.z, 0)
    let rise = up.squareRoot()
    var color = horizon.mixed(with: zenith, by: min(rise * 1.15, 1))
    if up > 0.02 {
      let place = Float2(direction.x, direction.y) / (up + 0.12) * 1.4
      let cover = Noise.grain(place, coarsest: 1, octaves: 5, footprint: 0.004, seed: seed)
      let cloud = min(max((cover - 0.05) * 1.8, 0), 1) * min(up * 5, 1)
      color = color.mixed(with: Float3(1.0, 1.0, 1.02), by: cloud * 0.75)
    }
    let toSun = max(direction.dot(sunDirection), 0)
    let glow = toSun * toSun * toSun * toSun
    return color + sunColor * (0.04 * glow)
  }

  /// Light from everywhere, by how far the surface looks up.
  @inline(__always)
  func ambient(normal: Float3, at point: Float3) -> Float3 {
    var light = groundLight.mixed(with: skyLight, by: 0.5 + 0.5 * normal.z)
    // Sides differ a little, so that edges between unlit faces stay visible.
    light *= 1 + 0.06 * normal.x + 0.04 * normal.y
    if let room {
      let toLow = point - room.low
      let toHigh = room.high - point
      let nearest = Float3(
        min(toLow.x, toHigh.x), min(toLow.y, toHigh.y), min(toLow.z, toHigh.z))
      for axis in 0..<3 { light *= 1 - 0.3 * exp(-max(nearest[axis], 0) * 5) }
    }
    return light
  }
}
