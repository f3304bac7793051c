import Configuration
import Networks

/// Makes the optimiser that a definition names.
struct TrainingOptimiser: Sendable {
  let learningRate: Double
  let make: @Sendable (_ network: any Module) -> any Optimizer

  static let kinds = TrainingKinds<TrainingOptimiser>(
    part: "optimiser",
    kinds: [
      .init("sgd", "gradient descent with momentum", SGDSettings.self) { set in
        if set.nesterov, set.momentum == 0 {
          throw TrainingError("'nesterov' needs a momentum above 0")
        }
        return TrainingOptimiser(learningRate: set.learningRate) { network in
          SGD(
            groups(network, set.weightDecay), learningRate: set.learningRate,
            momentum: set.momentum, nesterov: set.nesterov)
        }
      },
      .init("rmsprop", "steps divided by the recent size of gradients", RMSPropSettings.self) {
        set in
        TrainingOptimiser(learningRate: set.learningRate) { network in
          RMSProp(
            groups(network, set.weightDecay), learningRate: set.learningRate, decay: set.decay,
            momentum: set.momentum)
        }
      },
      .init("adam", "means of the gradient and of its square", AdamSettings.self) { set in
        TrainingOptimiser(learningRate: set.learningRate) { network in
          Adam(
            groups(network, set.weightDecay), learningRate: set.learningRate,
            betas: (set.beta1, set.beta2))
        }
      },
      .init("adamw", "adam with weight decay of its own", AdamWSettings.self) { set in
        TrainingOptimiser(learningRate: set.learningRate) { network in
          AdamW(
            groups(network, set.weightDecay), learningRate: set.learningRate,
            betas: (set.beta1, set.beta2))
        }
      },
    ])

  /// Weights decay, biases and the factors of normalisations do not.
  private static func groups(_ network: any Module, _ weightDecay: Double) -> [ParameterGroup] {
    let parameters = network.namedParameters
    return [
      ParameterGroup(
        parameters.filter { $0.parameter.shape.count > 1 }, weightDecay: weightDecay),
      ParameterGroup(parameters.filter { $0.parameter.shape.count <= 1 }, weightDecay: 0),
    ].filter { !$0.parameters.isEmpty }
  }
}

private struct SGDSettings: ParameterSet {
  @Setting("Step width", in: 0...1000) var learningRate = 0.1
  @Setting("Part of the velocity that is kept", in: 0...1) var momentum = 0.9
  @Setting("Whether to look ahead along the velocity") var nesterov = false
  @Setting("Decay of weights, not of biases", in: 0...10) var weightDecay = 0.0
}

private struct RMSPropSettings: ParameterSet {
  @Setting("Step width", in: 0...1000) var learningRate = 0.01
  @Setting("Part of the mean square that is kept", in: 0...1) var decay = 0.99
  @Setting("Part of the velocity that is kept", in: 0...1) var momentum = 0.0
  @Setting("Decay of weights, not of biases", in: 0...10) var weightDecay = 0.0
}

private struct AdamSettings: ParameterSet {
  @Setting("Step width", in: 0...1000) var learningRate = 0.001
  @Setting("Part of the mean gradient that is kept", in: 0...0.999999) var beta1 = 0.9
  @Setting("Part of the mean square that is kept", in: 0...0.999999) var beta2 = 0.999
  @Setting("Decay of weights, not of biases", in: 0...10) var weightDecay = 0.0
}

private struct AdamWSettings: ParameterSet {
  @Setting("Step width", in: 0...1000) var learningRate = 0.001
  @Setting("Part of the mean gradient that is kept", in: 0...0.999999) var beta1 = 0.9
  @Setting("Part of the mean square that is kept", in: 0...0.999999) var beta2 = 0.999
  @Setting("Decay of weights, not of biases", in: 0...10) var weightDecay = 0.01
}
