public import Tensors

/// Gradient descent, with momentum, Nesterov's momentum and weight decay where wanted.
///
/// - Note: Source: Sutskever et al., "On the importance of initialization and momentum in deep
///   learning", ICML 2013. Differs, as PyTorch does: the velocity is multiplied by the learning
///   rate when it is applied, not when it is gathered.
public final class SGD: Optimizer {
  /// The step width.
  public var learningRate: Double
  /// What is trained.
  public let groups: [ParameterGroup]
  /// What is remembered from step to step.
  public var memory = OptimizerMemory()
  private let momentum: Double
  private let dampening: Double
  private let isNesterov: Bool
  private let weightDecay: Double

  /// An optimiser for groups of parameters.
  ///
  /// - Parameters:
  ///   - groups: What is trained.
  ///   - learningRate: Step width.
  ///   - momentum: Part of the velocity that is kept; 0 for none.
  ///   - dampening: Part of the gradient that the velocity does not take up.
  ///   - nesterov: Whether to look ahead along the velocity.
  ///   - weightDecay: Factor of the weights that is added to the gradient.
  public init(
    _ groups: [ParameterGroup], learningRate: Double, momentum: Double = 0,
    dampening: Double = 0, nesterov: Bool = false, weightDecay: Double = 0
  ) {
    require(
      !nesterov || (momentum > 0 && dampening == 0),
      "SGD: Nesterov's momentum needs a momentum above 0 and no dampening")
    self.groups = groups
    self.learningRate = learningRate
    self.momentum = momentum
    self.dampening = dampening
    self.isNesterov = nesterov
    self.weightDecay = weightDecay
  }

  /// An optimiser for all parameters of a network.
  ///
  /// - Parameters:
  ///   - network: What is trained.
  ///   - learningRate: Step width.
  ///   - momentum: Part of the velocity that is kept; 0 for none.
  ///   - dampening: Part of the gradient that the velocity does not take up.
  ///   - nesterov: Whether to look ahead along the velocity.
  ///   - weightDecay: Factor of the weights that is added to the gradient.
  public convenience init(
    _ network: some Module, learningRate: Double, momentum: Double = 0, dampening: Double = 0,
    nesterov: Bool = false, weightDecay: Double = 0
  ) {
    self.init(
      [ParameterGroup(network.namedParameters)], learningRate: learningRate, momentum: momentum,
      dampening: dampening, nesterov: nesterov, weightDecay: weightDecay)
  }

  /// Changes one parameter by one step.
  public func update(
    _ value: Tensor, _ gradient: Tensor, _ slots: inout [String: Tensor], _ step: OptimizerStep
  ) {
    let decay = step.weightDecay ?? weightDecay
    if momentum != 0, !isNesterov, let velocity = slots["momentum"] {
      // The same sum without room for the direction.
      velocity.scaleInPlace(by: momentum)
      velocity.addInPlace(gradient, times: 1 - dampening)
      if decay != 0 { velocity.addInPlace(value, times: decay * (1 - dampening)) }
      value.addInPlace(velocity, times: -step.learningRate)
      return
    }
    var direction = decay == 0 ? gradient : gradient + value * decay
    if momentum != 0 {
      if let velocity = slots["momentum"] {
        velocity.scaleInPlace(by: momentum)
        velocity.addInPlace(direction, times: 1 - dampening)
        direction = isNesterov ? direction + velocity * momentum : velocity
      } else {
        let velocity = direction.copied()
        slots["momentum"] = velocity
        direction = isNesterov ? direction + velocity * momentum : velocity
      }
    }
    value.addInPlace(direction, times: -step.learningRate)
  }
}
