import Models
import Networks
import Tensors

/// Images or rows that a network puts into classes.
struct ClassificationTask: TrainingTask {
  let classifier: any Layer
  let loss: TrainingLoss
  let metadata: [String: String]
  let stepMeasures = ["accuracy"]
  let heldMeasures = ["loss", "accuracy"]

  var network: any Module { classifier }

  init(
    _ network: any Layer, _ definition: TrainingDefinition, classNames: [String],
    _ samples: AnyLabelledDataset.Parts
  ) {
    classifier = network
    loss = definition.loss
    metadata = [
      "config": Self.configuration(of: network, classes: classNames.count),
      "classes": classNames.joined(separator: ","),
      "mean": samples.mean.map { "\($0)" }.joined(separator: ","),
      "standard_deviation": samples.deviation.map { "\($0)" }.joined(separator: ","),
    ]
  }

  func step(_ batch: LabelledBatch) -> TrainingStep {
    TrainingStep(classifying: classifier(batch.inputs), as: batch.labels, loss)
  }

  /// Mean loss and share of correct classes.
  func evaluate(_ loader: DataLoader<AnyLabelledDataset>) -> [Double] {
    var (loss, accuracy) = (MetricMean(), MetricMean())
    withoutGradients {
      for batch in loader.batches(epoch: 0) {
        let scores = classifier(batch.inputs)
        let value = self.loss.value(scores, batch.labels)
        loss.add(Double(value.item(of: Float.self)), count: batch.count)
        accuracy.add(scores.shareOfCorrect(batch.labels), count: batch.count)
      }
    }
    return [loss.value, accuracy.value]
  }

  /// What `parallax infer` builds the same network from, as JSON.
  private static func configuration(of network: any Layer, classes: Int) -> String {
    let stem = (network as? ResNet)?.stem
    return #"{"classes":\#(classes)\#(stem.map { #","stem":"\#($0.rawValue)""# } ?? "")}"#
  }
}

extension TrainingStep {
  /// The outcome of a batch that a network puts into classes: its loss, and the share that is right.
  init(classifying scores: Tensor, as labels: Tensor, _ loss: TrainingLoss) {
    self.init(
      loss: loss.value(scores, labels), count: labels.count,
      measures: [scores.shareOfCorrect(labels)])
  }
}

extension Tensor {
  /// The share of rows of scores whose largest is that of the label.
  func shareOfCorrect(_ labels: Tensor) -> Double {
    let hits = (detached().argMax(axis: 1) .== labels).converted(to: .int64).sum()
    return Double(hits.item(of: Int64.self)) / Double(labels.count)
  }
}
