public import Configuration
public import Geometry
import Networks
public import PointClouds
import Tensors

/// A network for clouds with trained weights, ready to answer.
///
/// ```swift
/// let detector = try TrainedCloudNetwork(weights: "models/votenet-rooms/weights.safetensors")
/// let boxes = try detector.boxes(in: LabelledCloud(name: "0", cloud: cloud))
/// ```
///
/// The file of weights carries the name of the task, its settings and classes, so that nothing else is needed.
public struct TrainedCloudNetwork: Sendable {
  /// Name of the task.
  public let name: String
  /// What is told apart.
  public let classes: CloudClasses
  /// What the network answers.
  public let goal: CloudGoal
  private let subjects: @Sendable (LabelledCloud) throws -> [LabelledCloud]
  private let answer: @Sendable ([LabelledCloud], _ seed: UInt64) throws -> [CloudResult]
  private let detector: (@Sendable (LabelledCloud) throws -> [Box3D])?

  /// Reads weights that `parallax train` wrote.
  ///
  /// - Parameter path: A safetensors file.
  /// - Throws: `SafetensorsError` when it cannot be read; `ModelError.configuration` when it does not say what task it is for.
  public init(weights path: String) throws {
    let file = try SafetensorsFile(path: path)
    guard let name = file.metadata["model"], let type = CloudTaskCatalogue.type(named: name) else {
      let known = CloudTaskCatalogue.types.map { $0.name }.joined(separator: ", ")
      throw ModelError.configuration(
        "\(path): its metadata names no network for clouds (\(known)): give weights that parallax "
          + "train wrote")
    }
    do {
      self = try Self.reading(type, file)
    } catch let error as ConfigurationErrors {
      throw ModelError.configuration("\(path): its metadata do not fit \(name): \(error)")
    }
  }

  private static func reading<Task: CloudTask>(_ type: Task.Type, _ file: SafetensorsFile) throws
    -> TrainedCloudNetwork
  {
    let description = try CloudTaskDescription(json: file.metadata["config"] ?? "{}")
    let task = try Task(Task.Settings(settings: description.settings), classes: description.classes)
    let network = task.makeNetwork()
    try network.load(from: file)
    network.evaluate()
    return TrainedCloudNetwork(
      name: Task.name, classes: task.classes, goal: Task.goal,
      subjects: { try task.subjects(of: $0) },
      answer: { clouds, seed in
        var samples: [CloudSample] = []
        for (number, cloud) in clouds.enumerated() {
          var generator = SeededGenerator(seed: seed, stream: UInt64(number))
          samples.append(try task.sample(of: cloud, isTraining: false, using: &generator))
        }
        return try withoutGradients { try task.results(network, task.batch(of: samples)) }
      }, detector: Task.goal == .detection ? try task.detector(network) : nil)
  }

  private init(
    name: String, classes: CloudClasses, goal: CloudGoal,
    subjects: @escaping @Sendable (LabelledCloud) throws -> [LabelledCloud],
    answer: @escaping @Sendable ([LabelledCloud], UInt64) throws -> [CloudResult],
    detector: (@Sendable (LabelledCloud) throws -> [Box3D])?
  ) {
    self.name = name
    self.classes = classes
    self.goal = goal
    self.subjects = subjects
    self.answer = answer
    self.detector = detector
  }

  /// What the network says about clouds; one answer for each.
  ///
  /// - Parameters:
  ///   - clouds: The clouds, one of ``subjects(of:)`` each.
  ///   - seed: Decides which points are drawn.
  /// - Returns: The answers.
  /// - Throws: What is wrong with a cloud.
  public func results(for clouds: [LabelledCloud], seed: UInt64 = 0) throws -> [CloudResult] {
    clouds.isEmpty ? [] : try answer(clouds, seed)
  }

  /// The samples that a cloud holds.
  ///
  /// - Parameter cloud: The cloud.
  /// - Returns: The cloud itself, or one for each image box.
  /// - Throws: What is wrong with the cloud.
  public func subjects(of cloud: LabelledCloud) throws -> [LabelledCloud] { try subjects(cloud) }

  /// The objects in a cloud.
  ///
  /// - Parameters:
  ///   - cloud: The cloud, with image boxes where the network starts from them.
  ///   - seed: Decides which points are drawn.
  /// - Returns: The boxes in the frame of the cloud, surest first.
  /// - Throws: What is wrong with the cloud.
  public func boxes(in cloud: LabelledCloud, seed: UInt64 = 0) throws -> [Box3D] {
    if let detector { return try withoutGradients { try detector(cloud) } }
    let found = try results(for: subjects(of: cloud), seed: seed).flatMap { result in
      if case .boxes(let boxes, truth: _) = result { return boxes }
      return []
    }
    return found.enumerated().sorted {
      ($1.element.score, $0.offset) < ($0.element.score, $1.offset)
    }
    .map(\.element)
  }
}

/// A task's settings and classes as they stand in the metadata of weights.
public struct CloudTaskDescription {
  /// The settings.
  public let settings: YAMLNode
  /// The classes.
  public let classes: CloudClasses

  /// Reads a description.
  ///
  /// - Parameter json: What ``json(of:)`` gave.
  /// - Throws: `ConfigurationErrors`.
  public init(json: String) throws {
    let root = try YAMLNode(text: json, file: "config").requireMapping("a configuration")
    settings = root["settings"] ?? .emptyMapping(at: root.position)
    let names: [String] = try root.required("classes", as: [String].self)
    let sizes: [[Double]] = try (root["mean_sizes"].map { try $0.requireItems("sizes") } ?? [])
      .map { try [Double](parameter: $0) }
    classes = CloudClasses(
      names: names, meanSizes: sizes.filter { $0.count == 3 }.map { Vector3($0[0], $0[1], $0[2]) })
  }

  /// A task's settings and classes as one line of JSON.
  ///
  /// - Parameter task: The task.
  /// - Returns: The line.
  public static func json<Task: CloudTask>(of task: Task) -> String {
    JSONValue.object([
      .init("settings", task.settings.canonicalJSON),
      .init("classes", .list(task.classes.names.map { .text($0) })),
      .init(
        "mean_sizes",
        .list(task.classes.meanSizes.map { .list([$0.x, $0.y, $0.z].map { .number($0) }) })),
    ]).compact
  }
}
