import Evaluation
import Foundation
import Reports
import SensorLogs

/// `parallax evaluate --protocol kitti`.
enum KITTIEvaluation {
  private struct Summary: Encodable {
    struct Row: Encodable {
      var label: String
      var measure: String
      var difficulty: String
      var minOverlap: Double
      var truth: Int
      var ap11: Double
      var ap40: Double
      var ap40Interval: [Double]?
      var aos11: Double?
      var aos40: Double?
    }
    var `protocol` = "kitti"
    var frames: Int
    var framesWithoutDetections: Int
    var classes: [Row]
  }

  private static let classes = [KITTIClass.car, .pedestrian, .cyclist].flatMap { [$0, $0.loose] }

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    var outputs = try EvaluationOutputs(arguments)
    let truth = try LabelFolder(arguments.value(of: "--truth") ?? "")
    let found = try LabelFolder(arguments.value(of: "--detections") ?? "")
    guard found.names.contains(where: truth.names.contains) else {
      throw CommandFailure(
        .unreadableInput,
        "no file of \(found.path) has the name of a label file of \(truth.path) (\(truth.names.first ?? "none"), …)"
      )
    }
    let frames = try truth.names.map { name in
      try KITTIFrame(
        truth: try truth.labels(name),
        detections: found.names.contains(name) ? try found.labels(name) : [])
    }
    for (name, frame) in zip(truth.names, frames) {
      try outputs.explain(
        name, frame.boxes,
        iou: { label in classes.first { $0.name == label }?.minOverlap[.space] ?? 0.5 })
    }
    let score = KITTIDetectionScore(frames: frames)
    let rows = try classes.flatMap { class_ in
      try KITTIMeasure.allCases.flatMap { try Self.rows(score, class_, $0, &outputs) }
    }
    try outputs.finish()
    let summary = Summary(
      frames: frames.count,
      framesWithoutDetections: truth.names.count { !found.names.contains($0) }, classes: rows)
    if arguments.isSet("--json") {
      try Console.json(summary)
    } else {
      Console.result(text(summary))
    }
    return .done
  }

  /// The rows of a class and measure; none where the loose overlaps are the strict ones, or no object counts.
  private static func rows(
    _ score: KITTIDetectionScore, _ class_: KITTIClass, _ measure: KITTIMeasure,
    _ outputs: inout EvaluationOutputs
  ) throws -> [Summary.Row] {
    let isLoose = class_.minOverlap != classes.first { $0.name == class_.name }?.minOverlap
    if isLoose, measure == .image { return [] }
    let overlap = class_.minOverlap[measure] ?? 0.5
    var series: [LinePlot.Series] = []
    let rows = KITTIDifficulty.allCases.compactMap { difficulty -> Summary.Row? in
      let curve = score.curve(class_, difficulty, measure)
      guard curve.truth > 0 else { return nil }
      series.append(
        .init(difficulty.rawValue, x: (0...40).map { Double($0) / 40 }, y: curve.precision))
      let interval = score.interval(
        class_, difficulty, measure, draws: outputs.draws, using: &outputs.generator)
      let isImage = measure == .image
      return Summary.Row(
        label: class_.name, measure: measure.rawValue, difficulty: difficulty.rawValue,
        minOverlap: overlap, truth: curve.truth, ap11: curve.average11, ap40: curve.average40,
        ap40Interval: interval.map { [$0.lowerBound, $0.upperBound] },
        aos11: isImage ? curve.orientation11 : nil, aos40: isImage ? curve.orientation40 : nil)
    }
    let name = "\(class_.name.lowercased())-\(measure.rawValue)-\(overlap)"
    try outputs.write(
      name, title: "\(class_.name), \(measure.rawValue), overlap \(overlap)", series)
    return rows
  }

  private static func text(_ summary: Summary) -> String {
    func percent(_ value: Double) -> String { String(format: "%.2f", value) }
    let head = ["class", "overlap", "measure", "difficulty", "objects", "AP11", "AP40", "AOS40"]
    let rows = summary.classes.map { row in
      [
        row.label, "\(row.minOverlap)", row.measure, row.difficulty, "\(row.truth)",
        percent(row.ap11),
        percent(row.ap40)
          + (row.ap40Interval.map { " (\(percent($0[0])) to \(percent($0[1])))" } ?? ""),
        row.aos40.map(percent) ?? "",
      ]
    }
    let missing = summary.framesWithoutDetections
    return """
      \(summary.frames) frames\(missing > 0 ? ", \(missing) without a file of detections" : "")
      \(Console.table([head] + rows))
      """
  }
}

/// Label files of a folder, by name.
private struct LabelFolder {
  let path: String
  let names: [String]

  init(_ path: String) throws {
    let inner = ["label_2", "training/label_2"].map { "\(path)/\($0)" }
      .first { FileManager.default.fileExists(atPath: $0) }
    self.path = inner ?? path
    guard let files = try? FileManager.default.contentsOfDirectory(atPath: self.path) else {
      throw CommandFailure(.unreadableInput, "\(path): cannot be read as a folder of label files")
    }
    names = files.filter { $0.hasSuffix(".txt") }.sorted()
    if names.isEmpty {
      throw CommandFailure(.unreadableInput, "\(self.path): holds no label files (*.txt)")
    }
  }

  func labels(_ name: String) throws -> [KITTILabel] {
    guard let text = try? String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) else {
      throw CommandFailure(.unreadableInput, "\(path)/\(name): cannot be read as text")
    }
    do { return try KITTILabel.parse(text, named: "\(path)/\(name)") } catch {
      throw CommandFailure(.unreadableInput, "\(error)")
    }
  }
}
