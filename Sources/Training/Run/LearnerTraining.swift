import Configuration
import Learners
import Networks
import Tensors

/// A model that is fitted in one go.
protocol TrainableLearner: Sendable {
  /// Fits the model and measures it.
  func fit(_ samples: LearnerSamples) throws -> LearnerResult
}

/// What a learner is given; the features of images are from 0 to 1.
struct LearnerSamples {
  var features: Tensor
  var labels: [Int]
  var testFeatures: Tensor
  var testLabels: [Int]
  var classNames: [String]
}

/// What a learner gives back.
struct LearnerResult {
  var tensors: [(name: String, value: Tensor)]
  var metrics: [(name: String, value: Double)]
  var embedding: TrainingEmbedding?
}

/// Fits a learner and writes its tensors.
struct LearnerTraining {
  let run: TrainingRun
  let learner: any TrainableLearner
  let data: TrainingData
  let split: DatasetSplit

  func run(_ summary: inout TrainingSummary) throws {
    let samples = LearnerSamples(
      features: data.rows(split.train), labels: split.train.map { data.labels[$0] },
      testFeatures: data.rows(split.test), testLabels: split.test.map { data.labels[$0] },
      classNames: data.classNames)
    let result = try learner.fit(samples)
    var tensors: [String: Tensor] = [:]
    for (name, value) in result.tensors { tensors[name] = value }
    let metadata = [
      "definition": run.definition.name, "model": run.definition.model.name,
      "classes": data.classNames.joined(separator: ","),
    ]
    try SafetensorsFile.write(tensors, metadata: metadata, to: run.file("weights.safetensors"))
    var log = MetricLog(columns: result.metrics.map(\.name))
    var row: [String: Double] = [:]
    for (name, value) in result.metrics { row[name] = value }
    log.append(row)
    try log.write(to: run.file("log.csv"))
    run.options.epochEnded(log)
    summary.log = log
    summary.metrics = result.metrics
    summary.embedding = result.embedding
    summary.parameters = result.tensors.reduce(0) { $0 + $1.value.count }
    summary.epochs = 1
    summary.steps = 1
  }
}
