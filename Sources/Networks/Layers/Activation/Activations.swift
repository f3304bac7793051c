public import Tensors

/// `1 / (1 + exp(-x))`.
public final class Sigmoid: Layer {
  /// A layer.
  public init() {}

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor { x.sigmoid() }
}

/// The hyperbolic tangent.
public final class Tanh: Layer {
  /// A layer.
  public init() {}

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor { x.tanh() }
}

/// `max(x, 0)`.
public final class ReLU: Layer {
  /// A layer.
  public init() {}

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor { x.relu() }
}

/// `min(max(x, 0), 6)`.
public final class ReLU6: Layer {
  /// A layer.
  public init() {}

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor { x.relu6() }
}

/// `x sigmoid(x)`.
public final class SiLU: Layer {
  /// A layer.
  public init() {}

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor { x.silu() }
}

/// `log(1 + exp(x))`.
public final class Softplus: Layer {
  /// A layer.
  public init() {}

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor { x.softplus() }
}

/// A piecewise approximation of ``SiLU``.
public final class HardSwish: Layer {
  /// A layer.
  public init() {}

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor { x.hardSwish() }
}
