import Foundation

/// The light of a scene.
struct Lighting: Sendable {
  /// Towards the sun, length 1.
  var sunDirection: Float3
  var sunColor: Float3
  /// Light from above, for surfaces that look up, and from below.
  var skyLight: Float3
  var groundLight: Float3
  /// A lamp that shines in all directions; black for none. Its light falls with the squared distance.
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

/// Turns linear light into 8-bit sRGB through a table.
struct ToneCurve: Sendable {
  private let table: [UInt8]
  static let steps = 4096

  init() {
    table = (0...Self.steps).map { step in
      let linear = Double(step) / Double(Self.steps)
      let encoded = linear <= 0.003_130_8 ? 12.92 * linear : 1.055 * pow(linear, 1 / 2.4) - 0.055
      return UInt8((encoded * 255).rounded())
    }
  }

  func withTable<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result? {
    table.withUnsafeBufferPointer { $0.baseAddress.map(body) }
  }

  /// Compresses bright light softly: linear below, white at four times mid-grey's headroom.
  ///
  /// - Note: Source: Reinhard et al., "Photographic tone reproduction for digital images", 2002, equation 4.
  @inline(__always)
  static func compressed(_ light: Float3) -> Float3 {
    let white: Float = 2.4
    let color = light * (1 + light / (white * white)) / (1 + light)
    return pointwiseMin(pointwiseMax(color, Float3(repeating: 0)), Float3(repeating: 1))
  }
}
