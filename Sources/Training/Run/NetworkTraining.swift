import Configuration
import Foundation
import Networks
import Tensors

/// Trains a network by gradients, with checkpoints from which it goes on bit by bit.
final class NetworkTraining<Task: TrainingTask> {
  let run: TrainingRun
  let task: Task
  let optimiser: any Optimizer
  let dropout: TorchGenerator
  let train: DataLoader<Task.Data>
  private let held: (name: String, loader: DataLoader<Task.Data>)?
  private let test: DataLoader<Task.Data>?

  // What a checkpoint holds besides the network and optimiser.
  var place = Checkpoint(epoch: 0, batch: 0, step: 0)
  var log: MetricLog
  /// Of the loss and of the task's measures, in the running epoch.
  var means: [MetricMean]
  var stopping: EarlyStopping?
  var best: [(name: String, value: Tensor)] = []
  var hasStoppedEarly = false

  var network: any Module { task.network }
  private var settings: TrainingSettings { run.definition.settings }
  private var totalSteps: Int { settings.epochs * train.batchCount }
  /// Names of what a step measures.
  var stepNames: [String] { ["loss"] + task.stepMeasures }

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - run: The definition, and where to.
  ///   - task: The network; its values are drawn here.
  ///   - train: Loads the samples to learn from.
  ///   - validation: Loads those that decide when to stop.
  ///   - test: Loads those of the final figures.
  /// - Throws: `ConfigurationErrors` when early stopping watches what is not measured, or the first weights do not fit.
  init(
    _ run: TrainingRun, _ task: Task, train: DataLoader<Task.Data>,
    validation: DataLoader<Task.Data>?, test: DataLoader<Task.Data>?
  ) throws {
    self.run = run
    self.task = task
    let settings = run.definition.settings
    let seed = UInt64(bitPattern: Int64(settings.seed))
    let network: any Module = task.network.initialized(seed: seed)
    try run.loadInitialWeights(of: network)
    optimiser = run.definition.optimiser.make(network)
    dropout = try TorchGenerator(seed: seed)
    self.train = train
    self.test = test
    held = validation.map { ("validation", $0) } ?? test.map { ("test", $0) }
    var columns = ["epoch", "step", "learning_rate"]
    columns += (["loss"] + task.stepMeasures).map { "train_\($0)" }
    if let held { columns += task.heldMeasures.map { "\(held.name)_\($0)" } }
    log = MetricLog(columns: columns)
    means = [MetricMean](repeating: MetricMean(), count: 1 + task.stepMeasures.count)
    guard let rule = settings.earlyStopping else { return }
    guard validation != nil else {
      throw run.invalid(
        run.definition.split.position, "early stopping needs validation samples")
    }
    guard task.heldMeasures.contains(rule.measure) else {
      throw run.invalid(
        run.definition.split.position,
        "early stopping cannot watch '\(rule.measure)', only "
          + task.heldMeasures.joined(separator: ", "))
    }
    stopping = EarlyStopping(
      patience: rule.patience, minimumChange: rule.minimumChange,
      isLargerBetter: task.isLargerBetter(rule.measure))
  }

  /// The run: epochs, and batches within an epoch.
  func run(_ summary: inout TrainingSummary) throws {
    if run.options.isResuming { try resume() } else { try refuseOverwriting() }
    let lastStep = min(totalSteps, run.options.steps ?? totalSteps)
    summary.wasComplete = place.step >= totalSteps || hasStoppedEarly
    var isStopped = false

    epochs: while place.epoch < settings.epochs, place.step < lastStep, !hasStoppedEarly {
      network.train(using: dropout)
      let batches = train.batches(epoch: place.epoch, from: place.batch)
      while let batch = try batches.next() {
        try step(batch)
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
  private func step(_ batch: Task.Data.Batch) throws {
    let at = TrainingSchedule.Place(step: place.step, steps: totalSteps, epoch: place.epoch)
    optimiser.learningRate =
      run.definition.optimiser.learningRate * run.definition.schedule.factor(at)

    let outcome = try task.step(batch)
    let value = outcome.loss
    var gradients = network.gradients(of: settings.l1Penalty > 0 ? value + penalty() : value)
    if let limit = settings.clipNorm { gradients.clip(norm: limit) }
    optimiser.update(gradients)

    let measured = [Double(value.item(of: Float.self))] + outcome.measures
    for (number, value) in measured.enumerated() {
      means[number].add(value, count: outcome.count)
    }
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
      "learning_rate": optimiser.learningRate,
    ]
    for (name, mean) in zip(stepNames, means) { row["train_\(name)"] = mean.value }
    if !row.values.allSatisfy(\.isFinite) {
      throw TrainingError(
        "epoch \(place.epoch): the loss is no longer a number; try a smaller learning rate")
    }
    means = means.map { _ in MetricMean() }
    let isDue = place.epoch % settings.evaluateEvery == 0 || place.epoch == settings.epochs
    if let held, isDue {
      let found = try evaluate(held.loader)
      for (name, value) in found { row["\(held.name)_\(name)"] = value }
      decide(found)
    }
    log.append(row)
    try writeCheckpoint()
    try log.write(to: run.file("log.csv"))
    run.options.epochEnded(log)
  }

  private func decide(_ found: [(name: String, value: Double)]) {
    guard var rule = stopping, let settings = settings.earlyStopping,
      let value = found.first(where: { $0.name == settings.measure })?.value
    else { return }
    switch rule.update(value) {
    case .improved: best = network.state.map { ($0.name, $0.value.copied()) }
    case .waiting: break
    case .stop: hasStoppedEarly = true
    }
    stopping = rule
  }

  private func evaluate(_ loader: DataLoader<Task.Data>) throws -> [(name: String, value: Double)] {
    network.evaluate()
    return Array(zip(task.heldMeasures, try task.evaluate(loader)))
  }

  /// Writes weights and log and takes the final figures.
  private func finish(_ summary: inout TrainingSummary) throws {
    let isWhole = place.epoch == settings.epochs || hasStoppedEarly
    if isWhole, !best.isEmpty {
      var tensors: [String: Tensor] = [:]
      for (name, value) in best { tensors[name] = value }
      try network.load(tensors)
    }
    var metadata = task.metadata
    metadata["definition"] = run.definition.name
    metadata["model"] = run.definition.model.name
    try network.save(to: run.file("weights.safetensors"), metadata: metadata)
    try log.write(to: run.file("log.csv"))
    summary.parameters = network.parameterCount
    summary.epochs = place.epoch
    summary.steps = place.step
    summary.log = log
    if let loader = test, !summary.wasInterrupted {
      summary.metrics = try evaluate(loader).map { ("test_\($0.name)", $0.value) }
    }
    let last = stepNames.count > 1 ? "train_\(stepNames[1])" : "train_loss"
    if let value = log.values(of: last).last ?? nil { summary.metrics.append((last, value)) }
  }
}
