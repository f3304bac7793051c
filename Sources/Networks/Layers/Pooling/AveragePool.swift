public import Tensors

/// Means of windows over sequences.
public typealias AveragePool1D = AveragePool<Line>
/// Means of windows over images.
public typealias AveragePool2D = AveragePool<Plane>
/// Means of windows over volumes.
public typealias AveragePool3D = AveragePool<Volume>

/// Means of windows, used as ``AveragePool1D``, ``AveragePool2D`` or ``AveragePool3D``.
public final class AveragePool<Axes: SpatialAxes>: Layer {
  /// Size of the windows.
  public let kernel: [Int]
  /// Steps from one window to the next.
  public let stride: [Int]
  /// Zeros before and behind each axis.
  public let padding: [Int]
  private let ceil: Bool
  private let countsPadding: Bool

  /// A layer.
  ///
  /// - Parameters:
  ///   - kernel: Size of the windows.
  ///   - stride: Steps from one window to the next; the size when left out.
  ///   - padding: Zeros before and behind each axis.
  ///   - ceil: Whether windows that the end cuts count.
  ///   - countingPadding: Whether the zeros take part in the mean.
  public init(
    _ kernel: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0, ceil: Bool = false,
    countingPadding: Bool = true
  ) {
    self.kernel = kernel.expanded(to: Axes.count)
    self.stride = (stride ?? kernel).expanded(to: Axes.count)
    self.padding = padding.expanded(to: Axes.count)
    self.ceil = ceil
    self.countsPadding = countingPadding
  }

  /// The kind of module in the printed tree.
  public static var kind: String { "AveragePool\(Axes.count)D" }

  /// The settings in one line.
  public var settings: String { windowText(kernel, stride, padding) }

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor {
    requireInput(x.rank == Axes.count + 2, x, expected: Axes.pattern(channels: "C"))
    return x.averagePool(
      axes: Axes.count, PerAxis(kernel), stride: PerAxis(stride), padding: PerAxis(padding),
      ceil: ceil, countingPadding: countsPadding)
  }
}
