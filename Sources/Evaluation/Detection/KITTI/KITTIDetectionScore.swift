/// Average precision by the rules of the KITTI object benchmark, on a CPU.
///
/// - Note: Source: Geiger, Lenz and Urtasun, "Are we ready for autonomous driving? The KITTI vision benchmark suite", CVPR 2012,
///   and the benchmark's development kit; 40 recall points after Simonelli et al., "Disentangling monocular 3D object detection",
///   ICCV 2019.
public struct KITTIDetectionScore: Sendable {
  /// Precision over recall for one class, difficulty and measure.
  public struct Curve: Sendable, Equatable {
    /// Scores at which the precision was taken, at most 41, falling.
    public var thresholds: [Double]
    /// Precision at 41 recalls from 0 to 1 in equal steps; 0 beyond those that are reached.
    public var precision: [Double]
    /// Precision times similarity of headings at these recalls (AOS).
    public var orientation: [Double]
    /// True objects that count.
    public var truth: Int
    /// Hits at the lowest threshold.
    public var hits = 0
    /// False detections at the lowest threshold.
    public var falsePositives = 0

    /// Average precision over 11 recalls from 0 to 1, percent.
    public var average11: Double { Self.average11(precision) }
    /// Average precision over 40 recalls from 1/40 to 1, percent.
    public var average40: Double { Self.average40(precision) }
    /// Average orientation similarity over 11 recalls, percent.
    public var orientation11: Double { Self.average11(orientation) }
    /// Average orientation similarity over 40 recalls, percent.
    public var orientation40: Double { Self.average40(orientation) }

    private static func average11(_ values: [Double]) -> Double {
      stride(from: 0, through: 40, by: 4).reduce(0) { $0 + values[$1] } / 11 * 100
    }

    private static func average40(_ values: [Double]) -> Double {
      values.dropFirst().reduce(0, +) / 40 * 100
    }
  }

  /// Where on the curve the precision is read.
  public enum Sampling: Sendable {
    /// As the benchmark's program, except that with fewer than 41 true objects, whose recalls it cannot tell apart (perfect
    /// detections would score less than 100), the precision is read at the recalls themselves.
    case automatic
    /// As the benchmark's program, whatever the number of objects.
    case benchmark
  }

  private static let recalls = 41
  /// Where on the curve the precision is read.
  public var sampling = Sampling.automatic
  /// The frames.
  public let frames: [KITTIFrame]

  /// A score of some frames.
  ///
  /// - Parameter frames: Truth and detections of each frame.
  public init(frames: [KITTIFrame]) { self.frames = frames }

  /// The curve of a class.
  ///
  /// - Parameters:
  ///   - class_: The class.
  ///   - difficulty: Which true objects count.
  ///   - measure: Where boxes are compared.
  /// - Returns: The curve; all zeros where no true object counts.
  public func curve(
    _ class_: KITTIClass, _ difficulty: KITTIDifficulty, _ measure: KITTIMeasure
  ) -> Curve {
    curve(class_, difficulty, measure, of: Array(frames.indices))
  }

  /// An interval of an average precision, from frames drawn with replacement.
  ///
  /// - Parameters:
  ///   - class_: The class.
  ///   - difficulty: Which true objects count.
  ///   - measure: Where boxes are compared.
  ///   - draws: Number of draws.
  ///   - confidence: Part of the draws that lie inside.
  ///   - average: What is taken of each curve.
  ///   - generator: Source of the draws.
  /// - Returns: The interval, percent; nil without frames.
  public func interval<G: RandomNumberGenerator>(
    _ class_: KITTIClass, _ difficulty: KITTIDifficulty, _ measure: KITTIMeasure, draws: Int = 200,
    confidence: Double = 0.95, of average: (Curve) -> Double = \.average40,
    using generator: inout G
  ) -> ClosedRange<Double>? {
    bootstrapInterval(count: frames.count, draws: draws, confidence: confidence, using: &generator)
    { average(curve(class_, difficulty, measure, of: $0)) }
  }

  private func curve(
    _ class_: KITTIClass, _ difficulty: KITTIDifficulty, _ measure: KITTIMeasure,
    of numbers: [Int]
  ) -> Curve {
    let limit = class_.minOverlap[measure] ?? 0.5
    let chosen = numbers.map { (frames[$0], KITTIRoles(frames[$0], class_, difficulty)) }
    let truth = chosen.reduce(0) { $0 + $1.1.truth.count { $0 == .counted } }
    let scores = chosen.flatMap { $0.0.hitScores($0.1, measure, above: limit) }
    let isSparse = sampling == .automatic && truth < Self.recalls
    let thresholds =
      isSparse ? Set(scores).sorted(by: >) : Self.thresholds(scores, truth: truth)
    var curve = Curve(
      thresholds: thresholds, precision: .init(repeating: 0, count: Self.recalls),
      orientation: .init(repeating: 0, count: Self.recalls), truth: truth)
    var place = 0
    for threshold in thresholds {
      let sum = chosen.reduce(into: KITTICounts()) { sum, part in
        sum += part.0.counts(part.1, measure, above: limit, score: threshold)
      }
      let detections = Double(max(sum.hits + sum.falsePositives, 1))
      // The benchmark takes its thresholds for 41 recalls in equal steps.
      let last = isSparse ? sum.hits * (Self.recalls - 1) / truth : place
      for reached in place..<max(place, last + 1) {
        curve.precision[reached] = Double(sum.hits) / detections
        curve.orientation[reached] = sum.similarity / detections
      }
      place = max(place, last + 1)
      (curve.hits, curve.falsePositives) = (sum.hits, sum.falsePositives)
    }
    curve.precision = curve.precision.fallingEnvelope
    curve.orientation = curve.orientation.fallingEnvelope
    return curve
  }

  /// The scores at which the recall comes nearest to 41 equal steps.
  static func thresholds(_ scores: [Double], truth: Int) -> [Double] {
    let sorted = scores.sorted(by: >)
    var (thresholds, recall) = ([Double](), 0.0)
    for (place, score) in sorted.enumerated() {
      let here = Double(place + 1) / Double(truth)
      let isLast = place == sorted.count - 1
      let next = isLast ? here : Double(place + 2) / Double(truth)
      if !isLast, next - recall < recall - here { continue }
      thresholds.append(score)
      recall += 1 / Double(recalls - 1)
    }
    return thresholds
  }
}
