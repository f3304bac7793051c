public import Tensors

/// `x` above 0, `slope x` below.
public final class LeakyReLU: Layer {
  private let slope: Double

  /// A layer.
  ///
  /// - Parameter slope: Slope below 0.
  public init(slope: Double = 0.01) { self.slope = slope }

  /// The settings in one line.
  public var settings: String { "slope \(slope)" }

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor { x.leakyReLU(slope: slope) }
}

/// `x` above 0, `slope x` below, with learned slopes.
public final class PReLU: Layer {
  /// One slope, or one for each channel.
  public let weight: Parameter

  /// A layer without values.
  ///
  /// - Parameters:
  ///   - channels: Number of slopes; 1 for a common one.
  ///   - slope: First value.
  public init(_ channels: Int = 1, slope: Double = 0.25) {
    weight = Parameter([channels], .constant(slope))
  }

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor { x.prelu(weight.value) }
}

/// `x` above 0, `alpha (exp(x) - 1)` below.
public final class ELU: Layer {
  private let alpha: Double

  /// A layer.
  ///
  /// - Parameter alpha: Distance of the limit below 0.
  public init(alpha: Double = 1) { self.alpha = alpha }

  /// The settings in one line.
  public var settings: String { "alpha \(alpha)" }

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor { x.elu(alpha: alpha) }
}

/// `x` times the probability that a normal number is smaller.
public final class GELU: Layer {
  private let form: Tensor.GELUForm

  /// A layer.
  ///
  /// - Parameter form: Exact, or approximated with the hyperbolic tangent.
  public init(_ form: Tensor.GELUForm = .exact) { self.form = form }

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor { x.gelu(form) }
}

/// The largest of several pieces of the channels.
///
/// - Note: Source: Goodfellow et al., "Maxout networks", ICML 2013.
public final class Maxout: Layer {
  private let pieces: Int
  private let axis: Int

  /// A layer.
  ///
  /// - Parameters:
  ///   - pieces: Neighbouring channels of which one is kept; divides the channels.
  ///   - axis: The axis of the channels.
  public init(pieces: Int, axis: Int = 1) {
    self.pieces = pieces
    self.axis = axis
  }

  /// The settings in one line.
  public var settings: String { "\(pieces) pieces" }

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor { x.maxout(pieces: pieces, axis: axis) }
}

/// Positive numbers with sum 1, the larger the greater the scores.
public final class Softmax: Layer {
  private let axis: Int
  private let temperature: Double

  /// A layer.
  ///
  /// - Parameters:
  ///   - axis: The axis along which the sum is 1.
  ///   - temperature: Divides the scores; high ones make the numbers alike.
  public init(axis: Int = -1, temperature: Double = 1) {
    self.axis = axis
    self.temperature = temperature
  }

  /// The settings in one line.
  public var settings: String { temperature == 1 ? "" : "temperature \(temperature)" }

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor { x.softmax(axis: axis, temperature: temperature) }
}
