public import Configuration
import Geometry
public import Pipelines
import PointClouds
public import SensorLogs
import Tensors

/// `boxes.nms`: of boxes that overlap the best one is kept.
public struct BoxSuppressionStage: Stage {
  /// How boxes are compared.
  public enum Measure: String, ParameterValue, CaseIterable {
    /// Seen from above.
    case ground
    /// In space.
    case space
    /// By the distance of their centres.
    case center
  }

  /// Settings of `boxes.nms`.
  public struct Parameters: ParameterSet {
    /// Threshold.
    @Parameter(
      "Boxes go whose overlap with a better one is greater; center: whose distance, metres, is no greater",
      in: 0...1000)
    public var threshold = 0.1
    /// How boxes are compared.
    @Parameter(
      "What overlap is: ground (IoU from above), space (IoU of volumes), center (distance)")
    public var measure = Measure.ground
    /// Whether labels are kept apart.
    @Parameter("Whether only boxes with the same label drop each other") public var perLabel = true
    /// Lowest score.
    @Parameter("Boxes with a lower score go first", in: -1e9...1e9) public var minScore = -1e9
    /// Candidates.
    @Parameter("How many of the best boxes are looked at", in: 1...1_000_000)
    public var maxCandidates = 4096
    /// Most boxes of a frame.
    @Parameter("How many boxes of a frame are kept at most", in: 1...1_000_000)
    public var maxBoxes = 500

    /// The defaults.
    public init() {}
  }

  /// The name under `use:`.
  public static let name = "boxes.nms"
  /// What it does.
  public static let documentation = """
    Non-maximum suppression: keeps the best of boxes that overlap.

    Boxes are looked at in the order of falling scores, equal scores in their order; one is dropped when its overlap with a box
    that is kept is above the threshold. Overlap is exact for turned boxes. The boxes that are kept come best first. Keeps order
    and timestamps; remembers nothing.
    """
  static let boxes = InputPort<Detections3D>("boxes", "The boxes")
  /// The input ports.
  public static var inputs: [any InputPortDescription] { [boxes] }

  private let suppression: BoxSuppression
  private let isPerLabel: Bool

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: What the run fixes.
  public init(_ parameters: Parameters, setup: StageSetup) {
    let rule: BoxSuppression.Rule =
      switch parameters.measure {
      case .ground: .groundIoU
      case .space: .iou
      case .center: .centers
      }
    suppression = BoxSuppression(
      rule, threshold: parameters.threshold, minScore: parameters.minScore,
      candidateLimit: parameters.maxCandidates, keptLimit: parameters.maxBoxes)
    isPerLabel = parameters.perLabel
  }

  /// Suppresses boxes of one frame.
  ///
  /// - Parameter inputs: The boxes.
  /// - Returns: Those that are kept, best score first.
  /// - Throws: ``PointCloudError`` when memory is short.
  public func process(_ inputs: StageInputs) throws -> Message<Detections3D> {
    let message = inputs[Self.boxes]
    let boxes = message.payload.boxes
    let rows = Tensor(boxes: boxes)
    let kept = try suppression.kept(
      suppression.rule == .centers ? centers(boxes) : rows, scores: Tensor(boxes.map(\.score)),
      labels: isPerLabel ? Tensor(numbers(of: boxes.map(\.label))) : nil)
    return message.replacing(
      Detections3D(boxes: kept.array(of: Int32.self).map { boxes[Int($0)] }))
  }

  private func centers(_ boxes: [Box3D]) -> Tensor {
    Tensor(boxes.flatMap { [$0.center.x, $0.center.y] }, shape: [boxes.count, 2])
  }

  /// Numbers for labels.
  private func numbers(of labels: [String]) -> [Int32] {
    var known: [String: Int32] = [:]
    return labels.map { label in
      let number = known[label] ?? Int32(known.count)
      known[label] = number
      return number
    }
  }
}
