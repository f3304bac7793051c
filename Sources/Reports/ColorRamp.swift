/// A colour scale for numbers from 0 to 1: viridis, sampled at nine equal steps and joined by straight lines.
///
/// - Note: Source: van der Walt and Smith, "A better default colormap for matplotlib", SciPy 2015.
public enum ColorRamp {
  private static let stops: [SIMD3<Float>] = [
    SIMD3(68, 1, 84), SIMD3(71, 44, 122), SIMD3(59, 81, 139), SIMD3(44, 113, 142),
    SIMD3(33, 144, 141), SIMD3(39, 173, 129), SIMD3(92, 200, 99), SIMD3(170, 220, 50),
    SIMD3(253, 231, 37),
  ]

  /// 256 colours from low to high: red, green, blue one after the other.
  public static let table: [UInt8] = (0..<256).flatMap { step -> [UInt8] in
    let at = Float(step) / 255 * Float(stops.count - 1)
    let low = min(stops.count - 2, Int(at))
    let color = stops[low] + (at - Float(low)) * (stops[low + 1] - stops[low])
    return (0..<3).map { UInt8(color[$0].rounded()) }
  }

  /// The nine colours as CSS writes them.
  static let css: [String] = stops.map { "rgb(\(Int($0.x)),\(Int($0.y)),\(Int($0.z)))" }

  /// The first of three places in ``table`` for a value.
  ///
  /// - Parameter value: Clamped to 0...1; NaN counts as 0.
  /// - Returns: A multiple of 3 from 0 to 765.
  @inline(__always)
  public static func place(_ value: Float) -> Int {
    value > 0 ? 3 * Int(min(value, 1) * 255 + 0.5) : 0
  }
}
