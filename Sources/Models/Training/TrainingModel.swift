import Configuration
import Learners
import Networks

/// The model that a definition names.
enum TrainingModel {
  /// Trained by gradients; made for inputs of a shape and a number of classes.
  case network(accepts: (_ shape: [Int]) -> String?, make: (_ shape: [Int], Int) -> any Layer)
  /// Fitted in one go.
  case learner(any TrainableLearner)

  static let kinds = TrainingKinds<TrainingModel>(part: "model", kinds: networks + learners)

  private static let networks: [TrainingKinds<TrainingModel>.Kind] = [
    .init("softmax_regression", "one linear layer") { (_: NoParameters) in
      .network(accepts: { _ in nil }) { shape, classes in
        Sequential(named: [
          ("flatten", Flatten()), ("fc", Linear(shape.reduce(1, *), classes)),
        ])
      }
    },
    .init("mlp", "linear layers with ReLU between them", MLPSettings.self) { set in
      .network(accepts: { _ in nil }) { shape, classes in
        var layers: [any Layer] = [Flatten()]
        var width = shape.reduce(1, *)
        for hidden in set.hidden {
          layers += [Linear(width, hidden, initializer: .heNormal()), ReLU()]
          if set.dropout > 0 { layers.append(Dropout(set.dropout)) }
          width = hidden
        }
        return Sequential(layers + [Linear(width, classes)])
      }
    },
    .init("lenet", "LeNet-5 for images of 28 x 28 or 32 x 32 pixels") { (_: NoParameters) in
      .network(accepts: { needs($0, [28, 32]) }) { shape, classes in
        Self.lenet(channels: shape[0], size: shape[1], classes: classes)
      }
    },
    .init("plain_cnn", "three convolutions with pooling", PlainCNNSettings.self) { set in
      .network(accepts: { atLeast(8, $0) }) { shape, classes in
        PlainCNN(channels: shape[0], width: set.width, classes: classes)
      }
    },
  ]

  private static func atLeast(_ size: Int, _ shape: [Int]) -> String? {
    if shape.count == 3, shape[1] >= size, shape[2] >= size { return nil }
    return "needs images of at least \(size) x \(size) pixels"
  }

  private static func lenet(channels: Int, size: Int, classes: Int) -> any Layer {
    Sequential(
      Conv2D(channels, 6, kernel: 5, padding: .init(size == 28 ? 2 : 0)), ReLU(), MaxPool2D(2),
      Conv2D(6, 16, kernel: 5), ReLU(), MaxPool2D(2), Flatten(),
      Linear(400, 120), ReLU(), Linear(120, 84), ReLU(), Linear(84, classes))
  }

  private static func needs(_ shape: [Int], _ sizes: [Int]) -> String? {
    if shape.count == 3, shape[1] == shape[2], sizes.contains(shape[1]) { return nil }
    let list = sizes.map { "\($0) x \($0)" }.joined(separator: " or ")
    return "needs images of \(list) pixels"
  }
}

private struct MLPSettings: ParameterSet {
  @Parameter("Units of each hidden layer", in: 1...100_000) var hidden = [128]
  @Parameter("Share of hidden units that are left out in training", in: 0...0.95)
  var dropout = 0.0
}

private struct PlainCNNSettings: ParameterSet {
  @Parameter("Channels of the first convolution; doubled twice", in: 1...1024) var width = 32
}
