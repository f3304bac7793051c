import Evaluation
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
  var heldMeasures: [String] { Task.goal.measures }
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
    switch Task.goal {
    case .classification: return results.classification(task.classes.names.count)
    case .segmentation: return results.segmentation(task.classes.names.count)
    case .detection: return try results.detection()
    }
  }
}

extension CloudGoal {
  /// Names of what held-out clouds are measured by.
  var measures: [String] {
    switch self {
    case .classification: ["accuracy", "class_accuracy"]
    case .segmentation: ["accuracy", "mean_iou"]
    case .detection: ["map_25", "map_50", "map_70"]
    }
  }
}

extension [CloudResult] {
  /// Share of clouds with the right class, and its mean over the classes that occur.
  fileprivate func classification(_ classes: Int) -> [Double] {
    var (right, all) = ([Double](repeating: 0, count: classes), [Double](repeating: 0, count: classes))
    for case .whole(let label, let truth?) in self where (0..<classes).contains(truth) {
      all[truth] += 1
      if label == truth { right[truth] += 1 }
    }
    let shares = zip(right, all).filter { $0.1 > 0 }.map { $0.0 / $0.1 }
    return [
      right.reduce(0, +) / Swift.max(1, all.reduce(0, +)),
      shares.reduce(0, +) / Double(Swift.max(1, shares.count)),
    ]
  }

  /// Share of points with the right class, and the mean over classes of intersection over union.
  fileprivate func segmentation(_ classes: Int) -> [Double] {
    var counts = [Int](repeating: 0, count: classes * classes)
    for case .points(let labels, let truth) in self {
      for (label, true_) in zip(labels, truth)
      where true_ >= 0 && true_ < classes && label >= 0 && label < classes {
        counts[Int(true_) * classes + Int(label)] += 1
      }
    }
    var ious: [Double] = []
    var right = 0
    for label in 0..<classes {
      let hits = counts[label * classes + label]
      let wanted = (0..<classes).reduce(0) { $0 + counts[label * classes + $1] }
      let given = (0..<classes).reduce(0) { $0 + counts[$1 * classes + label] }
      right += hits
      if wanted + given > 0 { ious.append(Double(hits) / Double(wanted + given - hits)) }
    }
    return [
      Double(right) / Double(Swift.max(1, counts.reduce(0, +))),
      ious.reduce(0, +) / Double(Swift.max(1, ious.count)),
    ]
  }

  /// Mean average precision at IoU 0.25, 0.5 and 0.7.
  fileprivate func detection() throws -> [Double] {
    let frames = compactMap { result -> DetectionFrame? in
      guard case .boxes(let boxes, let truth) = result else { return nil }
      return DetectionFrame(truth: truth, detections: boxes)
    }
    guard frames.contains(where: { !$0.truth.isEmpty }) else { return [0, 0, 0] }
    let score = try IndoorDetectionScore(frames: frames)
    return [0.25, 0.5, 0.7].map { score.meanAveragePrecision(iou: $0) }
  }
}
