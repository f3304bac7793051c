import Configuration
import Learners
import Models
import Networks

/// The model that a definition names.
enum TrainingModel: Sendable {
  /// Trained by gradients; made for inputs of a shape and a number of classes.
  case network(
    accepts: @Sendable (_ shape: [Int]) -> String?,
    make: @Sendable (_ shape: [Int], _ classes: Int) -> any Layer)
  /// Fitted in one go.
  case learner(any TrainableLearner)
  /// A network for clouds, once the classes are known.
  case clouds(make: @Sendable (CloudClasses) throws -> any CloudTask)
  /// A network for clips of videos.
  case clips(ClipNetworkMaker)

  static let kinds = TrainingKinds<TrainingModel>(
    part: "model",
    kinds: networks + learners + CloudTaskCatalogue.types.map { cloudKind($0) }
      + ClipModelCatalogue.types.map { clipKind($0) })

  private static func clipKind<Model: ClipModel>(_ type: Model.Type)
    -> TrainingKinds<TrainingModel>.Kind
  {
    .init(Model.name, Model.summary, Model.Settings.self) { .clips(ClipNetworkMaker(type, $0)) }
  }

  private static func cloudKind<Task: CloudTask>(_ type: Task.Type)
    -> TrainingKinds<TrainingModel>.Kind
  {
    .init(Task.name, Task.summary, Task.Settings.self) { settings in
      .clouds { try Task(settings, classes: $0) }
    }
  }

  private static let networks: [TrainingKinds<TrainingModel>.Kind] =
    [
      .init("softmax_regression", "one linear layer", NoParameters.self) { _ in
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
      .init("lenet", "LeNet for images of 28 x 28 pixels", NoParameters.self) { _ in
        .network(accepts: { exactly(28, $0) }) { shape, classes in
          LeNet(classes: classes, channels: shape[0])
        }
      },
      .init("plain_cnn", "three convolutions with pooling", PlainCNNSettings.self) { set in
        .network(accepts: { atLeast(8, $0) }) { shape, classes in
          PlainCNN(channels: shape[0], width: set.width, classes: classes)
        }
      },
    ] + resNets

  private static let resNets: [TrainingKinds<TrainingModel>.Kind] =
    ResNet.Depth.allCases.map { depth in
      .init(
        "resnet\(depth.rawValue)", "residual network of \(depth.rawValue) layers",
        ResNetSettings.self
      ) { set in
        let stem: ResNet.Stem = set.stem == "small" ? .small : .large
        return .network(accepts: { atLeast(stem == .small ? 8 : 32, $0) }) { shape, classes in
          ResNet(depth, classes: classes, channels: shape[0], stem: stem)
        }
      }
    }

  private static func atLeast(_ size: Int, _ shape: [Int]) -> String? {
    if shape.count == 3, shape[1] >= size, shape[2] >= size { return nil }
    return "needs images of at least \(size) x \(size) pixels"
  }

  private static func exactly(_ size: Int, _ shape: [Int]) -> String? {
    if shape.count == 3, shape[1] == size, shape[2] == size { return nil }
    return "needs images of \(size) x \(size) pixels"
  }
}

private struct MLPSettings: ParameterSet {
  @Setting("Units of each hidden layer", in: 1...100_000) var hidden = [128]
  @Setting("Share of hidden units that are left out in training", in: 0...0.95)
  var dropout = 0.0
}

private struct ResNetSettings: ParameterSet {
  @Setting(
    "Start of the network: small is one 3 x 3 convolution, for images of 32 x 32 pixels",
    choices: ["small", "large"])
  var stem = "large"
}

private struct PlainCNNSettings: ParameterSet {
  @Setting("Channels of the first convolution; doubled twice", in: 1...1024) var width = 32
}
