public import Tensors

/// Means of equal parts of a sequence.
public typealias AdaptiveAveragePool1D = AdaptiveAveragePool<Line>
/// Means of equal parts of an image.
public typealias AdaptiveAveragePool2D = AdaptiveAveragePool<Plane>
/// Means of equal parts of a volume.
public typealias AdaptiveAveragePool3D = AdaptiveAveragePool<Volume>
/// The largest elements of equal parts of a sequence.
public typealias AdaptiveMaxPool1D = AdaptiveMaxPool<Line>
/// The largest elements of equal parts of an image.
public typealias AdaptiveMaxPool2D = AdaptiveMaxPool<Plane>
/// The largest elements of equal parts of a volume.
public typealias AdaptiveMaxPool3D = AdaptiveMaxPool<Volume>

/// Means of equal parts, as many as wanted, of an input of any size.
public final class AdaptiveAveragePool<Axes: SpatialAxes>: Layer {
  /// Lengths of the output's spatial axes.
  public let size: [Int]

  /// A layer.
  ///
  /// - Parameter size: Lengths of the output's spatial axes.
  public init(_ size: PerAxis) { self.size = size.expanded(to: Axes.count) }

  /// The kind of module in the printed tree.
  public static var kind: String { "AdaptiveAveragePool\(Axes.count)D" }

  /// The settings in one line.
  public var settings: String { sizeText(size) }

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor {
    requireInput(x.rank == Axes.count + 2, x, expected: Axes.pattern(channels: "C"))
    return x.adaptiveAveragePool(axes: Axes.count, PerAxis(size))
  }
}

/// The largest elements of equal parts, as many as wanted, of an input of any size.
public final class AdaptiveMaxPool<Axes: SpatialAxes>: Layer {
  /// Lengths of the output's spatial axes.
  public let size: [Int]

  /// A layer.
  ///
  /// - Parameter size: Lengths of the output's spatial axes.
  public init(_ size: PerAxis) { self.size = size.expanded(to: Axes.count) }

  /// The kind of module in the printed tree.
  public static var kind: String { "AdaptiveMaxPool\(Axes.count)D" }

  /// The settings in one line.
  public var settings: String { sizeText(size) }

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor {
    requireInput(x.rank == Axes.count + 2, x, expected: Axes.pattern(channels: "C"))
    return x.adaptiveMaxPool(axes: Axes.count, PerAxis(size)).values
  }
}

/// The mean of each channel: `[B, C, ...]` to `[B, C]`.
public final class GlobalAveragePool: Layer {
  /// A layer.
  public init() {}

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor {
    requireInput(x.rank >= 3, x, expected: "[B, C, ...]")
    return x.mean(axes: Array(2..<x.rank))
  }
}
