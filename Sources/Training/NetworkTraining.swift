import Configuration
import Foundation
import Networks
import Tensors

/// Trains a network by gradients, with checkpoints from which it goes on bit by bit.
final class NetworkTraining {
  private let run: TrainingRun
  private let network: any Layer
  private let optimiser: any Optimizer
  private let dropout: TorchGenerator
  private let train: DataLoader<AnyLabelledDataset>
  private let held: (name: String, loader: DataLoader<AnyLabelledDataset>)?
  private let test: DataLoader<AnyLabelledDataset>?
  private let metadata: [String: String]

  // What a checkpoint holds besides the networks and optimiser.
  private var place: Checkpoint
  private var log: MetricLog
  private var loss = MetricMean()
  private var accuracy = MetricMean()
  private var stopping: EarlyStopping?
  private var best: [(name: String, value: Tensor)] = []
  private var hasStoppedEarly = false

  private var settings: TrainingSettings { run.definition.settings }
  private var totalSteps: Int { settings.epochs * train.batchCount }

  init(_ run: TrainingRun, network: any Layer, data: TrainingData, split: DatasetSplit) throws {
    self.run = run
    self.network = network
    let definition = run.definition
    let settings = definition.settings
    let seed = UInt64(bitPattern: Int64(settings.seed))
    network.initialized(seed: seed)
    optimiser = definition.optimiser.make(network)
    dropout = try TorchGenerator(seed: seed)
    let samples = AnyLabelledDataset.parts(of: data, split, definition.augmentation)
    train = DataLoader(
      samples.train, batchSize: settings.batch, seed: seed, workers: settings.workers)
    func loader(_ dataset: AnyLabelledDataset?) -> DataLoader<AnyLabelledDataset>? {
      dataset.map {
        DataLoader(
          $0, batchSize: max(settings.batch, 128), isShuffled: false, workers: settings.workers)
      }
    }
    test = loader(samples.test)
    held =
      loader(samples.validation).map { ("validation", $0) } ?? test.map { ("test", $0) }
    metadata = [
      "definition": definition.name, "model": definition.model.name,
      "config": Self.configuration(of: network, classes: data.classNames.count),
      "classes": data.classNames.joined(separator: ","),
      "mean": samples.mean.map { "\($0)" }.joined(separator: ","),
      "standard_deviation": samples.deviation.map { "\($0)" }.joined(separator: ","),
    ]
    var columns = ["epoch", "step", "learning_rate", "train_loss", "train_accuracy"]
    if let held { columns += ["\(held.name)_loss", "\(held.name)_accuracy"] }
    log = MetricLog(columns: columns)
    place = Checkpoint(epoch: 0, batch: 0, step: 0)
    stopping = settings.earlyStopping.map {
      EarlyStopping(
        patience: $0.patience, minimumChange: $0.minimumChange,
        isLargerBetter: $0.measure == "accuracy")
    }
    if stopping != nil, samples.validation == nil {
      throw run.invalid(definition.split.position, "early stopping needs validation samples")
    }
  }

  /// The run: epochs, and batches within an epoch.
  func run(_ summary: inout TrainingSummary) throws {
    if run.options.isResuming { try resume() } else { try refuseOverwriting() }
    let lastStep = min(totalSteps, run.options.steps ?? totalSteps)
    summary.wasComplete = place.step >= totalSteps || hasStoppedEarly
    var isStopped = false

    epochs: while place.epoch < settings.epochs, place.step < lastStep, !hasStoppedEarly {
      network.train(using: dropout)
      for batch in train.batches(epoch: place.epoch, from: place.batch) {
        step(batch)
        run.options.progress(place.step, lastStep)
        isStopped = run.options.shouldStop()
        if isStopped || place.step >= lastStep { break }
        if settings.checkpointEvery > 0, place.step % settings.checkpointEvery == 0 {
          try writeCheckpoint()
        }
      }
      // An interrupted epoch has no line in the log yet: the next run completes it.
      guard place.batch == train.batchCount else { break epochs }
      try finishEpoch()
      if isStopped { break }
    }
    try writeCheckpoint()
    summary.wasInterrupted = isStopped
    try finish(&summary)
  }

