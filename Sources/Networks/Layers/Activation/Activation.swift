public import Tensors

/// An activation as a setting of a larger module.
public enum Activation: String, Sendable, CaseIterable, Codable {
  /// `max(x, 0)`.
  case relu
  /// `min(max(x, 0), 6)`.
  case relu6
  /// `x` times the probability that a normal number is smaller.
  case gelu
  /// `x sigmoid(x)`.
  case silu
  /// The hyperbolic tangent.
  case tanh
  /// `1 / (1 + exp(-x))`.
  case sigmoid

  /// Applies the activation.
  ///
  /// - Parameter x: The input.
  /// - Returns: A tensor of the same shape.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    switch self {
    case .relu: x.relu()
    case .relu6: x.relu6()
    case .gelu: x.gelu()
    case .silu: x.silu()
    case .tanh: x.tanh()
    case .sigmoid: x.sigmoid()
    }
  }
}
