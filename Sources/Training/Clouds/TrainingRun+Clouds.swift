import Configuration
import Models
import Networks
import PointClouds
import SensorLogs
import Tensors

extension TrainingRun {
  /// Trains a network for clouds.
  func trainOnClouds(
    _ make: @Sendable (CloudClasses) throws -> any CloudTask, _ summary: inout TrainingSummary
  ) throws {
    guard case .clouds(let settings) = definition.dataset.product else {
      throw invalid(
        definition.dataset.position,
        "\(definition.model.name) learns from clouds: dataset 'clouds', not "
          + "'\(definition.dataset.name)'")
    }
    let sources = try ([settings.path] + (settings.test.isEmpty ? [] : [settings.test]))
      .map { try open(definition.resolved($0)) }
    summary.inputs = sources.map(\.path)
    let first = try classNames(sources[0], settings)
    let clouds = CloudSelection(sources, classes: first)
    let split = try parts(try basis(clouds, sources), &summary)
    var train = clouds.subset(split.train)
    if let limit = settings.limit { train = train.subset(Array(0..<min(limit, train.count))) }
    let classes = CloudClasses(names: first, meanSizes: try train.meanSizes())
    let task: any CloudTask
    do { task = try make(classes) } catch let error as ModelError {
      throw invalid(definition.model.position, "\(error)")
    }
    if settings.balanced { train = try train.balanced() }
    try makeFolder()
    try self.train(task, train, split, of: clouds, &summary)
  }

  private func train<Task: CloudTask>(
    _ task: Task, _ clouds: CloudSelection, _ split: DatasetSplit, of all: CloudSelection,
    _ summary: inout TrainingSummary
  ) throws {
    let settings = definition.settings
    try TorchThreads.with(settings.threads) {
      let samples = try CloudDataset(
        clouds, task: task, changes: changes(clouds), isTraining: true)
      guard samples.count > 0 else {
        throw invalid(
          definition.dataset.position, "the clouds hold nothing that \(Task.name) can learn from")
      }
      func held(_ numbers: [Int]) throws -> DataLoader<CloudDataset<Task>>? {
        guard !numbers.isEmpty else { return nil }
        return heldLoader(
          try CloudDataset(all.subset(numbers), task: task, isTraining: false),
          batchSize: settings.batch)
      }
      try NetworkTraining(
        self, CloudTrainingTask(task, samples), train: trainLoader(samples),
        validation: held(split.validation), test: held(split.test)
      ).run(&summary)
    }
  }

  private func open(_ path: String) throws -> any LabelledCloudSource {
    do { return try LabelledCloudSources.open(path) } catch let error as LogError {
      throw ConfigurationErrors(
        ConfigurationError(at: definition.dataset.position, "\(error)", kind: .missing))
    }
  }

  /// The classes: the definition's, the source's own, or those that occur, in alphabetical order.
  private func classNames(_ source: any LabelledCloudSource, _ settings: CloudSettings) throws
    -> [String]
  {
    var isPointwise = false
    if case .clouds = definition.model.product {
      isPointwise = CloudTaskCatalogue.type(named: definition.model.name)?.goal == .segmentation
    }
    if !settings.classes.isEmpty { return settings.classes }
    if isPointwise {
      guard let names = source.description.point_classes, !names.isEmpty else {
        throw invalid(
          definition.dataset.position,
          "\(source.path) does not name the classes of points: give 'classes', or 'point_classes' "
            + "in its dataset.json")
      }
      return names
    }
    if let names = source.description.classes, !names.isEmpty { return names }
    var names: Set<String> = []
    for number in 0..<source.count {
      let cloud = try source.labels(at: number)
      names.formUnion(cloud.boxes.map(\.label) + (cloud.label.map { [$0] } ?? []))
    }
    guard !names.isEmpty else {
      throw invalid(definition.dataset.position, "no cloud of \(source.path) has a label")
    }
    return names.sorted()
  }

  private func basis(_ clouds: CloudSelection, _ sources: [any LabelledCloudSource]) throws
    -> TrainingSplit.Basis
  {
    let labels = try (0..<clouds.count).map { number in
      try clouds.labels(at: number).label.flatMap { clouds.classes.firstIndex(of: $0) } ?? 0
    }
    let first = sources[0].count
    let given = DatasetSplit(
      train: Array(0..<first), test: Array(first..<clouds.count))
    return TrainingSplit.Basis(labels: labels, given: given)
  }

  /// The random changes, those with objects of the training clouds included.
  private func changes(_ clouds: CloudSelection) throws -> [any CloudChange] {
    try definition.augmentation.map { change in
      switch change {
      case .cloud(let change): return change
      case .objects(let counts, let limit, let fewest):
        for (label, _) in counts where !clouds.classes.contains(label) {
          throw invalid(
            definition.dataset.position,
            "sample_objects names '\(label)'; the classes are \(clouds.classes.joined(separator: ", "))"
          )
        }
        return ObjectSampling(
          database: try ObjectDatabase(clouds, limit: limit, fewestPoints: fewest),
          wanted: counts)
      case .image:
        throw invalid(
          definition.dataset.position, "the augmentation changes images, the samples are clouds")
      }
    }
  }
}
