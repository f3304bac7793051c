import Foundation
import Geometry

/// Average precision by centre distance and the errors of the hits, as nuScenes evaluates boxes.
///
/// A detection, surest first, takes the nearest free true box of its frame and class on the ground plane, within the threshold.
/// Precision is read at 101 recalls; recall and precision up to 0.1 do not count. Velocities and attributes are not evaluated, so
/// there is no nuScenes detection score.
///
/// - Note: Source: Caesar et al., "nuScenes: a multimodal dataset for autonomous driving", CVPR 2020, section 3.1, and its development
///   kit.
public struct CentreDistanceScore: Sendable {
  /// Mean errors of the hits within 2 m, over the recalls from 0.1 to the largest; 1 where that is never reached.
  public struct Errors: Sendable, Equatable {
    /// Distance of the centres on the ground, metres.
    public var translation: Double
    /// 1 less the IoU once centres and headings are aligned.
    public var scale: Double
    /// Smallest turn between the headings, radians.
    public var orientation: Double
  }

  private static let (leastRecall, leastPrecision, recalls) = (0.1, 0.1, 101)
  /// Largest distances of a hit, metres.
  public static let thresholds = [0.5, 1, 2, 4]
  /// The frames.
  public let frames: [DetectionFrame]

  /// A score of some frames.
  ///
  /// - Parameter frames: Truth and detections of each frame.
  public init(frames: [DetectionFrame]) { self.frames = frames }

  /// Labels of all true boxes, in alphabetical order.
  public var labels: [String] { frames.trueLabels }

  /// The average precision of a class at one distance, 0 to 1; not a number without true boxes.
  ///
  /// - Parameters:
  ///   - label: The class.
  ///   - distance: Largest distance of a hit; metres.
  /// - Returns: The average precision.
  public func averagePrecision(_ label: String, within distance: Double) -> Double {
    let matches = Matches(frames, label, within: distance)
    guard matches.truth > 0 else { return .nan }
    let counted = matches.precisionAtRecalls(Self.recalls)[Self.firstRecall...]
    let sum = counted.reduce(0) { $0 + max($1 - Self.leastPrecision, 0) }
    return sum / Double(counted.count) / (1 - Self.leastPrecision)
  }

  /// The mean over all distances and classes, 0 to 1; not a number without true boxes.
  public var meanAveragePrecision: Double {
    let values = labels.flatMap { label in
      Self.thresholds.map { averagePrecision(label, within: $0) }
    }
    return values.reduce(0, +) / Double(values.count)
  }

  /// The mean errors of a class's hits.
  ///
  /// - Parameters:
  ///   - label: The class.
  ///   - period: Turn after which a heading is the same; π where front and back cannot be told apart.
  /// - Returns: The errors.
  public func errors(_ label: String, headingPeriod period: Double = 2 * .pi) -> Errors {
    let matches = Matches(frames, label, within: 2)
    let hits = matches.hits
    func mean(_ error: (Matches.Hit) -> Double) -> Double {
      matches.meanOverRecalls(hits.map(error), Self.recalls, from: Self.firstRecall)
    }
    return Errors(
      translation: mean { $0.truth.groundDistance(to: $0.detection) },
      scale: mean { 1 - Self.alignedIoU($0.truth.size, $0.detection.size) },
      orientation: mean {
        abs(($0.truth.yaw - $0.detection.yaw).remainder(dividingBy: period))
      })
  }

  private static var firstRecall: Int { Int((100 * leastRecall).rounded()) + 1 }

  private static func alignedIoU(_ a: Vector3, _ b: Vector3) -> Double {
    func volume(_ size: Vector3) -> Double { size.x * size.y * size.z }
    let common = volume(Vector3(min(a.x, b.x), min(a.y, b.y), min(a.z, b.z)))
    return common / (volume(a) + volume(b) - common)
  }
}

/// Detections of a class with the true boxes that they take.
private struct Matches {
  struct Hit {
    var truth: Box3D
    var detection: Box3D
  }

  /// True boxes of the class.
  let truth: Int
  /// Scores of all detections, falling.
  let scores: [Double]
  /// The hits in this order.
  private(set) var hits: [Hit] = []
  private let curve: PrecisionRecall

  init(_ frames: [DetectionFrame], _ label: String, within limit: Double) {
    var isFree = frames.map { $0.truth.map { $0.label == label } }
    truth = isFree.reduce(0) { $0 + $1.count { $0 } }
    let ranked = frames.ranked(label)
    scores = ranked.map(\.score)
    var hits: [Hit] = []
    let isHit = ranked.map { found in
      let frame = frames[found.frame]
      let detection = frame.detections[found.number]
      var best: (number: Int, distance: Double)?
      for (number, box) in frame.truth.enumerated() where isFree[found.frame][number] {
        let distance = box.groundDistance(to: detection)
        if distance < best?.distance ?? limit { best = (number, distance) }
      }
      guard let best else { return false }
      isFree[found.frame][best.number] = false
      hits.append(Hit(truth: frame.truth[best.number], detection: detection))
      return true
    }
    self.hits = hits
    curve = PrecisionRecall(isHit: isHit, truth: truth)
  }

  func precisionAtRecalls(_ count: Int) -> [Double] {
    recalls(count).map { interpolated($0, curve.recall, curve.precision, beyond: 0) }
  }

  /// The running mean of an error, read at the scores that belong to the recalls.
  func meanOverRecalls(_ errors: [Double], _ count: Int, from first: Int) -> Double {
    let readAt = recalls(count).map { interpolated($0, curve.recall, scores, beyond: 0) }
    let last = readAt.lastIndex { $0 != 0 } ?? 0
    guard last >= first, !errors.isEmpty else { return 1 }
    var (means, sum) = ([Double](), 0.0)
    for (place, error) in errors.enumerated() {
      sum += error
      means.append(sum / Double(place + 1))
    }
    // Scores fall along the list: both are read backwards.
    let hitScores = Array(hits.map(\.detection.score).reversed())
    let backwards = Array(means.reversed())
    let values = readAt[first...last].map {
      interpolated($0, hitScores, backwards, beyond: backwards[backwards.count - 1])
    }
    return values.reduce(0, +) / Double(values.count)
  }

  private func recalls(_ count: Int) -> [Double] {
    (0..<count).map { Double($0) / Double(count - 1) }
  }
}

/// Piecewise linear interpolation at `x` of values at rising places; the first value before them.
private func interpolated(
  _ x: Double, _ places: [Double], _ values: [Double], beyond: Double
) -> Double {
  guard let first = values.first, let last = places.last else { return beyond }
  if x > last { return beyond }
  if x <= places[0] { return x == places[0] ? value(at: x, places, values) : first }
  return value(at: x, places, values)
}

/// As NumPy's `interp`: of equal places the last counts.
private func value(at x: Double, _ places: [Double], _ values: [Double]) -> Double {
  var (low, high) = (0, places.count)
  while low < high {
    let middle = (low + high) / 2
    if places[middle] <= x { low = middle + 1 } else { high = middle }
  }
  let before = low - 1
  guard before + 1 < places.count, places[before + 1] > places[before] else {
    return values[before]
  }
  let share = (x - places[before]) / (places[before + 1] - places[before])
  return values[before] + share * (values[before + 1] - values[before])
}
