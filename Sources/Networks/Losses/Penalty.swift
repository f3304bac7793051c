public import Tensors

/// A price for large weights, added to a loss.
///
/// ```swift
/// let loss = network(x).crossEntropy(y) + Penalty.elasticNet(0.001, 0.01)(network)
/// ```
public struct Penalty: Sendable {
  /// Factor of the sum of absolute values.
  public let absolute: Double
  /// Factor of the sum of squares.
  public let squared: Double

  /// A price.
  ///
  /// - Parameters:
  ///   - absolute: Factor of the sum of absolute values.
  ///   - squared: Factor of the sum of squares.
  public init(absolute: Double, squared: Double) {
    self.absolute = absolute
    self.squared = squared
  }

  /// `factor * sum |w|`: makes weights exactly zero.
  ///
  /// - Parameter factor: At least 0.
  /// - Returns: The price.
  public static func l1(_ factor: Double) -> Penalty { Penalty(absolute: factor, squared: 0) }

  /// `factor * sum w^2`: makes weights small.
  ///
  /// - Parameter factor: At least 0.
  /// - Returns: The price.
  public static func l2(_ factor: Double) -> Penalty { Penalty(absolute: 0, squared: factor) }

  /// Both.
  ///
  /// - Parameters:
  ///   - absolute: Factor of the sum of absolute values.
  ///   - squared: Factor of the sum of squares.
  /// - Returns: The price.
  /// - Note: Source: Zou and Hastie, "Regularization and variable selection via the elastic net",
  ///   2005.
  public static func elasticNet(_ absolute: Double, _ squared: Double) -> Penalty {
    Penalty(absolute: absolute, squared: squared)
  }

  /// The price of a network's weights: parameters with several axes, which leaves out biases and
  /// normalisations.
  ///
  /// - Parameter network: The network.
  /// - Returns: A scalar.
  public func callAsFunction(_ network: some Module) -> Tensor {
    self(network.parameters.filter { $0.shape.count > 1 && $0.isTrainable }.map(\.value))
  }

  /// The price of tensors.
  ///
  /// - Parameter weights: The tensors.
  /// - Returns: A scalar.
  public func callAsFunction(_ weights: [Tensor]) -> Tensor {
    var price = Tensor.zeros([], weights.first?.elementType ?? .float32)
    for weight in weights {
      if absolute != 0 { price += weight.abs().sum() * absolute }
      if squared != 0 { price += weight.square().sum() * squared }
    }
    return price
  }
}
