import Configuration
import Learners
import Networks
import Tensors

extension TrainingModel {
  static let learners: [TrainingKinds<TrainingModel>.Kind] = [
    .init("knn", "the class that most of the nearest samples have", NeighbourSettings.self) {
      .learner(NeighbourLearner(settings: $0))
    },
    .init("logistic_regression", "two classes, by Newton's method", LogisticSettings.self) {
      .learner(LogisticLearner(settings: $0))
    },
    .init("linear_svm", "planes with the widest margin", SVMSettings.self) {
      .learner(SVMLearner(settings: $0))
    },
    .init("pca", "the directions in which samples differ most", PCASettings.self) {
      .learner(PCALearner(settings: $0))
    },
    .init("tsne", "places in the plane where neighbours stay neighbours", TSNESettings.self) {
      .learner(TSNELearner(settings: $0))
    },
  ]
}

private struct NeighbourSettings: ParameterSet {
  @Setting("How many neighbours vote", in: 1...10_000) var neighbours = 3
  @Setting("How far samples are from each other", choices: ["l1", "l2"]) var metric = "l2"
}

private struct NeighbourLearner: TrainableLearner {
  let settings: NeighbourSettings

  func fit(_ samples: LearnerSamples) throws -> LearnerResult {
    guard settings.neighbours <= samples.labels.count else {
      throw TrainingError("\(settings.neighbours) of \(samples.labels.count) samples cannot vote")
    }
    let model = NearestNeighbours(
      samples.features.converted(to: .float32), samples.labels, classes: samples.classNames.count,
      count: settings.neighbours, metric: settings.metric == "l1" ? .l1 : .l2)
    let found = model.predict(samples.testFeatures.converted(to: .float32))
    return LearnerResult(
      tensors: [
        ("features", model.features), ("labels", Tensor(model.labels.map { Int64($0) })),
      ], metrics: [("test_accuracy", accuracy(found, samples.testLabels))])
  }
}

private struct LogisticSettings: ParameterSet {
  @Setting("Factor of half the squared weights", in: 1e-9...1e9) var ridge = 1.0
}

private struct LogisticLearner: TrainableLearner {
  let settings: LogisticSettings

  func fit(_ samples: LearnerSamples) throws -> LearnerResult {
    guard samples.classNames.count == 2 else {
      throw TrainingError(
        "logistic_regression tells two classes apart, not \(samples.classNames.count); "
          + "name two with 'classes' of the dataset")
    }
    let model = try LogisticRegression(samples.features, samples.labels, ridge: settings.ridge)
    return LearnerResult(
      tensors: [("weight", model.weights), ("bias", Tensor([model.intercept]))],
      metrics: [
        ("train_accuracy", accuracy(model.predict(samples.features), samples.labels)),
        ("test_accuracy", accuracy(model.predict(samples.testFeatures), samples.testLabels)),
      ])
  }
}

private struct SVMSettings: ParameterSet {
  @Setting("Factor of the losses", in: 1e-9...1e9) var cost = 1.0
  @Setting("What a sample inside the margin costs", choices: ["hinge", "squared_hinge"])
  var loss = "squared_hinge"
  @Setting("Most runs through all samples", in: 1...1_000_000) var epochs = 100
}

private struct SVMLearner: TrainableLearner {
  let settings: SVMSettings

  func fit(_ samples: LearnerSamples) throws -> LearnerResult {
    let model = LinearSVM(
      samples.features, samples.labels, classes: samples.classNames.count, cost: settings.cost,
      loss: settings.loss == "hinge" ? .hinge : .squaredHinge, mostEpochs: settings.epochs)
    return LearnerResult(
      tensors: [("weight", model.weights), ("bias", model.intercept)],
      metrics: [
        ("train_accuracy", accuracy(model.predict(samples.features), samples.labels)),
        ("test_accuracy", accuracy(model.predict(samples.testFeatures), samples.testLabels)),
      ])
  }
}

private struct PCASettings: ParameterSet {
  @Setting("How many directions", in: 2...10_000) var components = 2
}

private struct PCALearner: TrainableLearner {
  let settings: PCASettings

  func fit(_ samples: LearnerSamples) throws -> LearnerResult {
    guard samples.labels.count >= 2, settings.components <= samples.features.shape[1] else {
      throw TrainingError(
        "\(samples.labels.count) samples of \(samples.features.shape[1]) features have no "
          + "\(settings.components) directions")
    }
    let model = try PrincipalComponents(samples.features, count: settings.components)
    let places = model.transform(samples.features)
    let axes = model.shares.prefix(2).enumerated().map { place, share in
      "component \(place + 1) (\(Int((share * 100).rounded())) % of the variance)"
    }
    return LearnerResult(
      tensors: [
        ("mean", model.mean), ("components", model.components),
        ("variances", Tensor(model.variances)),
      ],
      metrics: model.shares.prefix(2).enumerated().map { ("share_\($0 + 1)", $1) },
      embedding: TrainingEmbedding(places, axes: Array(axes), samples))
  }
}

private struct TSNESettings: ParameterSet {
  @Setting("Roughly how many neighbours count", in: 1...10_000) var perplexity = 30.0
  @Setting("Steps", in: 1...1_000_000) var iterations = 1000
}

private struct TSNELearner: TrainableLearner {
  let settings: TSNESettings

  func fit(_ samples: LearnerSamples) throws -> LearnerResult {
    let count = samples.labels.count
    guard Double(count) > 3 * settings.perplexity, count <= 20_000 else {
      throw TrainingError(
        "tsne needs more than \(Int(3 * settings.perplexity)) samples for this perplexity, and "
          + "at most 20000, not \(count)")
    }
    let (places, divergence) = try TSNE(
      perplexity: settings.perplexity, iterations: settings.iterations
    ).embed(samples.features)
    return LearnerResult(
      tensors: [("places", places)], metrics: [("divergence", divergence)],
      embedding: TrainingEmbedding(places, axes: ["t-SNE 1", "t-SNE 2"], samples))
  }
}

extension TrainingEmbedding {
  fileprivate init(_ places: Tensor, axes: [String], _ samples: LearnerSamples) {
    let width = places.shape[1]
    points = places.withUnsafeElements(of: Double.self) { values in
      samples.labels.indices.map { SIMD2(values[$0 * width], values[$0 * width + 1]) }
    }
    self.axes = axes
    labels = samples.labels
    classNames = samples.classNames
  }
}
