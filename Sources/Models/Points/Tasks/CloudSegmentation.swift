import Networks
import PointClouds
import Tensors

/// What tasks that tell points apart share.
enum CloudSegmentation {
  /// Points of a cloud with the class of each; -1 where it is unknown.
  static func sample(
    of cloud: LabelledCloud, _ settings: some PointSampleSettings, _ classes: CloudClasses,
    isTraining: Bool, using generator: inout SeededGenerator
  ) throws -> CloudSample {
    let drawn = try PointSample(
      of: cloud.cloud, settings, isTraining: isTraining, using: &generator)
    var labels = [Int64](repeating: -1, count: drawn.chosen.count)
    if let known = cloud.cloud.attributes["label"] {
      guard known.elementType == .int32, known.shape[1] == 1 else {
        throw ModelError.input(
          "\(cloud.name): labels are [N, 1] of int32, not \(known.shape) of \(known.elementType)")
      }
      known.withUnsafeElements(of: Int32.self) { known in
        for (row, place) in drawn.chosen.enumerated() { labels[row] = Int64(known[Int(place)]) }
      }
      if let wrong = labels.first(where: { $0 < -1 || $0 >= classes.names.count }) {
        throw ModelError.input(
          "\(cloud.name): the label \(wrong) is none of \(classes.names.count) classes")
      }
    } else if isTraining {
      throw ModelError.input("\(cloud.name): training needs the attribute 'label' of each point")
    }
    return CloudSample(
      tensors: ["points": drawn.points, "labels": Tensor(labels)], source: cloud)
  }

  /// The cross-entropy over points whose class is known.
  static func loss(_ scores: Tensor, _ batch: CloudBatch, _ smoothing: Double) -> CloudLoss {
    let (clouds, count, classes) = (scores.shape[0], scores.shape[1], scores.shape[2])
    let labels = batch["labels"].reshaped(clouds * count)
    let rows = scores.reshaped(clouds * count, classes)
    let isKnown = labels.withUnsafeElements(of: Int64.self) { $0.contains { $0 >= 0 } }
    // Without a known point the mean would be no number.
    let loss =
      isKnown
      ? rows.crossEntropy(labels, ignoring: -1, labelSmoothing: smoothing) : (rows * 0).sum()
    return CloudLoss("class", loss)
  }

  /// The best class of each point.
  static func results(_ scores: Tensor, _ batch: CloudBatch) -> [CloudResult] {
    let count = scores.shape[1]
    let best = scores.argMax(axis: 2).array(of: Int64.self)
    let truth = batch["labels"].array(of: Int64.self)
    return (0..<scores.shape[0]).map { cloud in
      let rows = cloud * count..<(cloud + 1) * count
      return .points(
        labels: best[rows].map { Int32(truncatingIfNeeded: $0) },
        truth: truth[rows].map { Int32(truncatingIfNeeded: $0) })
    }
  }
}
