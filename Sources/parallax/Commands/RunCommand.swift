import Foundation
import Pipelines
import SensorLogs
import Stages

/// `parallax run PIPELINE.yaml --log PATH --out DIR`.
enum RunCommand: Command {
  static let description = CommandDescription(
    name: "run", summary: "run a pipeline definition on a recorded log",
    discussion: """
      Every output file appears whole or not at all; DIR/run.json records what was done. The bytes written do not depend on
      the number of workers. Ctrl-C stops cleanly; --resume goes on where a run was stopped or killed.
      """,
    positionals: [.init(name: "PIPELINE.yaml", summary: "a pipeline definition")],
    options: [
      .init(
        name: "--log", value: "PATH", summary: "a recorded log: any format that inspect knows",
        isRequired: true),
      .init(name: "--out", value: "DIR", summary: "the folder for the results", isRequired: true),
      .init(
        name: "--workers", value: "N", summary: "threads that work on frames; all cores by default"),
      .init(
        name: "--frames", value: "A:B",
        summary: "only frames A to B-1, counted from 0; A or B may be left out"),
      .init(
        name: "--shard", value: "I/N",
        summary: "only the I-th of N contiguous parts, counted from 1"),
      .init(
        name: "--set", value: "STAGE.PARAM=VALUE",
        summary: "override a setting or inputs.NAME.topic",
        isRepeated: true),
      .init(name: "--resume", summary: "go on with an unfinished run in DIR"),
      .init(name: "--overwrite", summary: "replace the results of an earlier run in DIR"),
      .init(
        name: "--trace", value: "FILE",
        summary: "write Chrome trace events (chrome://tracing, ui.perfetto.dev)"),
      .init(
        name: "--verify-determinism",
        summary: "run twice with other threads and queues and compare all bytes"),
      CommandDescription.json,
    ],
    examples: [
      "parallax run pipelines/lidar-obstacles.yaml --log drive.mcap --out out",
      "parallax run pipelines/stereo-depth.yaml --log stereo/ --out out --set disparity.max_disparity=128",
    ])

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let options = try options(from: arguments)
    let definition = try PipelineDefinition.load(
      path: arguments.positionals[0], overrides: try arguments.overrides())
    // Mistakes of the definition count before anything about the log.
    _ = try definition.check(against: Catalogue.stages, formats: Catalogue.formats)
    let log = try RecordedLogs.open(options.logPath ?? "")
    let plan = try definition.check(
      against: Catalogue.stages, formats: Catalogue.formats, log: log.streams)
    for warning in plan.warnings { Console.note(warning.text(severity: "warning")) }
    if arguments.isSet("--verify-determinism") {
      return try verifyDeterminism(plan, log, options, arguments)
    }
    return try execute(plan, log, options, arguments)
  }

  private static func execute(
    _ plan: PipelinePlan, _ log: any RecordedLog, _ options: RunOptions,
    _ arguments: ParsedArguments
  ) throws -> ExitCode {
    let bar = ProgressBar()
    var options = options
    options.progress = { bar.update(done: $0.frames, total: $0.total) }
    options.notice = { Console.note($0) }
    let run = PipelineRun(plan, log: log, options: options)
    let interruption = Interruption { run.requestStop() }
    let summary: RunSummary
    do {
      summary = try run.execute()
    } catch {
      bar.finish()
      guard let code = interruption.exitCode, isInterruption(error) else { throw error }
      Console.note("parallax: \(error)")
      return code
    }
    bar.finish()
    for damage in summary.damage { Console.note("damaged: \(damage.description)") }
    noteDrops(summary, plan.definition)
    if arguments.isSet("--json") {
      Console.result(summary.json.compact)
    } else {
      Console.result(text(summary, folder: options.outputFolder))
    }
    return summary.isImpaired ? .incomplete : .done
  }

  /// Says which messages belong to no frame: nothing is dropped silently.
  private static func noteDrops(_ summary: RunSummary, _ definition: PipelineDefinition) {
    // An input that is matched with the latest message leaves some over by its nature.
    let eachOnce = Set(definition.inputs.filter { $0.match == .each }.map(\.name))
    for receipt in summary.receipts where eachOnce.contains(receipt.input) {
      let reasons = zip(SyncReceipt.DropReason.allCases, receipt.dropped).filter { $0.1 > 0 }
      guard !reasons.isEmpty || summary.frames.read == 0 else { continue }
      let dropped = reasons.map { "\($0.1) dropped (\($0.0.rawValue))" }
      Console.note(
        "input '\(receipt.input)', topic \(receipt.topic): "
          + (["\(receipt.read) read", "\(receipt.matched) matched"] + dropped).joined(
            separator: ", "))
    }
    if summary.frames.read == 0, !summary.wasComplete {
      Console.note(
        "no frame was formed: try another --frames, a larger sync tolerance or other topics")
    }
  }

  private static func verifyDeterminism(
    _ plan: PipelinePlan, _ log: any RecordedLog, _ options: RunOptions,
    _ arguments: ParsedArguments
  ) throws -> ExitCode {
    struct Summary: Encodable {
      var deterministic: Bool
      var files: Int
      var firstDifference: String?
      var settings: String
    }
    let check = try DeterminismCheck.run(plan, log: log, options: options)
    let isEqual = check.firstDifference == nil
    if arguments.isSet("--json") {
      try Console.json(
        Summary(
          deterministic: isEqual, files: check.files, firstDifference: check.firstDifference,
          settings: check.settings))
    } else {
      Console.result(
        check.firstDifference.map { "\($0) differs between two runs (\(check.settings))" }
          ?? "all \(check.files) files are equal (\(check.settings))")
    }
    return isEqual ? .done : .failure
  }

  private static func isInterruption(_ error: any Error) -> Bool {
    (error as? PipelineError)?.kind == .interrupted
  }

  private static func options(from arguments: ParsedArguments) throws -> RunOptions {
    var folder = arguments.value(of: "--out") ?? ""
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    var options = RunOptions(outputFolder: folder)
    options.logPath = arguments.value(of: "--log")
    if let workers = try arguments.number(of: "--workers") { options.workers = workers }
    options.frames = try arguments.value(of: "--frames").map(RunOptions.frames(parsing:))
    options.shard = try arguments.value(of: "--shard").map(RunOptions.Shard.init(parsing:))
    options.resume = arguments.isSet("--resume")
    options.overwrite = arguments.isSet("--overwrite")
    options.tracePath = arguments.value(of: "--trace")
    options.version = Tool.version
    return options
  }

  private static func text(_ summary: RunSummary, folder: String) -> String {
    let frames = summary.frames
    if summary.wasComplete {
      return "\(folder): complete already, \(frames.written) frames written"
    }
    let rate = summary.seconds > 0 ? Double(frames.read) / summary.seconds : 0
    var lines = [
      "\(folder): \(frames.written) frames written, \(frames.skipped) skipped, "
        + String(format: "%.2f s, %.1f frames/s", summary.seconds, rate)
    ]
    lines.append(
      Console.table(
        summary.stages.map { stage in
          [
            "  " + stage.id, stage.use, String(format: "%8.2f ms median", stage.medianMilliseconds),
            String(format: "%8.2f ms 95 %%", stage.p95Milliseconds),
          ]
        }))
    lines += summary.outputs.map { "  \($0.from) -> \(folder)/\($0.path) (\($0.files) files)" }
    return lines.joined(separator: "\n")
  }
}