  /// One step of the optimiser.
  private func step(_ batch: LabelledBatch) {
    let at = TrainingSchedule.Place(step: place.step, steps: totalSteps, epoch: place.epoch)
    optimiser.learningRate =
      run.definition.optimiser.learningRate * run.definition.schedule.factor(at)

    let scores = network(batch.inputs)
    let value = run.definition.loss.value(scores, batch.labels)
    var gradients = network.gradients(of: settings.l1Penalty > 0 ? value + penalty() : value)
    if let limit = settings.clipNorm { gradients.clip(norm: limit) }
    optimiser.update(gradients)

    loss.add(Double(value.item(of: Float.self)), count: batch.count)
    accuracy.add(Self.share(ofCorrect: scores, batch.labels), count: batch.count)
    place.step += 1
    place.batch += 1
  }

  private func penalty() -> Tensor {
    let weights = network.parameters.filter { $0.shape.count > 1 }
    return weights.reduce(Tensor(repeating: Float(0), shape: [])) { sum, weight in
      sum + weight.value.abs().sum()
    } * settings.l1Penalty
  }

  /// Evaluates, writes the log, decides whether to go on, and writes a checkpoint.
  private func finishEpoch() throws {
    place.epoch += 1
    place.batch = 0
    var row: [String: Double] = [
      "epoch": Double(place.epoch), "step": Double(place.step),
      "learning_rate": optimiser.learningRate, "train_loss": loss.value,
      "train_accuracy": accuracy.value,
    ]
    (loss, accuracy) = (MetricMean(), MetricMean())
    let isDue = place.epoch % settings.evaluateEvery == 0 || place.epoch == settings.epochs
    if let held, isDue {
      let found = evaluate(held.loader)
      row["\(held.name)_loss"] = found.loss
      row["\(held.name)_accuracy"] = found.accuracy
      decide(found)
    }
    log.append(row)
    if !row.values.allSatisfy(\.isFinite) {
      throw TrainingError(
        "epoch \(place.epoch): the loss is no longer a number; try a smaller learning rate")
    }
    try writeCheckpoint()
    try log.write(to: run.file("log.csv"))
    run.options.epochEnded(log)
  }

  private func decide(_ found: (loss: Double, accuracy: Double)) {
    guard var rule = stopping, let settings = settings.earlyStopping else { return }
    switch rule.update(settings.measure == "accuracy" ? found.accuracy : found.loss) {
    case .improved: best = network.state.map { ($0.name, $0.value.copied()) }
    case .waiting: break
    case .stop: hasStoppedEarly = true
    }
    stopping = rule
  }

  /// Mean loss and share of correct classes.
  private func evaluate(_ loader: DataLoader<AnyLabelledDataset>) -> (
    loss: Double, accuracy: Double
  ) {
    network.evaluate()
    var (loss, accuracy) = (MetricMean(), MetricMean())
    withoutGradients {
      for batch in loader.batches(epoch: 0) {
        let scores = network(batch.inputs)
        let value = run.definition.loss.value(scores, batch.labels)
        loss.add(Double(value.item(of: Float.self)), count: batch.count)
        accuracy.add(Self.share(ofCorrect: scores, batch.labels), count: batch.count)
      }
    }
    return (loss.value, accuracy.value)
  }

  private static func share(ofCorrect scores: Tensor, _ labels: Tensor) -> Double {
    let hits = (scores.detached().argMax(axis: 1) .== labels).converted(to: .int64).sum()
    return Double(hits.item(of: Int64.self)) / Double(labels.count)
  }
}

extension NetworkTraining {
  private static let checkpointName = "checkpoint.safetensors"

