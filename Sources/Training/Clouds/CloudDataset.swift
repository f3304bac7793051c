import Models
import Networks
import PointClouds
import Tensors

/// Clouds as a task's network sees them: changed at random, then turned into inputs and targets.
struct CloudDataset<Task: CloudTask>: Dataset {
  typealias Failure = any Error

  private enum Content {
    case clouds(CloudSelection)
    /// Parts of clouds, in memory.
    case subjects([LabelledCloud])
  }

  private let task: Task
  private let content: Content
  private let changes: [any CloudChange]
  private let isTraining: Bool

  var count: Int {
    switch content {
    case .clouds(let clouds): clouds.count
    case .subjects(let subjects): subjects.count
    }
  }

  init(
    _ clouds: CloudSelection, task: Task, changes: [any CloudChange] = [], isTraining: Bool
  ) throws {
    self.task = task
    self.changes = changes
    self.isTraining = isTraining
    guard Task.takesCloudsApart else {
      content = .clouds(clouds)
      return
    }
    var subjects: [LabelledCloud] = []
    for number in 0..<clouds.count {
      subjects += try task.subjects(of: clouds.sample(at: number))
    }
    content = .subjects(subjects)
  }

  func sample(at index: Int, using generator: inout SeededGenerator) throws -> CloudSample {
    var cloud: LabelledCloud
    switch content {
    case .clouds(let clouds): cloud = try clouds.sample(at: index)
    case .subjects(let subjects): cloud = subjects[index]
    }
    guard cloud.cloud.count > 0 else {
      throw TrainingError("the cloud '\(cloud.name)' holds no points: parallax validate finds such")
    }
    for change in changes { cloud = try change.applied(to: cloud, using: &generator) }
    return try task.sample(of: cloud, isTraining: isTraining, using: &generator)
  }

  func batch(of samples: [CloudSample]) -> CloudBatch { task.batch(of: samples) }
}
