/// Exact box-filtered edges: how much of a pixel's footprint lies inside a band.
enum Coverage {
  /// Of a band from `low` to `high`.
  @inline(__always)
  static func band(_ x: Float, _ low: Float, _ high: Float, footprint: Float) -> Float {
    let half = footprint / 2
    return max(0, min(x + half, high) - max(x - half, low)) / footprint
  }

  /// Of bands of a width, repeated with a period, the first starting at 0.
  @inline(__always)
  static func stripes(_ x: Float, period: Float, width: Float, footprint: Float) -> Float {
    @inline(__always) func sum(_ x: Float) -> Float {
      let count = (x / period).rounded(.down)
      return count * width + min(x - count * period, width)
    }
    let half = footprint / 2
    return min(max((sum(x + half) - sum(x - half)) / footprint, 0), 1)
  }
}
