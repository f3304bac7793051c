public import Tensors

/// The largest elements of windows over sequences.
public typealias MaxPool1D = MaxPool<Line>
/// The largest elements of windows over images.
public typealias MaxPool2D = MaxPool<Plane>
/// The largest elements of windows over volumes.
public typealias MaxPool3D = MaxPool<Volume>

/// The largest elements of windows, used as ``MaxPool1D``, ``MaxPool2D`` or ``MaxPool3D``.
public final class MaxPool<Axes: SpatialAxes>: Layer {
  /// Size of the windows.
  public let kernel: [Int]
  /// Steps from one window to the next.
  public let stride: [Int]
  /// Places before and behind each axis that never win.
  public let padding: [Int]
  let dilation: PerAxis
  let ceil: Bool

  /// A layer.
  ///
  /// - Parameters:
  ///   - kernel: Size of the windows.
  ///   - stride: Steps from one window to the next; the size when left out.
  ///   - padding: Places before and behind each axis that never win.
  ///   - dilation: Steps inside a window.
  ///   - ceil: Whether windows that the end cuts count.
  public init(
    _ kernel: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0, dilation: PerAxis = 1,
    ceil: Bool = false
  ) {
    self.kernel = kernel.expanded(to: Axes.count)
    self.stride = (stride ?? kernel).expanded(to: Axes.count)
    self.padding = padding.expanded(to: Axes.count)
    self.dilation = dilation
    self.ceil = ceil
  }

  /// The kind of module in the printed tree.
  public static var kind: String { "MaxPool\(Axes.count)D" }

  /// The settings in one line.
  public var settings: String { windowText(kernel, stride, padding) }

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor {
    requireInput(x.rank == Axes.count + 2, x, expected: Axes.pattern(channels: "C"))
    return x.maxPool(
      axes: Axes.count, PerAxis(kernel), stride: PerAxis(stride), padding: PerAxis(padding),
      dilation: dilation, ceil: ceil)
  }

  /// The largest elements, and where they were.
  ///
  /// - Parameter x: `[B, C, ...]`.
  /// - Returns: What the layer returns, and indices for ``MaxUnpool``.
  public func withIndices(_ x: Tensor) -> (values: Tensor, indices: Tensor) {
    requireInput(x.rank == Axes.count + 2, x, expected: Axes.pattern(channels: "C"))
    return x.maxPoolWithIndices(
      axes: Axes.count, PerAxis(kernel), stride: PerAxis(stride), padding: PerAxis(padding),
      dilation: dilation, ceil: ceil)
  }
}

/// Settings of a layer with windows.
func windowText(_ kernel: [Int], _ stride: [Int], _ padding: [Int]) -> String {
  var text = sizeText(kernel)
  if stride != kernel { text += ", stride \(sizeText(stride))" }
  if padding.contains(where: { $0 != 0 }) { text += ", padding \(sizeText(padding))" }
  return text
}
