import Configuration
import Networks
import Tensors

/// What training makes small.
struct TrainingLoss: Sendable {
  /// Mean over a batch of class scores `[B, K]` and labels `[B]`.
  let value: @Sendable (_ scores: Tensor, _ labels: Tensor) -> Tensor

  static let kinds = TrainingKinds<TrainingLoss>(
    part: "loss",
    kinds: [
      .init("cross_entropy", "of the softmax of the scores", CrossEntropySettings.self) { set in
        TrainingLoss { $0.crossEntropy($1, labelSmoothing: set.labelSmoothing) }
      },
      .init("hinge", "multi-class hinge", HingeSettings.self) { set in
        TrainingLoss { $0.multiMarginLoss($1, power: set.power, margin: set.margin) }
      },
    ])
}

private struct CrossEntropySettings: ParameterSet {
  @Setting("Share of the target that is spread over all classes", in: 0...0.99)
  var labelSmoothing = 0.0
}

private struct HingeSettings: ParameterSet {
  @Setting("By how much the true class must lead", in: 0...1000) var margin = 1.0
  @Setting("Power of what is missing", in: 1...2) var power = 1
}
