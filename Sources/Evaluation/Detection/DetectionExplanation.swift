import Geometry
import PointClouds
import Tensors

/// Why each detection is right or wrong, and why each true box is found or missed.
public struct DetectionExplanation: Sendable, Equatable {
  /// What a detection is.
  public enum Verdict: Sendable, Equatable {
    /// It has a true box of its class.
    case hit(truth: Int, iou: Double)
    /// A surer detection has its true box.
    case duplicate(truth: Int, iou: Double)
    /// It overlaps a true box of another class well enough.
    case wrongClass(truth: Int, iou: Double)
    /// It overlaps a true box of its class, but too little.
    case poorlyPlaced(truth: Int, iou: Double)
    /// No true box is near.
    case background
  }

  /// What became of a true box.
  public enum Outcome: Sendable, Equatable {
    /// A detection has it.
    case found(detection: Int, iou: Double)
    /// The best detection of its class overlaps too little.
    case poorlyPlaced(detection: Int, iou: Double)
    /// Only detections of other classes overlap well enough.
    case wrongClass(detection: Int, iou: Double)
    /// No detection overlaps it.
    case missed
  }

  /// For each detection.
  public let detections: [Verdict]
  /// For each true box.
  public let truth: [Outcome]

  /// Explains one frame.
  ///
  /// - Parameters:
  ///   - frame: True boxes and detections.
  ///   - limit: An IoU that a hit exceeds.
  ///   - least: Overlaps up to here are none.
  /// - Throws: ``PointClouds/PointCloudError`` when memory is short.
  public init(_ frame: DetectionFrame, iou limit: Double, noticeable least: Double = 0.1) throws {
    let (found, there) = (frame.detections, frame.truth)
    let overlaps = try BoxOverlap.iou.matrix(Tensor(boxes: found), Tensor(boxes: there))
      .array(of: Double.self)
    func overlap(_ d: Int, _ t: Int) -> Double { overlaps[d * there.count + t] }
    func isSame(_ d: Int, _ t: Int) -> Bool { found[d].label == there[t].label }
    func best(_ numbers: [Int], _ value: (Int) -> Double) -> Int? {
      numbers.max { (value($0), $1) < (value($1), $0) }
    }

    var owner: [Int: Int] = [:]
    var verdicts = [Verdict](repeating: .background, count: found.count)
    let order = found.indices.sorted { (-found[$0].score, $0) < (-found[$1].score, $1) }
    for d in order {
      let same = there.indices.filter { isSame(d, $0) }
      let other = there.indices.filter { !isSame(d, $0) }
      let nearest = best(same) { overlap(d, $0) }
      if let t = nearest, overlap(d, t) > limit {
        verdicts[d] =
          owner[t] == nil
          ? .hit(truth: t, iou: overlap(d, t)) : .duplicate(truth: t, iou: overlap(d, t))
        if owner[t] == nil { owner[t] = d }
      } else if let t = best(other, { overlap(d, $0) }), overlap(d, t) > limit {
        verdicts[d] = .wrongClass(truth: t, iou: overlap(d, t))
      } else if let t = nearest, overlap(d, t) > least {
        verdicts[d] = .poorlyPlaced(truth: t, iou: overlap(d, t))
      }
    }
    detections = verdicts
    truth = there.indices.map { t in
      if let d = owner[t] { return .found(detection: d, iou: overlap(d, t)) }
      let same = found.indices.filter { isSame($0, t) }
      let other = found.indices.filter { !isSame($0, t) }
      if let d = best(same, { overlap($0, t) }), overlap(d, t) > least {
        return .poorlyPlaced(detection: d, iou: overlap(d, t))
      }
      if let d = best(other, { overlap($0, t) }), overlap(d, t) > limit {
        return .wrongClass(detection: d, iou: overlap(d, t))
      }
      return .missed
    }
  }
}
