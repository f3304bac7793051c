import Geometry
public import PointClouds
import Tensors

/// Average precision and recall of boxes in rooms, as SUN RGB-D and ScanNet are evaluated.
///
/// Detections of a class are taken over all scans, surest first; each takes the true box of its scan and class that it overlaps most. It
/// is right when that IoU exceeds the threshold and the box is still free. The average precision is the area under the falling
/// envelope.
///
/// - Note: Source: the evaluation of Qi et al., "Deep Hough voting for 3D object detection in point clouds", ICCV 2019, after
///   Everingham et al., "The PASCAL visual object classes challenge 2010".
public struct IndoorDetectionScore: Sendable {
  /// The frames.
  public let frames: [DetectionFrame]
  /// IoU of each detection with each true box, frame by frame and row by row.
  private let overlaps: [[Double]]

  /// A score of some frames.
  ///
  /// - Parameters:
  ///   - frames: Truth and detections of each frame.
  ///   - overlap: What is compared; IoU of the volumes by default.
  /// - Throws: ``PointClouds/PointCloudError`` when memory is short.
  public init(frames: [DetectionFrame], overlap: BoxOverlap = .iou) throws {
    self.frames = frames
    overlaps = try frames.map {
      try overlap.matrix(Tensor(boxes: $0.detections), Tensor(boxes: $0.truth))
        .array(of: Double.self)
    }
  }

  /// Labels of all true boxes, in alphabetical order.
  public var labels: [String] { frames.trueLabels }

  /// The curve of a class.
  ///
  /// - Parameters:
  ///   - label: The class.
  ///   - iou: An IoU that a hit exceeds.
  /// - Returns: The curve.
  public func curve(_ label: String, iou: Double) -> PrecisionRecall {
    curve(label, iou: iou, of: Array(frames.indices))
  }

  /// The mean of the classes' average precision, 0 to 1; not a number without true boxes.
  ///
  /// - Parameter iou: An IoU that a hit exceeds.
  /// - Returns: The mean.
  public func meanAveragePrecision(iou: Double) -> Double {
    meanAveragePrecision(iou: iou, of: Array(frames.indices))
  }

  /// An interval of the mean average precision, from frames drawn with replacement.
  ///
  /// - Parameters:
  ///   - iou: An IoU that a hit exceeds.
  ///   - draws: Number of draws.
  ///   - confidence: Part of the draws that lie inside.
  ///   - generator: Source of the draws.
  /// - Returns: The interval; nil without frames.
  public func interval<G: RandomNumberGenerator>(
    iou: Double, draws: Int = 200, confidence: Double = 0.95, using generator: inout G
  ) -> ClosedRange<Double>? {
    bootstrapInterval(count: frames.count, draws: draws, confidence: confidence, using: &generator)
    { meanAveragePrecision(iou: iou, of: $0) }
  }

  private func meanAveragePrecision(iou: Double, of numbers: [Int]) -> Double {
    let labels = numbers.map { frames[$0] }.trueLabels
    return labels.reduce(0) { $0 + curve($1, iou: iou, of: numbers).area } / Double(labels.count)
  }

  private func curve(_ label: String, iou: Double, of numbers: [Int]) -> PrecisionRecall {
    let chosen = numbers.map { frames[$0] }
    var isFree = chosen.map { $0.truth.map { $0.label == label } }
    let truth = isFree.reduce(0) { $0 + $1.count { $0 } }
    let isHit = chosen.ranked(label).map { detection in
      let true_ = chosen[detection.frame].truth
      let row = overlaps[numbers[detection.frame]][(detection.number * true_.count)...]
      var best: (number: Int, overlap: Double)?
      for (number, overlap) in row.prefix(true_.count).enumerated()
      where true_[number].label == label && overlap > best?.overlap ?? iou {
        best = (number, overlap)
      }
      guard let best, isFree[detection.frame][best.number] else { return false }
      isFree[detection.frame][best.number] = false
      return true
    }
    return PrecisionRecall(isHit: isHit, truth: truth)
  }
}
