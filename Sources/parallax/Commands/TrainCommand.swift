import Configuration
import Foundation
import Models
import Training
import Networks
import Pipelines
import Reports
import Synchronization
import Tensors

/// `parallax train CONFIG.yaml --out DIR`.
enum TrainCommand: Command {
  static let description = CommandDescription(
    name: "train", summary: "train a model by a training definition",
    discussion: """
      Writes DIR/weights.safetensors, log.csv, curves.svg, train.json and a checkpoint. The same definition and data give the
      same weights and log, bit for bit, on any number of loader threads, and when the run was killed and resumed in between.
      Ctrl-C writes a checkpoint and stops; --resume goes on.
      """,
    positionals: [
      .init(name: "CONFIG.yaml", summary: "a training definition; see pipelines/training")
    ],
    options: [
      .init(name: "--out", value: "DIR", summary: "the folder for the results", isRequired: true),
      .init(name: "--steps", value: "N", summary: "stop after N steps of the optimiser in all"),
      .init(
        name: "--set", value: "PART.KEY=VALUE",
        summary: "override a setting, such as dataset.path=DIR or epochs=5", isRepeated: true),
      .init(name: "--resume", summary: "go on with an unfinished run in DIR"),
      CommandDescription.json,
    ],
    examples: [
      "parallax train pipelines/training/lenet-mnist.yaml --out out/lenet",
      "parallax train pipelines/training/iris-tsne.yaml --out out/iris",
    ])

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let definition = try TrainingDefinition(
      path: arguments.positionals[0], overrides: arguments.allValues(of: "--set"))
    let folder = arguments.value(of: "--out") ?? ""
    var options = TrainingOptions(folder: folder)
    options.steps = try arguments.number(of: "--steps")
    options.isResuming = arguments.isSet("--resume")
    let bar = ProgressBar(unit: "steps")
    options.progress = { bar.update(done: $0, total: $1) }
    options.epochEnded = { log in
      try? WholeFile.write(Array(MetricCurves(log).svg.utf8), to: "\(folder)/curves.svg")
    }
    let stop = StopRequest()
    options.shouldStop = { stop.isMade }
    let interruption = Interruption { stop.make() }

    let summary: TrainingSummary
    do { summary = try TrainingRun(definition, options).execute() } catch {
      bar.finish()
      guard let error = error as? TrainingError, error.kind == .misuse else { throw error }
      throw CommandFailure.usage(error.description, command: "train")
    }
    bar.finish()
    try writeFiles(summary, definition, folder)
    if arguments.isSet("--json") {
      Console.result(result(summary, folder).compact)
    } else {
      Console.result(text(summary, folder))
    }
    if summary.wasInterrupted { return interruption.exitCode ?? .interrupted }
    return .done
  }

  private static func writeFiles(
    _ summary: TrainingSummary, _ definition: TrainingDefinition, _ folder: String
  ) throws {
    if let embedding = summary.embedding {
      let series = embedding.classNames.enumerated().map { label, name in
        ScatterPlot.Series(
          name,
          points: embedding.points.indices.filter { embedding.labels[$0] == label }
            .map { embedding.points[$0] })
      }
      let plot = ScatterPlot(
        title: summary.name, xLabel: embedding.axes[0], yLabel: embedding.axes[1], series: series)
      try WholeFile.write(Array(plot.svg.utf8), to: "\(folder)/embedding.svg")
    }
    let record = JSONValue.object(
      result(summary, folder).members + [
        .init("config", definition.json),
        .init("definition", LogFingerprint.make(definition.path)),
        .init("inputs", .list(summary.inputs.map(LogFingerprint.make))),
        .init("weights", LogFingerprint.make("\(folder)/weights.safetensors")),
        .init(
          "versions",
          .object([
            .init("parallax", .text(Tool.version)),
            .init("libtorch", .text((try? TorchLibrary.version()) ?? "")),
          ])),
      ])
    try WholeFile.write(Array((record.pretty + "\n").utf8), to: "\(folder)/train.json")
  }

  private static func result(_ summary: TrainingSummary, _ folder: String) -> JSONValue {
    .object([
      .init("name", .text(summary.name)), .init("model", .text(summary.model)),
      .init("out", .text(folder)), .init("parameters", .integer(summary.parameters)),
      .init(
        "samples", .object(summary.samples.map { .init($0.name, .integer($0.count)) })),
      .init("epochs", .integer(summary.epochs)), .init("steps", .integer(summary.steps)),
      .init("metrics", .object(summary.metrics.map { .init($0.name, .number($0.value)) })),
      .init("complete", .bool(!summary.wasInterrupted)), .init("seconds", .number(summary.seconds)),
    ])
  }

  private static func text(_ summary: TrainingSummary, _ folder: String) -> String {
    var head = "\(folder): \(summary.model), \(summary.parameters) parameters, "
    head += "\(summary.epochs) epochs, \(summary.steps) steps"
    if summary.wasComplete { head += " (complete already)" }
    if summary.wasInterrupted { head += " (interrupted; --resume goes on)" }
    let lines = summary.metrics.map { "  \($0.name)  " + String(format: "%.4f", $0.value) }
    return ([head + String(format: ", %.1f s", summary.seconds)] + lines).joined(separator: "\n")
  }
}

/// Whether somebody asked the run to stop.
private final class StopRequest: Sendable {
  private let flag = Atomic(false)

  var isMade: Bool { flag.load(ordering: .relaxed) }

  func make() { flag.store(true, ordering: .relaxed) }
}

extension JSONValue {
  /// The members of an object.
  fileprivate var members: [Member] {
    if case .object(let members) = self { return members }
    return []
  }
}
