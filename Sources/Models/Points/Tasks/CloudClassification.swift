import Networks
import PointClouds
import Tensors

/// What tasks that tell whole clouds apart share.
enum CloudClassification {
  /// Points and class of a cloud.
  static func sample(
    of cloud: LabelledCloud, _ settings: some PointSampleSettings, _ classes: CloudClasses,
    isTraining: Bool, using generator: inout SeededGenerator
  ) throws -> CloudSample {
    let drawn = try PointSample(
      of: cloud.cloud, settings, isTraining: isTraining, using: &generator)
    var label = -1
    if let name = cloud.label {
      guard let place = classes.index(of: name) else {
        throw ModelError.input(
          "\(cloud.name): '\(name)' is none of the classes \(classes.names.joined(separator: ", "))"
        )
      }
      label = place
    } else if isTraining {
      throw ModelError.input("\(cloud.name): training needs the class of the cloud")
    }
    return CloudSample(
      tensors: ["points": drawn.points, "label": Tensor([Int64(label)], shape: [])],
      source: cloud)
  }

  /// The best class of each cloud.
  static func results(_ scores: Tensor, _ batch: CloudBatch) -> [CloudResult] {
    let best = scores.argMax(axis: 1).array(of: Int64.self)
    let truth = batch["label"].array(of: Int64.self)
    return zip(best, truth).map {
      .whole(label: Int($0), truth: $1 < 0 ? nil : Int($1))
    }
  }

  /// Refuses too few classes.
  static func check(_ classes: CloudClasses) throws(ModelError) {
    guard classes.names.count >= 2 else {
      throw .configuration("\(classes.names.count) classes cannot be told apart")
    }
  }
}
