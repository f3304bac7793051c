public import Tensors

/// Gradient descent with steps divided by the recent size of each element's gradient.
///
/// - Note: Source: Hinton, "Neural networks for machine learning", lecture 6e, 2012; Graves,
///   "Generating sequences with recurrent neural networks", arXiv 1308.0850, for the centred form.
public final class RMSProp: Optimizer {
  /// The step width.
  public var learningRate: Double
  /// What is trained.
  public let groups: [ParameterGroup]
  /// What is remembered from step to step.
  public var memory = OptimizerMemory()
  private let decay: Double
  private let epsilon: Double
  private let momentum: Double
  private let isCentred: Bool
  private let weightDecay: Double

  /// An optimiser for groups of parameters.
  ///
  /// - Parameters:
  ///   - groups: What is trained.
  ///   - learningRate: Step width.
  ///   - decay: Part of the mean square that is kept.
  ///   - epsilon: Added to the root of the mean square.
  ///   - momentum: Part of the velocity that is kept; 0 for none.
  ///   - centred: Whether the variance takes the place of the mean square.
  ///   - weightDecay: Factor of the weights that is added to the gradient.
  public init(
    _ groups: [ParameterGroup], learningRate: Double = 1e-2, decay: Double = 0.99,
    epsilon: Double = 1e-8, momentum: Double = 0, centred: Bool = false, weightDecay: Double = 0
  ) {
    self.groups = groups
    self.learningRate = learningRate
    self.decay = decay
    self.epsilon = epsilon
    self.momentum = momentum
    self.isCentred = centred
    self.weightDecay = weightDecay
  }

  /// An optimiser for all parameters of a network.
  ///
  /// - Parameters:
  ///   - network: What is trained.
  ///   - learningRate: Step width.
  ///   - decay: Part of the mean square that is kept.
  ///   - epsilon: Added to the root of the mean square.
  ///   - momentum: Part of the velocity that is kept; 0 for none.
  ///   - centred: Whether the variance takes the place of the mean square.
  ///   - weightDecay: Factor of the weights that is added to the gradient.
  public convenience init(
    _ network: some Module, learningRate: Double = 1e-2, decay: Double = 0.99,
    epsilon: Double = 1e-8, momentum: Double = 0, centred: Bool = false, weightDecay: Double = 0
  ) {
    self.init(
      [ParameterGroup(network.namedParameters)], learningRate: learningRate, decay: decay,
      epsilon: epsilon, momentum: momentum, centred: centred, weightDecay: weightDecay)
  }

  /// Changes one parameter by one step.
  public func update(
    _ value: Tensor, _ gradient: Tensor, _ slots: inout [String: Tensor], _ step: OptimizerStep
  ) {
    let weightDecay = step.weightDecay ?? weightDecay
    let gradient = weightDecay == 0 ? gradient : gradient + value * weightDecay
    let square = slots.slot("mean_square", like: value)
    square.scaleInPlace(by: decay)
    square.addProductInPlace(gradient, gradient, times: 1 - decay)
    var spread = square
    if isCentred {
      let mean = slots.slot("mean", like: value)
      mean.interpolateInPlace(to: gradient, by: 1 - decay)
      spread = square - mean.square()
    }
    let scale = spread.sqrt() + epsilon
    if momentum > 0 {
      let velocity = slots.slot("momentum", like: value)
      velocity.scaleInPlace(by: momentum)
      velocity.addQuotientInPlace(gradient, scale)
      value.addInPlace(velocity, times: -step.learningRate)
    } else {
      value.addQuotientInPlace(gradient, scale, times: -step.learningRate)
    }
  }
}

extension [String: Tensor] {
  /// The tensor of a name, made of zeros like `tensor` at first.
  mutating func slot(_ name: String, like tensor: Tensor) -> Tensor {
    if let found = self[name] { return found }
    let made = tensor.detached() * 0.0
    self[name] = made
    return made
  }
}
