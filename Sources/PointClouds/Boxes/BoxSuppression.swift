import CKernels
public import Tensors

/// Non-maximum suppression: of boxes that overlap the best one is kept.
///
/// Boxes are looked at in the order of falling scores, equal scores in the order of their numbers; one is dropped when its overlap with a
/// box that is kept is above the threshold. The result is the same on every machine, in double precision whatever the boxes' type.
public struct BoxSuppression: Sendable {
  /// How boxes are compared.
  public enum Rule: Sendable, CaseIterable {
    /// IoU of the rectangles seen from above; boxes `[N, 7]`: x, y, z, length, width, height, yaw.
    case groundIoU
    /// IoU of the volumes of such boxes.
    case iou
    /// IoU of rectangles along the axes, `[N, 4]`: x1 y1 x2 y2.
    case rectangles
    /// IoU of boxes along the axes, `[N, 6]`: x1 y1 z1 x2 y2 z2.
    case cuboids
    /// Distance of centres, `[N, 2]`: x y (CenterPoint's circle suppression); the threshold is in metres, and boxes no farther than it are
    /// dropped.
    case centers

    var kind: Int32 {
      switch self {
      case .groundIoU: Int32(ckernels_suppress_ground)
      case .iou: Int32(ckernels_suppress_space)
      case .rectangles: Int32(ckernels_suppress_rectangles)
      case .cuboids: Int32(ckernels_suppress_cuboids)
      case .centers: Int32(ckernels_suppress_circles)
      }
    }

    var width: Int {
      switch self {
      case .groundIoU, .iou: 7
      case .rectangles: 4
      case .cuboids: 6
      case .centers: 2
      }
    }
  }

  /// How boxes are compared.
  public var rule: Rule
  /// Overlap above which the worse box is dropped, or the distance of centres.
  public var threshold: Double
  /// Boxes with a lower score, and those whose score is not a number, are left out first.
  public var minScore: Double
  /// How many of the best boxes are looked at.
  public var candidateLimit: Int
  /// How many boxes are kept at most.
  public var keptLimit: Int

  /// A suppression.
  ///
  /// - Parameters:
  ///   - rule: How boxes are compared.
  ///   - threshold: Overlap above which the worse box is dropped, or the distance of centres; at least 0.
  ///   - minScore: Boxes with a lower score are left out.
  ///   - candidateLimit: How many of the best boxes are looked at.
  ///   - keptLimit: How many boxes are kept at most.
  public init(
    _ rule: Rule, threshold: Double, minScore: Double = -.infinity, candidateLimit: Int = .max,
    keptLimit: Int = .max
  ) {
    precondition(threshold >= 0, "a threshold of \(threshold) would drop boxes that do not meet")
    self.rule = rule
    self.threshold = threshold
    self.minScore = minScore
    self.candidateLimit = candidateLimit
    self.keptLimit = keptLimit
  }

  /// The boxes that are kept.
  ///
  /// - Parameters:
  ///   - boxes: In the form that the rule names, Float or Double.
  ///   - scores: Shape `[N]`, Float or Double; higher is better.
  ///   - labels: Shape `[N]`, Int32: only boxes with the same label drop each other; nil: all do.
  /// - Returns: Numbers of the boxes by falling score, Int32.
  /// - Throws: ``PointCloudError`` for inputs of another form, and when memory is short.
  public func kept(_ boxes: Tensor, scores: Tensor, labels: Tensor? = nil) throws -> Tensor {
    let operation = "suppression of boxes"
    let rows = try BoxRows.rows(boxes, width: rule.width, for: operation)
    let values = try BoxRows.numbers(scores, for: operation)
    let count = boxes.shape[0]
    guard scores.shape == [count],
      labels.map({ $0.shape == [count] && $0.elementType == .int32 }) ?? true
    else {
      throw PointCloudError.unsuitableInput(
        operation: operation,
        reason: "scores and labels (int32) of \(count) boxes have the shape [\(count)]")
    }
    var settings = ckernels_suppression(
      kind: rule.kind, threshold: threshold, lowest_score: minScore,
      most_candidates: Int64(candidateLimit), most_kept: Int64(keptLimit))
    let numbers = labels?.array(of: Int32.self)
    var number: Int64 = 0
    let kept = [Int32](unsafeUninitializedCapacity: count) { target, filled in
      number = ckernels_suppress(
        rows, values, numbers, Int64(count), &settings, target.baseAddress)
      filled = max(0, Int(number))
    }
    guard number >= 0 else {
      throw PointCloudError.libraryFailed(operation: operation, reason: "memory is short")
    }
    return Tensor(kept)
  }
}
