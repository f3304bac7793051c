import Evaluation
import Foundation
import Geometry
import Reports
import SensorLogs

/// `parallax evaluate --protocol indoor|nuscenes`.
enum BoxEvaluation {
  static let protocols = ["indoor", "nuscenes"]

  private struct Indoor: Encodable {
    struct Row: Encodable {
      var label: String
      var truth: Int
      var ap: Double
      var recall: Double
    }
    struct Threshold: Encodable {
      var iou: Double
      var map: Double
      var mapInterval: [Double]?
      var meanRecall: Double
      var classes: [Row]
    }
    var `protocol` = "indoor"
    var frames: Int
    var thresholds: [Threshold]
  }

  private struct NuScenes: Encodable {
    struct Row: Encodable {
      var label: String
      var ap: [String: Double]
      var translationError: Double
      var scaleError: Double
      var orientationError: Double
    }
    var `protocol` = "nuscenes"
    var frames: Int
    var map: Double
    var classes: [Row]
  }

  static func run(_ name: String, _ arguments: ParsedArguments) throws -> ExitCode {
    var outputs = try EvaluationOutputs(arguments)
    let pairs = try BoxPairs(
      detections: arguments.value(of: "--detections") ?? "",
      truth: arguments.value(of: "--truth") ?? "")
    guard pairs.frames.contains(where: { !$0.truth.isEmpty }) else {
      throw CommandFailure(.unreadableInput, "the truth holds no boxes: there is nothing to find")
    }
    if name == "indoor" {
      for (instant, frame) in zip(pairs.instants, pairs.frames) {
        try outputs.explain("\(instant)", frame, iou: { _ in 0.25 })
      }
      let summary = try indoor(pairs.frames, &outputs)
      try outputs.finish()
      if arguments.isSet("--json") { try Console.json(summary) } else { show(summary) }
    } else {
      let summary = nuScenes(pairs.frames)
      if arguments.isSet("--json") { try Console.json(summary) } else { show(summary) }
    }
    return .done
  }

  private static func indoor(
    _ frames: [DetectionFrame], _ outputs: inout EvaluationOutputs
  ) throws -> Indoor {
    let score = try IndoorDetectionScore(frames: frames)
    var thresholds: [Indoor.Threshold] = []
    for iou in [0.25, 0.5] {
      let curves = score.labels.map { ($0, score.curve($0, iou: iou)) }
      let interval = score.interval(iou: iou, draws: outputs.draws, using: &outputs.generator)
      let recalls = curves.map(\.1.finalRecall)
      thresholds.append(
        Indoor.Threshold(
          iou: iou, map: score.meanAveragePrecision(iou: iou),
          mapInterval: interval.map { [$0.lowerBound, $0.upperBound] },
          meanRecall: recalls.reduce(0, +) / Double(recalls.count),
          classes: curves.map { label, curve in
            Indoor.Row(
              label: label, truth: curve.truth, ap: curve.area, recall: curve.finalRecall)
          }))
      try outputs.write(
        "indoor-\(iou)", title: "IoU above \(iou)",
        curves.map { .init($0, x: $1.recall, y: $1.precision) })
    }
    return Indoor(frames: frames.count, thresholds: thresholds)
  }

  private static func nuScenes(_ frames: [DetectionFrame]) -> NuScenes {
    let score = CentreDistanceScore(frames: frames)
    return NuScenes(
      frames: frames.count, map: score.meanAveragePrecision,
      classes: score.labels.map { label in
        // Barriers look alike from both sides.
        let errors = score.errors(label, headingPeriod: label == "barrier" ? .pi : 2 * .pi)
        return NuScenes.Row(
          label: label,
          ap: Dictionary(
            uniqueKeysWithValues: CentreDistanceScore.thresholds.map {
              ("\($0)", score.averagePrecision(label, within: $0))
            }), translationError: errors.translation, scaleError: errors.scale,
          orientationError: errors.orientation)
      })
  }

  private static func percent(_ share: Double) -> String { String(format: "%.2f", share * 100) }

  private static func show(_ summary: Indoor) {
    let rows = summary.thresholds.flatMap { threshold in
      let interval = threshold.mapInterval.map { " (\(percent($0[0])) to \(percent($0[1])))" }
      return threshold.classes.map {
        ["\(threshold.iou)", $0.label, "\($0.truth)", percent($0.ap), percent($0.recall)]
      } + [
        [
          "\(threshold.iou)", "mean", "", percent(threshold.map) + (interval ?? ""),
          percent(threshold.meanRecall),
        ]
      ]
    }
    Console.result(
      """
      \(summary.frames) frames
      \(Console.table([["IoU", "class", "objects", "AP", "recall"]] + rows))
      """)
  }

  private static func show(_ summary: NuScenes) {
    let distances = CentreDistanceScore.thresholds.map { "\($0)" }
    let rows = summary.classes.map { row in
      [row.label] + distances.map { percent(row.ap[$0] ?? .nan) }
        + [row.translationError, row.scaleError, row.orientationError].map {
          String(format: "%.3f", $0)
        }
    }
    Console.result(
      """
      \(summary.frames) frames, mean AP \(percent(summary.map))
      \(Console.table([["class"] + distances.map { "AP \($0) m" } + ["ATE", "ASE", "AOE"]] + rows))
      """)
  }
}

/// True and detected boxes of the same instants.
private struct BoxPairs {
  private(set) var instants: [Int64] = []
  private(set) var frames: [DetectionFrame] = []

  /// Frames of the truth; one without detections has none.
  init(detections: String, truth: String) throws {
    let found = Dictionary(
      try lines(detections).frames.map { ($0.timestampNanoseconds, $0.boxes) },
      uniquingKeysWith: { $0 + $1 })
    var matched = 0
    func add(_ instant: Int64, _ boxes: [Box3D]) {
      if found[instant] != nil { matched += 1 }
      instants.append(instant)
      frames.append(DetectionFrame(truth: boxes, detections: found[instant] ?? []))
    }
    if truth.hasSuffix(".jsonl") {
      for frame in try lines(truth).frames { add(frame.timestampNanoseconds, frame.boxes) }
    } else {
      try TruthFrames(path: truth).forEach { add($0.timestamp.nanoseconds, $0.boxes) }
    }
    guard matched > 0 else {
      throw CommandFailure(
        .unreadableInput, "no frame of the detections has the timestamp of a labelled frame")
    }
  }
}

private func lines(_ path: String) throws -> DetectionLines {
  do { return try DetectionLines(path: path) } catch {
    throw CommandFailure(.unreadableInput, "\(error)")
  }
}
