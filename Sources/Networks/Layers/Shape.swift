public import Tensors

/// Axes joined to one, all but the batch's by default.
public final class Flatten: Layer {
  private let first: Int
  private let last: Int

  /// A layer.
  ///
  /// - Parameters:
  ///   - first: The first joined axis.
  ///   - last: The last joined axis.
  public init(from first: Int = 1, to last: Int = -1) {
    self.first = first
    self.last = last
  }

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor { x.flattened(from: first, to: last) }
}

/// The input itself.
public final class Identity: Layer {
  /// A layer.
  public init() {}

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor { x }
}

/// The input resampled to a multiple of its size.
public final class Upsample: Layer {
  private let factor: Double
  private let mode: Interpolation
  private let alignCorners: Bool

  /// A layer.
  ///
  /// - Parameters:
  ///   - factor: Above 0.
  ///   - mode: How values between elements are found.
  ///   - alignCorners: Whether the outermost elements stay in place.
  public init(_ factor: Double, mode: Interpolation = .nearest, alignCorners: Bool = false) {
    self.factor = factor
    self.mode = mode
    self.alignCorners = alignCorners
  }

  /// The settings in one line.
  public var settings: String { "\(factor), \(mode)" }

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor {
    x.interpolated(by: factor, mode: mode, alignCorners: alignCorners)
  }
}
