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
    try TorchLibrary.load()
    TensorMemory.keep(upTo: Self.keptMemory)
    var summary = TrainingSummary(name: definition.name, model: definition.model.name)
    switch definition.model.product {
    case .network(let accepts, let make): try train(accepts, make, &summary)
    case .learner(let learner):
      let (data, split) = try samples(&summary)
      try makeFolder()
      try TorchThreads.with(definition.settings.threads) {
        try LearnerTraining(run: self, learner: learner, data: data, split: split).run(&summary)
      }
    case .clouds(let make): try trainOnClouds(make, &summary)
    case .clips(let maker): try trainOnClips(maker, &summary)
    }
    let elapsed = ContinuousClock.now - start
    summary.seconds =
      Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    return summary
  }

  private func train(
    _ accepts: @Sendable (_ shape: [Int]) -> String?,
    _ make: @Sendable (_ shape: [Int], _ classes: Int) -> any Layer,
    _ summary: inout TrainingSummary
  ) throws {
    let (data, split) = try samples(&summary)
    let changes = try imageChanges()
    let shape = try inputShape(data, changes)
    if let problem = accepts(shape) {
      throw invalid(
        definition.model.position, "\(definition.model.name) \(problem), not \(shape)")
    }
    let parts = AnyLabelledDataset.parts(of: data, split, changes)
    func held(_ dataset: AnyLabelledDataset?) -> DataLoader<AnyLabelledDataset>? {
      dataset.map { heldLoader($0, batchSize: max(definition.settings.batch, 128)) }
    }
    try makeFolder()
    let training = try NetworkTraining(
      self,
      ClassificationTask(
        make(shape, data.classNames.count), definition, classNames: data.classNames, parts),
      train: trainLoader(parts.train), validation: held(parts.validation), test: held(parts.test))
    try TorchThreads.with(definition.settings.threads) { try training.run(&summary) }
  }

  func trainLoader<Data>(_ dataset: Data) -> DataLoader<Data> {
    let settings = definition.settings
    return DataLoader(
      dataset, batchSize: settings.batch, seed: UInt64(bitPattern: Int64(settings.seed)),
      workers: settings.workers)
  }

  func heldLoader<Data>(_ dataset: Data, batchSize: Int) -> DataLoader<Data> {
    DataLoader(
      dataset, batchSize: batchSize, isShuffled: false, workers: definition.settings.workers)
  }

  /// Fills a network with the weights that the definition begins with.
  func loadInitialWeights(of network: any Module) throws {
    let path = definition.settings.initialWeights
    guard !path.isEmpty else { return }
    do { try network.load(from: SafetensorsFile(path: definition.resolved(path))) } catch {
      throw ConfigurationErrors(
        ConfigurationError(
          at: definition.model.position, "initial_weights \(path) cannot be used: \(error)"))
    }
  }

  func makeFolder() throws {
    do {
      try FileManager.default.createDirectory(
        atPath: options.folder, withIntermediateDirectories: true)
    } catch { throw TrainingError("cannot create the folder \(options.folder)") }
  }

  /// The samples and their parts.
  private func samples(_ summary: inout TrainingSummary) throws -> (TrainingData, DatasetSplit) {
    guard case .labelled(_, let load) = definition.dataset.product else {
      throw invalid(
        definition.dataset.position,
        "\(definition.model.name) learns from images or tables, not from '\(definition.dataset.name)'"
      )
    }
    let data: TrainingData
    do { data = try load(definition.dataPath) } catch {
      guard let error = error as? DatasetError else { throw error }
      let kind: ConfigurationError.Kind = error.kind == .unsuitable ? .invalid : .missing
      throw ConfigurationErrors(
        ConfigurationError(at: definition.dataset.position, "\(error)", kind: kind))
    }
    let split = try parts(.init(labels: data.labels, given: data.given), &summary)
    summary.inputs = data.files
    return (data, split)
  }

  /// Which samples serve for what.
  func parts(_ basis: TrainingSplit.Basis, _ summary: inout TrainingSummary) throws
    -> DatasetSplit
  {
    do {
      let split = try definition.split.product.make(basis)
      guard !split.train.isEmpty else {
        throw TrainingError("there are no samples to train on")
      }
      summary.samples = [
        ("train", split.train.count), ("validation", split.validation.count),
        ("test", split.test.count),
      ]
      return split
    } catch { throw invalid(definition.split.position, "\(error)") }
  }

  func imageChanges() throws -> [any Augmentation] {
    try definition.augmentation.map { change in
      guard case .image(let change) = change else {
        throw invalid(
          definition.dataset.position,
          "the augmentation changes clouds; the samples are pictures or tables")
      }
      return change
    }
  }

  /// Shape of what the network sees.
  private func inputShape(_ data: TrainingData, _ changes: [any Augmentation]) throws -> [Int] {
    guard case .images(let images, _) = data else {
      guard changes.isEmpty else {
        throw invalid(
          definition.dataset.position, "rows of a table cannot be augmented like images")
      }
      return data.inputShape
    }
    let shape = AugmentationChain(changes).shape(ofImage: images.imageShape)
    guard let shape else {
      throw invalid(
        definition.dataset.position, "the augmentation does not fit images of \(images.imageShape)")
    }
    return shape
  }

  /// Memory that a step leaves for the next one, bytes: without it half of the time can go into page faults.
  private static let keptMemory = 4 << 30

  func invalid(_ position: SourcePosition, _ problem: String) -> ConfigurationErrors {
    ConfigurationErrors(ConfigurationError(at: position, problem))
  }

  func file(_ name: String) -> String { options.folder + "/" + name }
}
