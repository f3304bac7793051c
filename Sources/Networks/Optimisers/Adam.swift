public import Tensors

/// Gradient descent with bias-corrected means of the gradient and of its square.
///
/// - Note: Source: Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015; Reddi et
///   al., "On the convergence of Adam and beyond", ICLR 2018, for the largest mean square; Loshchilov
///   and Hutter, "Decoupled weight decay regularization", ICLR 2019, for ``AdamW``.
public final class Adam: Optimizer {
  /// The step width.
  public var learningRate: Double
  /// What is trained.
  public let groups: [ParameterGroup]
  /// What is remembered from step to step.
  public var memory = OptimizerMemory()
  private let rule: AdamRule

  /// An optimiser for groups of parameters.
  ///
  /// - Parameters:
  ///   - groups: What is trained.
  ///   - learningRate: Step width.
  ///   - betas: Parts of the mean gradient and of the mean square that are kept.
  ///   - epsilon: Added to the root of the mean square.
  ///   - weightDecay: Factor of the weights that is added to the gradient.
  ///   - amsgrad: Whether the largest mean square so far takes the place of the current one.
  public init(
    _ groups: [ParameterGroup], learningRate: Double = 1e-3,
    betas: (Double, Double) = (0.9, 0.999), epsilon: Double = 1e-8, weightDecay: Double = 0,
    amsgrad: Bool = false
  ) {
    self.groups = groups
    self.learningRate = learningRate
    self.rule = AdamRule(
      betas: betas, epsilon: epsilon, weightDecay: weightDecay, isDecoupled: false,
      keepsLargest: amsgrad)
  }

  /// An optimiser for all parameters of a network.
  ///
  /// - Parameters:
  ///   - network: What is trained.
  ///   - learningRate: Step width.
  ///   - betas: Parts of the mean gradient and of the mean square that are kept.
  ///   - epsilon: Added to the root of the mean square.
  ///   - weightDecay: Factor of the weights that is added to the gradient.
  ///   - amsgrad: Whether the largest mean square so far takes the place of the current one.
  public convenience init(
    _ network: some Module, learningRate: Double = 1e-3,
    betas: (Double, Double) = (0.9, 0.999), epsilon: Double = 1e-8, weightDecay: Double = 0,
    amsgrad: Bool = false
  ) {
    self.init(
      [ParameterGroup(network.namedParameters)], learningRate: learningRate, betas: betas,
      epsilon: epsilon, weightDecay: weightDecay, amsgrad: amsgrad)
  }

  /// Changes one parameter by one step.
  public func update(
    _ value: Tensor, _ gradient: Tensor, _ slots: inout [String: Tensor], _ step: OptimizerStep
  ) {
    rule.update(value, gradient, &slots, step)
  }
}

/// ``Adam`` with weight decay that acts on the weights directly instead of through the gradient.
public final class AdamW: Optimizer {
  /// The step width.
  public var learningRate: Double
  /// What is trained.
  public let groups: [ParameterGroup]
  /// What is remembered from step to step.
  public var memory = OptimizerMemory()
  private let rule: AdamRule

  /// An optimiser for groups of parameters.
  ///
  /// - Parameters:
  ///   - groups: What is trained.
  ///   - learningRate: Step width.
  ///   - betas: Parts of the mean gradient and of the mean square that are kept.
  ///   - epsilon: Added to the root of the mean square.
  ///   - weightDecay: Part of the weights, times the learning rate, that each step takes away.
  ///   - amsgrad: Whether the largest mean square so far takes the place of the current one.
  public init(
    _ groups: [ParameterGroup], learningRate: Double = 1e-3,
    betas: (Double, Double) = (0.9, 0.999), epsilon: Double = 1e-8, weightDecay: Double = 1e-2,
    amsgrad: Bool = false
  ) {
    self.groups = groups
    self.learningRate = learningRate
    self.rule = AdamRule(
      betas: betas, epsilon: epsilon, weightDecay: weightDecay, isDecoupled: true,
      keepsLargest: amsgrad)
  }

  /// An optimiser for all parameters of a network.
  ///
  /// - Parameters:
  ///   - network: What is trained.
  ///   - learningRate: Step width.
  ///   - betas: Parts of the mean gradient and of the mean square that are kept.
  ///   - epsilon: Added to the root of the mean square.
  ///   - weightDecay: Part of the weights, times the learning rate, that each step takes away.
  ///   - amsgrad: Whether the largest mean square so far takes the place of the current one.
  public convenience init(
    _ network: some Module, learningRate: Double = 1e-3,
    betas: (Double, Double) = (0.9, 0.999), epsilon: Double = 1e-8, weightDecay: Double = 1e-2,
    amsgrad: Bool = false
  ) {
    self.init(
      [ParameterGroup(network.namedParameters)], learningRate: learningRate, betas: betas,
      epsilon: epsilon, weightDecay: weightDecay, amsgrad: amsgrad)
  }

  /// Changes one parameter by one step.
  public func update(
    _ value: Tensor, _ gradient: Tensor, _ slots: inout [String: Tensor], _ step: OptimizerStep
  ) {
    rule.update(value, gradient, &slots, step)
  }
}

/// The step of Adam and AdamW.
private struct AdamRule {
  let betas: (Double, Double)
  let epsilon: Double
  let weightDecay: Double
  let isDecoupled: Bool
  let keepsLargest: Bool

  func update(
    _ value: Tensor, _ gradient: Tensor, _ slots: inout [String: Tensor], _ step: OptimizerStep
  ) {
    let decay = step.weightDecay ?? weightDecay
    var gradient = gradient
    if decay != 0 && isDecoupled {
      value.scaleInPlace(by: 1 - step.learningRate * decay)
    } else if decay != 0 {
      gradient = gradient + value * decay
    }
    let mean = slots.slot("mean", like: value)
    let square = slots.slot("mean_square", like: value)
    mean.interpolateInPlace(to: gradient, by: 1 - betas.0)
    square.scaleInPlace(by: betas.1)
    square.addProductInPlace(gradient, gradient, times: 1 - betas.1)

    let correction = 1 - power(betas.0, step.number)
    let squareCorrection = (1 - power(betas.1, step.number)).squareRoot()
    var spread = square
    if keepsLargest {
      spread = slots.slot("largest_mean_square", like: value).maximum(square)
      slots["largest_mean_square"] = spread
    }
    let scale = spread.sqrt() / squareCorrection + epsilon
    value.addQuotientInPlace(mean, scale, times: -step.learningRate / correction)
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}
