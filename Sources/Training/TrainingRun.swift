import Configuration
import Foundation
import Networks
import Tensors

/// Carries out a training definition.
///
/// ```swift
/// let definition = try TrainingDefinition(path: "pipelines/training/lenet-mnist.yaml")
/// let summary = try TrainingRun(definition, TrainingOptions(folder: "out")).execute()
/// ```
///
/// The same definition and data give the same bytes of `weights.safetensors` and `log.csv`, however many threads load, and
/// however often the run was killed and resumed.
public struct TrainingRun {
  let definition: TrainingDefinition
  let options: TrainingOptions

  /// A run.
  ///
  /// - Parameters:
  ///   - definition: What is trained.
  ///   - options: Where to, and how far.
  public init(_ definition: TrainingDefinition, _ options: TrainingOptions) {
    self.definition = definition
    self.options = options
  }

  /// Trains, and writes `weights.safetensors`, `log.csv` and, for networks, `checkpoint.safetensors` to the folder.
  ///
  /// - Returns: What was done.
  /// - Throws: `ConfigurationErrors` when data are missing or do not fit; `TrainingError` when a file cannot be written or
  ///   what is to be resumed belongs to another run.
  public func execute() throws -> TrainingSummary {
    let start = ContinuousClock.now
    let (data, split) = try samples()
    try TorchLibrary.load()
    var summary = TrainingSummary(name: definition.name, model: definition.model.name)
    summary.inputs = data.files
    summary.samples = [
      ("train", split.train.count), ("validation", split.validation.count),
      ("test", split.test.count),
    ]
    do {
      try FileManager.default.createDirectory(
        atPath: options.folder, withIntermediateDirectories: true)
    } catch { throw TrainingError("cannot create the folder \(options.folder)") }
    switch definition.model.product {
    case .network(let accepts, let make):
      let shape = try inputShape(data)
      if let problem = accepts(shape) {
        throw invalid(
          definition.model.position, "\(definition.model.name) \(problem), not \(shape)")
      }
      let training = try NetworkTraining(
        self, network: make(shape, data.classNames.count), data: data, split: split)
      try TorchThreads.with(definition.settings.threads) { try training.run(&summary) }
    case .learner(let learner):
      try TorchThreads.with(definition.settings.threads) {
        try LearnerTraining(run: self, learner: learner, data: data, split: split).run(&summary)
      }
    }
    let elapsed = ContinuousClock.now - start
    summary.seconds =
      Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    return summary
  }

  /// The samples and their parts.
  private func samples() throws -> (TrainingData, DatasetSplit) {
    let data: TrainingData
    do { data = try definition.dataset.product.load(definition.dataPath) } catch {
      guard let error = error as? DatasetError else { throw error }
      let kind: ConfigurationError.Kind = error.kind == .unsuitable ? .invalid : .missing
      throw ConfigurationErrors(
        ConfigurationError(at: definition.dataset.position, "\(error)", kind: kind))
    }
    do {
      let split = try definition.split.product.make(data)
      guard !split.train.isEmpty else {
        throw TrainingError("there are no samples to train on")
      }
      return (data, split)
    } catch { throw invalid(definition.split.position, "\(error)") }
  }

  /// Shape of what the network sees.
  private func inputShape(_ data: TrainingData) throws -> [Int] {
    guard case .images(let images, _) = data else {
      guard definition.augmentation.isEmpty else {
        throw invalid(
          definition.dataset.position, "rows of a table cannot be augmented like images")
      }
      return data.inputShape
    }
    let shape = AugmentationChain(definition.augmentation).shape(ofImage: images.imageShape)
    guard let shape else {
      throw invalid(
        definition.dataset.position, "the augmentation does not fit images of \(images.imageShape)")
    }
    return shape
  }

  func invalid(_ position: SourcePosition, _ problem: String) -> ConfigurationErrors {
    ConfigurationErrors(ConfigurationError(at: position, problem))
  }

  func file(_ name: String) -> String { options.folder + "/" + name }
}
