public import Tensors

extension PointCloud {
  /// From how far on a median coordinate is taken from an origin of its own: up to here Float is exact to 0.13 mm.
  public static let originThreshold = 4096.0

  /// A cloud from places in Double: far from zero its positions become relative to an ``origin`` near them.
  ///
  /// - Parameters:
  ///   - places: Shape `[N, 3]`, Double, metres.
  ///   - attributes: Each of shape `[N, K]`.
  ///   - grid: Rows and columns of an organised cloud; their product is N.
  ///   - origin: The origin; found when nil: on each axis the median in whole metres where that is above
  ///     ``originThreshold``, else 0.
  public init(
    places: Tensor, attributes: [String: Tensor] = [:], grid: (rows: Int, columns: Int)? = nil,
    origin: SIMD3<Double>? = nil
  ) {
    precondition(
      places.rank == 2 && places.shape[1] == 3 && places.elementType == .float64,
      "places are [N, 3] of Double, not \(places.shape) of \(places.elementType)")
    let axes = Self.components(places, names: ["x", "y", "z"])
    let origin = origin ?? CloudColumn.localOrigin(of: axes)
    let positions = Tensor(shape: places.shape, of: Float.self) { target in
      places.withUnsafeElements(of: Double.self) { source in
        for i in 0..<source.count { target[i] = Float(source[i] - origin[i % 3]) }
      }
    }
    self.init(positions: positions, attributes: attributes, grid: grid, origin: origin)
  }

  /// The same points with positions relative to another origin.
  ///
  /// Places stay where they are, except that each position is rounded to Float again: an error of half a step of Float at the
  /// distance from the origin, 0.03 mm at 500 m. `moved(toOrigin: .zero)` gives plain coordinates at the precision of Float
  /// (0.25 m at 4,000,000 m).
  ///
  /// - Parameter origin: The new origin; metres.
  /// - Returns: The cloud itself when the origin is the same.
  public func moved(toOrigin origin: SIMD3<Double>) -> PointCloud {
    guard origin != self.origin else { return self }
    var result = self
    let shift = self.origin - origin
    result.origin = origin
    result.positions = Tensor(shape: positions.shape, of: Float.self) { target in
      positions.withUnsafeElements(of: Float.self) { source in
        for i in stride(from: 0, to: source.count, by: 3) {
          target[i] = Float(Double(source[i]) + shift.x)
          target[i + 1] = Float(Double(source[i + 1]) + shift.y)
          target[i + 2] = Float(Double(source[i + 2]) + shift.z)
        }
      }
    }
    return result
  }

  /// The points' places in their frame, ``origin`` added.
  ///
  /// - Returns: Shape `[N, 3]`, Double, metres.
  public func places() -> Tensor {
    Tensor(shape: positions.shape, of: Double.self) { target in
      positions.withUnsafeElements(of: Float.self) { source in
        for i in stride(from: 0, to: source.count, by: 3) {
          target[i] = origin.x + Double(source[i])
          target[i + 1] = origin.y + Double(source[i + 1])
          target[i + 2] = origin.z + Double(source[i + 2])
        }
      }
    }
  }

  /// The smallest box around the valid points, in their frame.
  ///
  /// - Returns: Its two corners, or nil when there is no valid point; metres.
  public func bounds() -> (lower: SIMD3<Double>, upper: SIMD3<Double>)? {
    var low = SIMD3<Float>(repeating: .infinity)
    var high = -low
    positions.withUnsafeElements(of: Float.self) { p in
      for i in stride(from: 0, to: p.count, by: 3) {
        let point = SIMD3(p[i], p[i + 1], p[i + 2])
        guard point.x.isFinite, point.y.isFinite, point.z.isFinite else { continue }
        low = pointwiseMin(low, point)
        high = pointwiseMax(high, point)
      }
    }
    guard low.x <= high.x else { return nil }
    return (SIMD3<Double>(low) + origin, SIMD3<Double>(high) + origin)
  }
}

extension PointCloud {
  /// The median position of an even sample, axis by axis, relative to the origin.
  func sampledMiddle() -> SIMD3<Double> {
    positions.withUnsafeElements(of: Float.self) { p in
      var middle = SIMD3<Double>.zero
      for axis in 0..<3 {
        let step = 3 * max(1, count / 1024)
        middle[axis] = CloudColumn.median(
          of: stride(from: axis, to: p.count, by: step).map { Double(p[$0]) })
      }
      return middle
    }
  }
}

extension CloudColumn {
  /// The origin that coordinates given as Double call for: on each axis the median of an even sample, in whole metres.
  ///
  /// Axes whose median is below ``PointCloud/originThreshold``, and axes of any other type, need none. A median, so that
  /// a few wild points change nothing.
  static func localOrigin(of axes: [CloudColumn]) -> SIMD3<Double> {
    var origin = SIMD3<Double>.zero
    for (k, axis) in axes.enumerated() where axis.field.type == .float64 {
      let median = axis.sampledMedian()
      if abs(median) >= PointCloud.originThreshold && abs(median) < 1e12 {
        origin[k] = median.rounded()
      }
    }
    return origin
  }

  private func sampledMedian() -> Double {
    let sample = bytes.withUnsafeBytes { raw in
      let count = raw.count / 8
      return stride(from: 0, to: count, by: max(1, count / 1024)).map {
        raw.load(fromByteOffset: 8 * $0, as: Double.self)
      }
    }
    return Self.median(of: sample)
  }

  /// The upper median of the finite values; 0 where there is none.
  fileprivate static func median(of values: [Double]) -> Double {
    let sorted = values.filter(\.isFinite).sorted()
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
  }
}
