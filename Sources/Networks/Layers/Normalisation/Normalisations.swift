public import Tensors

/// The last axes shifted and scaled to mean 0 and variance 1, then by learned numbers.
///
/// - Note: Source: Ba et al., "Layer normalization", arXiv 1607.06450.
public final class LayerNorm: Layer {
  /// Scales, of the normalised axes' shape.
  public let weight: Parameter?
  /// Shifts, of the normalised axes' shape.
  public let bias: Parameter?
  private let axes: [Int]
  private let epsilon: Double

  /// A layer without values.
  ///
  /// - Parameters:
  ///   - lengths: Lengths of the last axes, which are normalised together.
  ///   - epsilon: Added to the variance.
  ///   - affine: Whether the result is scaled and shifted by learned numbers.
  public init(_ lengths: Int..., epsilon: Double = 1e-5, affine: Bool = true) {
    weight = affine ? Parameter(lengths, .ones) : nil
    bias = affine ? Parameter(lengths, .zeros) : nil
    axes = lengths
    self.epsilon = epsilon
  }

  /// The settings in one line.
  public var settings: String { sizeText(axes) }

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor {
    requireInput(
      x.shape.suffix(axes.count) == axes[...], x,
      expected: "[..., \(axes.map(String.init).joined(separator: ", "))]")
    return x.layerNorm(
      axes: axes.count, weight: weight?.value, bias: bias?.value, epsilon: epsilon)
  }
}

/// The last axis divided by the root of its mean square, then scaled by learned numbers.
///
/// - Note: Source: Zhang and Sennrich, "Root mean square layer normalization", NeurIPS 2019.
public final class RMSNorm: Layer {
  /// Scales, `[C]`.
  public let weight: Parameter
  private let epsilon: Double

  /// A layer without values.
  ///
  /// - Parameters:
  ///   - length: Length of the last axis.
  ///   - epsilon: Added to the mean square.
  public init(_ length: Int, epsilon: Double = 1e-6) {
    weight = Parameter([length], .ones)
    self.epsilon = epsilon
  }

  /// The settings in one line.
  public var settings: String { "\(weight.count)" }

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor {
    requireInput(x.shape.last == weight.count, x, expected: "[..., \(weight.count)]")
    return x.rmsNorm(weight: weight.value, epsilon: epsilon)
  }
}

/// Groups of channels of one example shifted and scaled to mean 0 and variance 1.
///
/// - Note: Source: Wu and He, "Group normalization", ECCV 2018.
public final class GroupNorm: Layer {
  /// Scales, `[C]`.
  public let weight: Parameter?
  /// Shifts, `[C]`.
  public let bias: Parameter?
  private let groups: Int
  private let channels: Int
  private let epsilon: Double

  /// A layer without values.
  ///
  /// - Parameters:
  ///   - groups: Number of groups; divides the channels.
  ///   - channels: Channels of the input.
  ///   - epsilon: Added to the variance.
  ///   - affine: Whether the result is scaled and shifted by learned numbers.
  public init(_ groups: Int, _ channels: Int, epsilon: Double = 1e-5, affine: Bool = true) {
    require(
      groups >= 1 && channels % groups == 0,
      "GroupNorm: \(channels) channels do not fall into \(groups) groups")
    weight = affine ? Parameter([channels], .ones) : nil
    bias = affine ? Parameter([channels], .zeros) : nil
    self.groups = groups
    self.channels = channels
    self.epsilon = epsilon
  }

  /// The settings in one line.
  public var settings: String { "\(groups) groups of \(channels)" }

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor {
    requireInput(x.rank >= 2 && x.shape[1] == channels, x, expected: "[B, \(channels), ...]")
    return x.groupNorm(
      groups: groups, weight: weight?.value, bias: bias?.value, epsilon: epsilon)
  }
}

/// Instance normalisation of `[B, C, L]`.
public typealias InstanceNorm1D = InstanceNorm<Line>
/// Instance normalisation of `[B, C, H, W]`.
public typealias InstanceNorm2D = InstanceNorm<Plane>
/// Instance normalisation of `[B, C, D, H, W]`.
public typealias InstanceNorm3D = InstanceNorm<Volume>

/// Each channel of each example shifted and scaled to mean 0 and variance 1.
///
/// - Note: Source: Ulyanov et al., "Instance normalization", arXiv 1607.08022.
public final class InstanceNorm<Axes: SpatialAxes>: Layer {
  /// Scales, `[C]`.
  public let weight: Parameter?
  /// Shifts, `[C]`.
  public let bias: Parameter?
  private let channels: Int
  private let epsilon: Double

  /// A layer without values.
  ///
  /// - Parameters:
  ///   - channels: Channels of the input.
  ///   - epsilon: Added to the variance.
  ///   - affine: Whether the result is scaled and shifted by learned numbers.
  public init(_ channels: Int, epsilon: Double = 1e-5, affine: Bool = false) {
    weight = affine ? Parameter([channels], .ones) : nil
    bias = affine ? Parameter([channels], .zeros) : nil
    self.channels = channels
    self.epsilon = epsilon
  }

  /// The kind of module in the printed tree.
  public static var kind: String { "InstanceNorm\(Axes.count)D" }

  /// The settings in one line.
  public var settings: String { "\(channels)" }

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor {
    requireInput(
      x.rank == Axes.count + 2 && x.shape[1] == channels, x,
      expected: Axes.pattern(channels: "\(channels)"))
    return x.instanceNorm(weight: weight?.value, bias: bias?.value, epsilon: epsilon)
  }
}
