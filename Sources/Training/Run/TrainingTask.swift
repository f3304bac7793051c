import Networks
import Tensors

/// What a network is trained for: its samples, its loss, what is measured.
protocol TrainingTask {
  /// The samples.
  associatedtype Data: Dataset

  /// The network.
  var network: any Module { get }
  /// Names of what a training step measures besides the loss.
  var stepMeasures: [String] { get }
  /// Names of what held-out samples are measured by.
  var heldMeasures: [String] { get }
  /// What the file of weights says about itself.
  var metadata: [String: String] { get }

  /// The loss of a batch, and what else it tells.
  func step(_ batch: Data.Batch) throws -> TrainingStep

  /// Measures held-out samples; the network is in evaluation mode.
  func evaluate(_ loader: DataLoader<Data>) throws -> [Double]
}

/// The outcome of one batch.
struct TrainingStep {
  /// What is made small; a scalar.
  var loss: Tensor
  /// Number of samples.
  var count: Int
  /// Means over the batch, in the order of the task's measures.
  var measures: [Double]
}

extension TrainingTask {
  /// Whether a larger value of a measure is better.
  func isLargerBetter(_ measure: String) -> Bool { !measure.hasSuffix("loss") }
}
