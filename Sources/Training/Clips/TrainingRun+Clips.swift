import Configuration
import Models
import Networks
import SensorLogs
import Tensors

/// Makes a network for clips of a form and a number of classes.
struct ClipNetworkMaker: Sendable {
  let needsFlow: Bool
  let settings: JSONValue
  let make: @Sendable (ClipForm, Int) throws -> any Layer

  init<Model: ClipModel>(_ type: Model.Type, _ settings: Model.Settings) {
    needsFlow = Model.needsFlow
    self.settings = settings.canonicalJSON
    make = { try Model.network(settings, form: $0, classes: $1) }
  }
}

extension TrainingRun {
  /// Trains a network for clips.
  func trainOnClips(_ maker: ClipNetworkMaker, _ summary: inout TrainingSummary) throws {
    guard case .clips(let settings) = definition.dataset.product else {
      throw invalid(
        definition.dataset.position,
        "\(definition.model.name) learns from clips: dataset 'clips', not "
          + "'\(definition.dataset.name)'")
    }
    let form = settings.form(withFlow: maker.needsFlow)
    let changes = try imageChanges()
    try check(form, changes)
    let folders = try ([settings.path] + (settings.test.isEmpty ? [] : [settings.test]))
      .map { try openVideos(definition.resolved($0)) }
    summary.inputs = folders.map(\.path)
    let classes = folders[0].classes
    let videos = folders.flatMap(\.videos)
    if let stray = videos.first(where: { !classes.contains($0.label) }) {
      throw invalid(
        definition.dataset.position,
        "\(stray.path) is labelled '\(stray.label)'; the classes are \(classes.joined(separator: ", "))"
      )
    }
    let first = folders[0].videos.count
    var split = try parts(
      TrainingSplit.Basis(
        labels: videos.map { classes.firstIndex(of: $0.label) ?? 0 },
        given: DatasetSplit(train: Array(0..<first), test: Array(first..<videos.count))),
      &summary)
    if let limit = settings.limit { split.train = Array(split.train.prefix(limit)) }
    let network: any Layer
    do { network = try maker.make(form, classes.count) } catch let error as ModelError {
      throw invalid(definition.model.position, "\(error)")
    }
    let cache = VideoFrameCache(
      videos, shorterSide: changes.isEmpty ? max(form.height, form.width) : nil,
      byteLimit: settings.cache << 20)
    func held(_ numbers: [Int]) -> DataLoader<ClipDataset>? {
      numbers.isEmpty
        ? nil
        : heldLoader(
          ClipDataset(
            held: cache, numbers, classes: classes, form: form, sampling: settings.sampling,
            clipsPerVideo: settings.testClips
          ).replaced(byFeaturesOf: network), batchSize: definition.settings.batch)
    }
    let task = ClipTrainingTask(
      classifier: network, loss: definition.loss,
      metadata: [
        "config": ClipModelDescription.json(
          settings: maker.settings, classes: classes, form: form),
        "classes": classes.joined(separator: ","),
      ], classCount: classes.count, clipsPerVideo: settings.testClips)
    let train = trainLoader(
      ClipDataset(
        cache, split.train, classes: classes, form: form, sampling: settings.sampling,
        changes: changes
      ).replaced(byFeaturesOf: network))
    try makeFolder()
    try TorchThreads.with(definition.settings.threads) {
      try NetworkTraining(
        self, task, train: train, validation: held(split.validation), test: held(split.test)
      ).run(&summary)
    }
  }

  private func openVideos(_ path: String) throws -> LabelledVideoFolder {
    do { return try LabelledVideoFolder(path) } catch let error as LogError {
      throw ConfigurationErrors(
        ConfigurationError(at: definition.dataset.position, "\(error)", kind: .missing))
    }
  }

  /// Whether the changes lead to frames of the size wanted.
  private func check(_ form: ClipForm, _ changes: [any Augmentation]) throws {
    let shape = [3, form.height, form.width]
    guard AugmentationChain(changes).shape(ofImage: shape) == shape else {
      throw invalid(
        definition.dataset.position,
        "the augmentation does not lead to frames of \(form.width) x \(form.height) pixels")
    }
  }
}
