import Foundation

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
