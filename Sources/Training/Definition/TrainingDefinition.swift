public import Configuration
import Networks

/// A training run as its YAML file describes it, checked: every name resolved, every setting read.
///
/// ```yaml
/// name: lenet-mnist
/// model: lenet
/// dataset: { use: mnist, path: ../../../shared/data/mnist }
/// split: { use: ranges, train: "0:5700", test: "5700:6700" }
/// augmentation:
///   - { use: affine, rotation: 10, translation: 0.08 }
/// optimiser: { use: adamw, learning_rate: 0.002 }
/// epochs: 20
/// ```
public struct TrainingDefinition {
  /// Name of the run.
  public let name: String
  /// The file that it was read from.
  public let path: String
  /// Everything that decides the result, defaults included.
  public let json: JSONValue
  let model: TrainingKinds<TrainingModel>.Choice
  let dataset: TrainingKinds<TrainingSource>.Choice
  let split: TrainingKinds<TrainingSplit>.Choice
  let augmentation: [TrainingChange]
  let optimiser: TrainingOptimiser
  let schedule: TrainingSchedule
  let loss: TrainingLoss
  let settings: TrainingSettings
}

/// What a definition says at its top level besides the named parts.
struct TrainingSettings: ParameterSet {
  @Setting("Runs through the training samples", in: 1...1_000_000) var epochs = 10
  @Setting("Samples in a batch", in: 1...1_000_000) var batch = 64
  @Setting("Seed of the first weights, the order of samples and all random changes") var seed = 0
  @Setting("Threads of tensor operations; decides the last bits of the result", in: 1...256)
  var threads = 1
  @Setting("Threads that load samples; does not change the result", in: 0...64) var workers = 1
  @Setting("Steps between checkpoints within an epoch; 0 only between epochs", in: 0...1e9)
  var checkpointEvery = 0
  @Setting("Greatest length of all gradients as one vector; no limit when left out", in: 0...1e9)
  var clipNorm: Double? = nil
  @Setting("Factor of the sum of absolute weights that is added to the loss", in: 0...1000)
  var l1Penalty = 0.0
  @Setting("Epochs between two evaluations", in: 1...1_000_000) var evaluateEvery = 1
  @Setting(
    "Weights to begin with, of the same network; relative paths start at the definition's folder. Random ones when empty"
  )
  var initialWeights = ""
  @Setting("End when the validation measure has not improved for so long")
  var earlyStopping: EarlyStoppingSettings? = nil
}

/// When training ends before its last epoch.
struct EarlyStoppingSettings: ParameterSet, ParameterValue {
  @Setting("Evaluations without improvement after which training ends", in: 1...1_000_000)
  var patience = 5
  @Setting("What counts as better must differ by more than this", in: 0...1e9)
  var minimumChange = 0.0
  @Setting("What is watched: a held-out measure of the log, such as loss, accuracy or map_50")
  var measure = "loss"
}
