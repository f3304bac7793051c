public import Configuration
public import Geometry
public import Networks
public import PointClouds
public import Tensors

/// A network for point clouds with all that training, evaluation and inference need to know of it.
///
/// Trainer, command line and stages know the network through this protocol alone:
///
/// ```swift
/// let network = task.makeNetwork()
/// network.initialized(seed: 1)
/// let sample = try task.sample(of: cloud, isTraining: true, using: &generator)
/// let loss = try task.losses(network, task.batch(of: [sample]))
/// ```
public protocol CloudTask: Sendable {
  /// The network.
  associatedtype Network: Module
  /// What a definition may set.
  associatedtype Settings: ParameterSet

  /// Name in definitions and in weights: `votenet`.
  static var name: String { get }
  /// What it is, in one line.
  static var summary: String { get }
  /// What it answers.
  static var goal: CloudGoal { get }
  /// Whether ``subjects(of:)`` takes clouds apart; then training does so once and keeps the parts in memory.
  static var takesCloudsApart: Bool { get }

  /// A task.
  ///
  /// - Parameters:
  ///   - settings: What the definition sets.
  ///   - classes: What is told apart, with statistics of the training data.
  /// - Throws: `ModelError.configuration` when they do not fit each other.
  init(_ settings: Settings, classes: CloudClasses) throws

  /// What the definition set.
  var settings: Settings { get }
  /// What is told apart.
  var classes: CloudClasses { get }

  /// A network without values.
  func makeNetwork() -> Network

  /// The samples that a cloud holds: itself, or one for each object that a camera saw.
  func subjects(of cloud: LabelledCloud) throws -> [LabelledCloud]

  /// What the network sees of a cloud, and the targets when training; `[B, …]` tensors without the batch axis.
  ///
  /// Called on several threads at once. All changes that fit any network (turns, scales, sampled objects) are done already.
  ///
  /// - Parameters:
  ///   - cloud: The cloud; its boxes are the truth.
  ///   - isTraining: Whether points are drawn and changed at random; otherwise `generator` decides only which points are
  ///     drawn.
  ///   - generator: Source of all randomness.
  /// - Returns: The sample.
  /// - Throws: What is wrong with the cloud.
  func sample(
    of cloud: LabelledCloud, isTraining: Bool, using generator: inout SeededGenerator
  ) throws -> CloudSample

  /// Puts samples together; stacks tensors of one name unless a task says otherwise.
  func batch(of samples: [CloudSample]) -> CloudBatch

  /// The parts of the loss; the network is trained on their weighted sum.
  func losses(_ network: Network, _ batch: CloudBatch) throws -> [CloudLoss]

  /// What the network says, beside the truth; the network is in evaluation mode, without gradients.
  func results(_ network: Network, _ batch: CloudBatch) throws -> [CloudResult]

  /// The trained network made fast for finding boxes; nil where ``results(_:_:)`` is as fast.
  func detector(_ network: Network) throws -> (@Sendable (LabelledCloud) throws -> [Box3D])?
}

/// What a network for clouds answers.
public enum CloudGoal: Sendable {
  /// The class of the whole cloud.
  case classification
  /// The class of each point.
  case segmentation
  /// Boxes around objects.
  case detection
}

/// The classes of a task.
public struct CloudClasses: Sendable, Equatable {
  /// Their names, in the order of the network's outputs.
  public var names: [String]
  /// Mean length, width and height of the boxes of each class in the training data, metres; empty where there are no boxes.
  public var meanSizes: [Vector3]

  /// Classes.
  ///
  /// - Parameters:
  ///   - names: Their names, in the order of the network's outputs.
  ///   - meanSizes: Mean length, width and height of each, metres.
  public init(names: [String], meanSizes: [Vector3] = []) {
    self.names = names
    self.meanSizes = meanSizes
  }

  /// The place of a name, or nil.
  public func index(of name: String) -> Int? { names.firstIndex(of: name) }
}

/// What a network sees of one cloud.
public struct CloudSample: Sendable {
  /// Inputs and targets by name, without the batch axis.
  public var tensors: [String: Tensor]
  /// The cloud that it was made of, with the boxes as truth; points that are not needed may be gone.
  public var source: LabelledCloud

  /// A sample.
  public init(tensors: [String: Tensor], source: LabelledCloud) {
    self.tensors = tensors
    self.source = source
  }
}

/// Several samples together.
public struct CloudBatch: Sendable {
  /// Inputs and targets by name.
  public var tensors: [String: Tensor]
  /// The clouds.
  public var sources: [LabelledCloud]

  /// Number of clouds.
  public var count: Int { sources.count }

  /// A batch.
  public init(tensors: [String: Tensor], sources: [LabelledCloud]) {
    self.tensors = tensors
    self.sources = sources
  }

  /// A tensor that the task's samples hold.
  public subscript(name: String) -> Tensor {
    guard let tensor = tensors[name] else {
      preconditionFailure("the batch holds no tensor \(name)")
    }
    return tensor
  }

  /// Tensors of one name stacked along a new first axis.
  ///
  /// - Parameter samples: At least one; tensors of one name have one shape.
  public init(stacking samples: [CloudSample]) {
    var stacked: [String: Tensor] = [:]
    for name in samples.first?.tensors.keys.sorted() ?? [] {
      stacked[name] = Tensor.stacked(samples.compactMap { $0.tensors[name] }, axis: 0)
    }
    self.init(tensors: stacked, sources: samples.map(\.source))
  }
}

/// A part of a loss.
public struct CloudLoss {
  /// Its column in the log: `vote`.
  public var name: String
  /// One number.
  public var value: Tensor
  /// Its factor in the sum.
  public var weight: Double

  /// A part of a loss.
  public init(_ name: String, _ value: Tensor, weight: Double = 1) {
    self.name = name
    self.value = value
    self.weight = weight
  }
}

/// What a network says about one cloud, beside the truth.
public enum CloudResult: Sendable {
  /// The class of the whole cloud; nil where the truth is unknown.
  case whole(label: Int, truth: Int?)
  /// The class of each point that the network saw; truth -1 = unknown.
  case points(labels: [Int32], truth: [Int32])
  /// Boxes in the frame of the cloud.
  case boxes([Box3D], truth: [Box3D])
}

extension CloudTask {
  /// Clouds stay whole.
  public static var takesCloudsApart: Bool { false }

  /// The cloud itself.
  public func subjects(of cloud: LabelledCloud) -> [LabelledCloud] { [cloud] }

  /// Nothing faster.
  public func detector(_ network: Network) -> (@Sendable (LabelledCloud) throws -> [Box3D])? { nil }

  /// Stacks tensors of one name.
  public func batch(of samples: [CloudSample]) -> CloudBatch { CloudBatch(stacking: samples) }
}