  private func writeCheckpoint() throws {
    var checkpoint = Checkpoint(epoch: place.epoch, batch: place.batch, step: place.step)
    checkpoint.texts = ["definition": run.definition.identity.compact, "log": log.csv]
    checkpoint.numbers = [
      "loss.sum": loss.sum, "loss.count": Double(loss.count), "accuracy.sum": accuracy.sum,
      "accuracy.count": Double(accuracy.count), "stopped": hasStoppedEarly ? 1 : 0,
      "since_best": Double(stopping?.countSinceBest ?? 0),
    ]
    checkpoint.numbers["best"] = stopping?.best
    checkpoint.add("model", network.state)
    checkpoint.add("optimiser", optimiser.state)
    checkpoint.add("generator", [("dropout", dropout.state())])
    checkpoint.add("best", best)
    try checkpoint.write(to: run.file(Self.checkpointName))
  }

  private func resume() throws {
    let path = run.file(Self.checkpointName)
    // Killed before the first checkpoint: start anew.
    guard FileManager.default.fileExists(atPath: path) else { return }
    let checkpoint = try Checkpoint(path: path)
    guard checkpoint.texts["definition"] == run.definition.identity.compact else {
      throw TrainingError(
        "\(path) belongs to a run of another definition or other settings: give another --out",
        kind: .misuse)
    }
    func count(_ name: String) -> Int { Int(exactly: checkpoint.numbers[name] ?? 0) ?? 0 }
    try network.load(checkpoint.part("model"))
    try optimiser.load(checkpoint.part("optimiser"))
    if let state = checkpoint.part("generator")["dropout"] { try dropout.restore(state) }
    best = checkpoint.part("best").sorted { $0.key < $1.key }.map { ($0.key, $0.value.copied()) }
    stopping?.restore(best: checkpoint.numbers["best"], countSinceBest: count("since_best"))
    hasStoppedEarly = count("stopped") == 1
    loss = MetricMean(sum: checkpoint.numbers["loss.sum"] ?? 0, count: count("loss.count"))
    accuracy = MetricMean(
      sum: checkpoint.numbers["accuracy.sum"] ?? 0, count: count("accuracy.count"))
    let written = try MetricLog(csv: checkpoint.texts["log"] ?? "")
    guard written.columns == log.columns, checkpoint.batch < train.batchCount else {
      throw TrainingError("\(path) does not fit the data set: give another --out", kind: .misuse)
    }
    log = written
    place = Checkpoint(epoch: checkpoint.epoch, batch: checkpoint.batch, step: checkpoint.step)
  }

  /// What `parallax infer` builds the same network from, as JSON.
  private static func configuration(of network: any Layer, classes: Int) -> String {
    let stem = (network as? ResNet)?.stem
    return #"{"classes":\#(classes)\#(stem.map { #","stem":"\#($0.rawValue)""# } ?? "")}"#
  }

  private func refuseOverwriting() throws {
    if FileManager.default.fileExists(atPath: run.file(Self.checkpointName)) {
      throw TrainingError(
        "\(run.options.folder) holds a run already: go on with --resume or give another --out",
        kind: .misuse)
    }
  }

  /// Writes weights and log and takes the final figures.
  private func finish(_ summary: inout TrainingSummary) throws {
    let isWhole = place.epoch == settings.epochs || hasStoppedEarly
    if isWhole, !best.isEmpty {
      var tensors: [String: Tensor] = [:]
      for (name, value) in best { tensors[name] = value }
      try network.load(tensors)
    }
    try network.save(to: run.file("weights.safetensors"), metadata: metadata)
    try log.write(to: run.file("log.csv"))
    summary.parameters = network.parameterCount
    summary.epochs = place.epoch
    summary.steps = place.step
    summary.log = log
    if let loader = test, !summary.wasInterrupted {
      let found = evaluate(loader)
      summary.metrics = [("test_loss", found.loss), ("test_accuracy", found.accuracy)]
    }
    if let last = log.values(of: "train_accuracy").last ?? nil {
      summary.metrics.append(("train_accuracy", last))
    }
  }
}
