import Tensors

/// Rules that keep the variance of signals from layer to layer.
extension Initializer {
  /// Which side of a layer keeps its variance.
  public enum Fan: Sendable {
    /// Inputs of one output: the forward pass.
    case `in`
    /// Outputs of one input: the backward pass.
    case out
  }

  /// Inputs of one output and outputs of one input of a weight `[out, in, kernel...]`.
  ///
  /// - Parameter shape: At least two axes.
  /// - Returns: Both counts.
  public static func fans(of shape: [Int]) -> (in: Int, out: Int) {
    require(shape.count >= 2, "a parameter of shape \(shape) has no inputs and outputs")
    let kernel = shape.dropFirst(2).reduce(1, *)
    return (shape[1] * kernel, shape[0] * kernel)
  }

  /// Uniform values of variance `2 / (in + out)`, for symmetric activations.
  ///
  /// - Parameter gain: Factor of the standard deviation.
  /// - Returns: The rule.
  /// - Note: Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward
  ///   neural networks", AISTATS 2010.
  public static func xavierUniform(gain: Double = 1) -> Initializer {
    scaled(isUniform: true) { gain * (2 / Double($0.in + $0.out)).squareRoot() }
  }

  /// Normal values of variance `2 / (in + out)`, for symmetric activations.
  ///
  /// - Parameter gain: Factor of the standard deviation.
  /// - Returns: The rule.
  public static func xavierNormal(gain: Double = 1) -> Initializer {
    scaled(isUniform: false) { gain * (2 / Double($0.in + $0.out)).squareRoot() }
  }

  /// Uniform values of variance `2 / ((1 + slope^2) fan)`, for rectified activations.
  ///
  /// - Parameters:
  ///   - fan: Which side keeps its variance.
  ///   - slope: Slope of the activation below 0.
  /// - Returns: The rule.
  /// - Note: Source: He et al., "Delving deep into rectifiers", ICCV 2015.
  public static func heUniform(_ fan: Fan = .in, slope: Double = 0) -> Initializer {
    scaled(isUniform: true) { heDeviation($0, fan, slope) }
  }

  /// Normal values of variance `2 / ((1 + slope^2) fan)`, for rectified activations.
  ///
  /// - Parameters:
  ///   - fan: Which side keeps its variance.
  ///   - slope: Slope of the activation below 0.
  /// - Returns: The rule.
  public static func heNormal(_ fan: Fan = .in, slope: Double = 0) -> Initializer {
    scaled(isUniform: false) { heDeviation($0, fan, slope) }
  }

  /// Uniform values within `1 / sqrt(count)` of 0: the usual rule of PyTorch's layers.
  ///
  /// - Parameter count: Inputs of one output.
  /// - Returns: The rule.
  public static func uniform(inputs count: Int) -> Initializer {
    let bound = count > 0 ? 1 / Double(count).squareRoot() : 0
    return bound > 0 ? .uniform(-bound..<bound) : .zeros
  }

  private static func heDeviation(
    _ fans: (in: Int, out: Int), _ fan: Fan, _ slope: Double
  ) -> Double {
    let count = fan == .in ? fans.in : fans.out
    return (2 / ((1 + slope * slope) * Double(count))).squareRoot()
  }

  private static func scaled(
    isUniform: Bool, _ deviation: @escaping @Sendable ((in: Int, out: Int)) -> Double
  ) -> Initializer {
    Initializer { shape, elementType, generator in
      let deviation = deviation(fans(of: shape))
      if !isUniform {
        return .normal(
          shape, standardDeviation: deviation, elementType, using: &generator)
      }
      let bound = deviation * 3.0.squareRoot()
      return .uniform(shape, in: -bound..<bound, elementType, using: &generator)
    }
  }
}
