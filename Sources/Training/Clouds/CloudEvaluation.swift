public import Models
import Geometry
import PointClouds
public import SensorLogs
import Tensors

/// A trained network's answers to labelled clouds.
public struct CloudEvaluation: Sendable {
  /// The answers, one for each cloud; boxes of a cloud's parts are joined.
  public private(set) var results: [CloudResult] = []
  /// Names of the clouds.
  public private(set) var names: [String] = []
  /// How well they fit.
  public let measures: CloudMeasures

  /// Lets a network answer.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - clouds: The clouds with the truth.
  ///   - threads: Threads of tensor operations.
  ///   - progress: Called after each cloud with the number that is done; may throw to stop.
  /// - Throws: What is wrong with a cloud, and what `progress` throws.
  public init(
    _ network: TrainedCloudNetwork, _ clouds: any LabelledCloudSource, threads: Int = 1,
    progress: (_ done: Int) throws -> Void = { _ in }
  ) throws {
    let selection = CloudSelection([clouds], classes: network.classes.names)
    var (results, names): ([CloudResult], [String]) = ([], [])
    try TorchThreads.with(threads) {
      for number in 0..<selection.count {
        var cloud = try selection.sample(at: number)
        cloud.cloud = cloud.cloud.removingInvalidPoints()
        let answers = try network.results(
          for: network.subjects(of: cloud), seed: UInt64(number))
        results += network.goal == .detection ? [Self.joined(answers, cloud)] : answers
        names += network.goal == .detection ? [cloud.name] : answers.map { _ in cloud.name }
        try progress(number + 1)
      }
    }
    self.results = results
    self.names = names
    measures = try CloudMeasures(results, goal: network.goal, classes: network.classes.names)
  }

  /// The boxes of all parts of a cloud beside all true boxes.
  private static func joined(_ answers: [CloudResult], _ cloud: LabelledCloud) -> CloudResult {
    let boxes = answers.flatMap { answer -> [Box3D] in
      if case .boxes(let boxes, truth: _) = answer { return boxes }
      return []
    }
    if answers.count == 1, case .boxes(_, let truth) = answers[0] {
      return .boxes(boxes, truth: truth)
    }
    return .boxes(boxes, truth: cloud.boxes)
  }
}
