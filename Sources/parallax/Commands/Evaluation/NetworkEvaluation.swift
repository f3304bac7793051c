import Configuration
import Evaluation
import Foundation
import Geometry
import Models
import Networks
import Reports
import SensorLogs
import Tensors
import Training

/// `parallax evaluate --weights FILE --truth CLOUDS`.
enum NetworkEvaluation {
  private struct Summary: Encodable {
    struct Row: Encodable {
      var label: String
      var truth: Int
      var values: [Double]
    }
    var model: String
    var clouds: Int
    var measures: [String: Double]
    var columns: [String]
    var classes: [Row]
    var confusion: [[Int]]?
  }

  static func run(weights: String, _ arguments: ParsedArguments) throws -> ExitCode {
    if let clips = try clipNetwork(weights) {
      return try ClipNetworkEvaluation.run(clips, arguments)
    }
    let network: TrainedCloudNetwork
    do { network = try TrainedCloudNetwork(weights: weights) } catch {
      throw CommandFailure(.unreadableInput, "\(error)")
    }
    let clouds = try LabelledCloudSources.open(arguments.value(of: "--truth") ?? "")
    var outputs = try EvaluationOutputs(arguments)
    let threads =
      try arguments.number(of: "--threads") ?? ProcessInfo.processInfo.activeProcessorCount
    let bar = ProgressBar(unit: "clouds")
    let evaluation = try CloudEvaluation(network, clouds, threads: threads) {
      bar.update(done: $0, total: clouds.count)
    }
    bar.finish()
    let frames = CloudMeasures.frames(evaluation.results)
    for (name, frame) in zip(evaluation.names, frames) {
      try outputs.explain(name, frame, iou: { _ in 0.5 })
    }
    if !frames.isEmpty {
      let score = try IndoorDetectionScore(frames: frames)
      for iou in [0.25, 0.5, 0.7] {
        let curves = score.labels.map { ($0, score.curve($0, iou: iou)) }
        try outputs.write(
          "iou-\(iou)", title: "IoU above \(iou)",
          curves.map { .init($0, x: $1.recall, y: $1.precision) })
      }
    }
    try outputs.finish()
    if let path = arguments.value(of: "--out") { try write(evaluation, to: path) }
    let measures = evaluation.measures
    let summary = Summary(
      model: network.name, clouds: clouds.count,
      measures: Dictionary(uniqueKeysWithValues: measures.means.map { ($0.name, $0.value) }),
      columns: columns(network.goal),
      classes: measures.classes.map { .init(label: $0.label, truth: $0.count, values: $0.values) },
      confusion: measures.confusion.isEmpty ? nil : measures.confusion)
    if arguments.isSet("--json") {
      try Console.json(summary)
    } else {
      let rows = summary.classes.map { row in
        [row.label, "\(row.truth)"] + row.values.map { String(format: "%.2f", $0 * 100) }
      }
      let means = measures.means.map { "\($0.name) " + String(format: "%.2f", $0.value * 100) }
      Console.result(
        """
        \(network.name), \(clouds.count) clouds: \(means.joined(separator: ", "))
        \(Console.table([["class", "truth"] + summary.columns] + rows))
        """)
    }
    return .done
  }

  /// The network when the weights are of one for clips.
  private static func clipNetwork(_ path: String) throws -> TrainedClipNetwork? {
    do {
      let model = try SafetensorsFile(path: path).metadata["model"] ?? ""
      guard ClipModelCatalogue.type(named: model) != nil else { return nil }
      return try TrainedClipNetwork(weights: path)
    } catch { throw CommandFailure(.unreadableInput, "\(error)") }
  }

  private static func columns(_ goal: CloudGoal) -> [String] {
    switch goal {
    case .classification: ["right"]
    case .segmentation: ["IoU"]
    case .detection: ["AP 0.25", "AP 0.5", "AP 0.7"]
    }
  }

  /// Answers as JSON lines.
  private static func write(_ evaluation: CloudEvaluation, to path: String) throws {
    var lines = ""
    for (number, result) in evaluation.results.enumerated() {
      var members: [JSONValue.Member] = [
        .init("frame", .integer(number)), .init("name", .text(evaluation.names[number])),
      ]
      switch result {
      case .whole(let label, _): members.append(.init("class", .integer(label)))
      case .points(let labels, _):
        members.append(.init("points", .list(labels.map { .integer(Int($0)) })))
      case .boxes(let boxes, _):
        members += [
          .init("timestamp_ns", .integer(number * 100_000_000)), .init("frame_id", .text("cloud")),
          .init("boxes", .list(boxes.map(json))),
        ]
      }
      lines += JSONValue.object(members).compact + "\n"
    }
    try WholeFile.write(Array(lines.utf8), to: path)
  }

  private static func json(_ box: Box3D) -> JSONValue {
    func list(_ vector: Vector3) -> JSONValue {
      .list([.number(vector.x), .number(vector.y), .number(vector.z)])
    }
    return .object([
      .init("label", .text(box.label)), .init("score", .number(box.score)),
      .init("center", list(box.center)), .init("size", list(box.size)),
      .init("yaw", .number(box.yaw)),
    ])
  }
}
