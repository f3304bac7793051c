import Foundation
public import Geometry
import Networks
public import PointClouds
import Tensors

/// A box in space for a box in an image.
public struct FrustumDetection: Sendable, Equatable {
  /// The place of the view among those of the cloud.
  public let view: Int
  /// The place of the 2D box in its view.
  public let place: Int
  /// The box, in the frame of the cloud.
  public let box: Box3D
}

extension FrustumPointNetTask {
  /// One box for each frustum, none where no point was found to be the object's.
  ///
  /// The score is the product of the mean probability of the object's points, of the best heading bin and of the best template, whose
  /// logarithm the original gives, and of the 2D box's score.
  public func results(_ network: FrustumPointNet, _ batch: CloudBatch) throws -> [CloudResult] {
    zip(try boxes(network, batch), batch.sources).map { box, source in
      .boxes(box.map { [$0] } ?? [], truth: source.boxes)
    }
  }

  /// The boxes of all 2D boxes of a cloud that are of the task's classes, high enough, and hold enough points.
  ///
  /// Put the network into evaluation mode first.
  ///
  /// - Parameters:
  ///   - cloud: Points and views; boxes in space are not looked at.
  ///   - network: The network.
  ///   - batchSize: Frustums that pass the network together.
  ///   - seed: Decides which points are drawn.
  /// - Returns: Detections in the order of views and 2D boxes.
  /// - Throws: An error of the network.
  public func detections(
    in cloud: LabelledCloud, by network: FrustumPointNet, batchSize: Int = 32, seed: UInt64 = 0
  ) throws -> [FrustumDetection] {
    precondition(batchSize >= 1, "a batch cannot have \(batchSize) frustums")
    var unlabelled = cloud
    unlabelled.boxes = []
    let subjects = placedSubjects(of: unlabelled)
    let samples = try subjects.enumerated().map { number, subject in
      var generator = SeededGenerator(seed: seed, stream: UInt64(number))
      return try sample(of: subject.cloud, isTraining: false, using: &generator)
    }
    var found: [FrustumDetection] = []
    for start in stride(from: 0, to: samples.count, by: batchSize) {
      let range = start..<min(start + batchSize, samples.count)
      let boxes = try withoutGradients {
        try self.boxes(network, batch(of: Array(samples[range])))
      }
      for (subject, box) in zip(subjects[range], boxes) {
        if let box {
          found.append(FrustumDetection(view: subject.view, place: subject.place, box: box))
        }
      }
    }
    return found
  }

  /// The box of each frustum, or nil where no point is the object's.
  private func boxes(_ network: FrustumPointNet, _ batch: CloudBatch) throws -> [Box3D?] {
    let outputs = try network(batch["points"], classes: batch["classes"])
    let masks = FrustumMaskScores(outputs.maskLogits)
    let centers = outputs.center.array(of: Float.self)
    let headingScores = outputs.headingScores.array(of: Float.self).map(Double.init)
    let headingResiduals = outputs.headingResiduals.array(of: Float.self).map(Double.init)
    let sizeScores = outputs.sizeScores.array(of: Float.self).map(Double.init)
    let sizeResiduals = outputs.sizeResiduals.array(of: Float.self).map(Double.init)
    let frames = batch["frame"].array(of: Double.self)
    let (bins, templates) = (coder.headingBins, coder.templates.count)
    return batch.sources.indices.map { b in
      guard let maskScore = masks.means[b] else { return nil }
      let source = batch.sources[b].views.first { !$0.boxes.isEmpty }?.boxes.first
      let headings = Array(headingScores[b * bins..<(b + 1) * bins])
      let sizes = Array(sizeScores[b * templates..<(b + 1) * templates])
      var box = coder.box(
        center: Vector3(
          Double(centers[3 * b]), Double(centers[3 * b + 1]), Double(centers[3 * b + 2])),
        headingScores: headings,
        headingResiduals: headingResiduals[b * bins..<(b + 1) * bins].map {
          $0 * coder.binWidth / 2
        },
        sizeScores: sizes,
        sizeResiduals: (0..<templates).map { t in
          let k = 3 * (b * templates + t)
          return Vector3(sizeResiduals[k], sizeResiduals[k + 1], sizeResiduals[k + 2])
            * coder.templates[t]
        })
      box.size = pointwiseMax(box.size, Vector3(repeating: 0.01))
      let frame = FrustumFrame(
        origin: Vector3(frames[4 * b], frames[4 * b + 1], frames[4 * b + 2]),
        azimuth: frames[4 * b + 3])
      let score = maskScore * largestShare(headings) * largestShare(sizes) * (source?.score ?? 1)
      return frame.box(box, label: source?.label ?? "", score: score)
    }
  }

  /// The largest value of the softmax.
  private func largestShare(_ scores: [Double]) -> Double {
    let largest = scores.max() ?? 0
    return 1 / scores.reduce(0) { $0 + exp($1 - largest) }
  }
}

/// How sure a network is of the points that it calls the object's.
private struct FrustumMaskScores {
  /// Their mean probability; nil where there is none.
  var means: [Double?] = []

  init(_ logits: Tensor) {
    let (batch, count) = (logits.shape[0], logits.shape[2])
    logits.withUnsafeElements(of: Float.self) { scores in
      for b in 0..<batch {
        var (sum, found) = (0.0, 0)
        for i in 2 * b * count..<(2 * b + 1) * count where scores[i] < scores[i + count] {
          sum += 1 / (1 + exp(Double(scores[i] - scores[i + count])))
          found += 1
        }
        means.append(found > 0 ? sum / Double(found) : nil)
      }
    }
  }
}
