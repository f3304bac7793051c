import Models
import Networks
import PointClouds
import Tensors

/// A network for clouds in training.
struct CloudTrainingTask<Task: CloudTask>: TrainingTask {
  let task: Task
  let cloudNetwork: Task.Network
  let stepMeasures: [String]

  var network: any Module { cloudNetwork }
  var heldMeasures: [String] { CloudMeasures.names(Task.goal) }
  var metadata: [String: String] {
    [
      "config": CloudTaskDescription.json(of: task),
      "classes": task.classes.names.joined(separator: ","),
    ]
  }

  /// A task before training.
  ///
  /// - Parameters:
  ///   - task: The task.
  ///   - samples: What it learns from; the first tells the names of the loss's parts.
  /// - Throws: What is wrong with the first sample.
  init(_ task: Task, _ samples: CloudDataset<Task>) throws {
    self.task = task
    cloudNetwork = task.makeNetwork()
    var generator = SeededGenerator(seed: 0)
    let first = try samples.sample(at: 0, using: &generator)
    let network = cloudNetwork.initialized(seed: 0)
    network.evaluate()
    stepMeasures = try withoutGradients { try task.losses(network, task.batch(of: [first])) }
      .map { "\($0.name)_loss" }
  }

  func step(_ batch: CloudBatch) throws -> TrainingStep {
    let parts = try task.losses(cloudNetwork, batch)
    let loss = parts.dropFirst().reduce(parts[0].value * parts[0].weight) {
      $0 + $1.value * $1.weight
    }
    return TrainingStep(
      loss: loss, count: batch.count,
      measures: parts.map { Double($0.value.item(of: Float.self)) })
  }

  func evaluate(_ loader: DataLoader<CloudDataset<Task>>) throws -> [Double] {
    var results: [CloudResult] = []
    try withoutGradients {
      let batches = loader.batches(epoch: 0)
      while let batch = try batches.next() { results += try task.results(cloudNetwork, batch) }
    }
    return try CloudMeasures(results, goal: Task.goal, classes: task.classes.names).means
      .map(\.value)
  }
}
