import Configuration
import Foundation
public import SensorLogs

/// One execution of a pipeline on a log.
///
/// ```swift
/// let definition = try PipelineDefinition.load(path: "stereo-depth.yaml")
/// let plan = try definition.check(against: catalogue, formats: formats, log: log.streams)
/// let summary = try PipelineRun(plan, log: log, options: RunOptions(outputFolder: "out")).execute()
/// ```
public final class PipelineRun: @unchecked Sendable {
  private let plan: PipelinePlan
  private let log: any RecordedLog
  private let options: RunOptions
  private let lock = NSLock()
  private var runner: PipelineRunner?
  private var stopWasRequested = false

  /// A run that has not started.
  ///
  /// - Parameters:
  ///   - plan: A checked definition.
  ///   - log: The log.
  ///   - options: How to run.
  public init(_ plan: PipelinePlan, log: any RecordedLog, options: RunOptions) {
    self.plan = plan
    self.log = log
    self.options = options
  }

  /// Checks a definition against everything, the log included.
  ///
  /// - Parameters:
  ///   - definition: The definition.
  ///   - catalogue: The stages.
  ///   - formats: The output formats.
  ///   - log: The log.
  ///   - options: How to run.
  /// - Throws: ``ConfigurationErrors`` with everything that is wrong.
  public convenience init(
    _ definition: PipelineDefinition, catalogue: StageCatalogue, formats: OutputFormats,
    log: any RecordedLog, options: RunOptions
  ) throws {
    let plan = try definition.check(against: catalogue, formats: formats, log: log.streams)
    self.init(plan, log: log, options: options)
  }

  /// Asks the run to stop, from any thread: frames under way are dropped, what is committed stays, `--resume` continues.
  public func requestStop() {
    lock.lock()
    stopWasRequested = true
    let runner = runner
    lock.unlock()
    runner?.requestStop()
  }

  /// Runs the pipeline; returns when all frames are committed and `run.json` is written.
  ///
  /// - Returns: What the run did.
  /// - Throws: ``PipelineError``, ``LogError`` when reading cannot go on, or ``ConfigurationErrors`` when a stage cannot be made.
  public func execute() throws -> RunSummary {
    let clock = DispatchTime.now().uptimeNanoseconds
    let definition = plan.definition
    let bodies = try makeStages()
    let encoders = try makeEncoders()
    let graph = PipelineGraph(plan, bodies: bodies, encoders: encoders)
    let identity = RunIdentity(plan: plan, options: options)
    let folder = OutputFolder(path: options.outputFolder)
    let leftover = try folder.prepare(identity: identity.hash, options: options)
    if leftover.isComplete, let report = folder.report { return completeBefore(report) }
    let (first, end) = try FrameSelection.committed(definition, log: log, options: options)

    let resumption = try Resumption(
      leftover.records, firstFrame: first, plan: plan, folder: options.outputFolder)
    let journal = try RunJournal(
      folder: options.outputFolder, identity: identity.hash,
      outputs: plan.outputs.map(\.definition.path.text), keeping: resumption.records,
      synchronize: options.synchronizesFiles)
    defer { journal.close() }
    let committer = FrameCommitter(
      plan: plan, graph: graph, journal: journal,
      streams: try openStreams(encoders, resumption, firstFrame: first), totals: resumption.totals,
      synchronizes: options.synchronizesFiles)
    let trace = try options.tracePath.map(TraceWriter.init)
    defer { try? trace?.finish() }
    let executor = NodeExecutor(
      graph: graph, plan: plan, outputFolder: options.outputFolder,
      synchronizesFiles: options.synchronizesFiles, folders: FolderMaker())
    let runner: PipelineRunner
    let synchroniser: Synchroniser
    do {
      (runner, synchroniser) = try run(from: resumption.start, warmUp: graph.warmUp) { start in
        let synchroniser = try Synchroniser(definition: definition, log: log)
        let range = PipelineRunner.FrameRange(
          warmUpStart: start, start: resumption.start, end: end,
          expected: expectedFrames(first, end))
        let runner = PipelineRunner(
          graph: graph, executor: executor, committer: committer, synchroniser: synchroniser,
          range: range, options: options, trace: trace)
        return (runner, synchroniser)
      }
    } catch var error as PipelineError {
      error.frames = Self.frames(committer.totals, failed: error.isFrameFailure ? 1 : 0)
      throw error
    }
    try committer.finishStreams()

    let totals = committer.totals
    let seconds = Double(DispatchTime.now().uptimeNanoseconds - clock) / 1e9
    let summary = summarise(
      totals, synchroniser, Array(runner.statistics[graph.inputCount...]), seconds: seconds)
    var used = options
    used.edgeCapacity = max(1, options.edgeCapacity) + graph.readAhead
    let report = RunReport(
      plan: plan, options: used, identity: identity.json, identityHash: identity.hash,
      totals: totals, summary: summary, frameRange: first..<(first + totals.committed))
    try AtomicFile.write(
      Array(report.json.pretty.utf8), to: options.outputFolder + "/" + OutputFolder.reportName,
      synchronize: options.synchronizesFiles)
    RunJournal.remove(folder: options.outputFolder)
    committer.removeRemains()
    return summary
  }

  /// Runs, with a longer warm-up each time it turns out too short for the stateful stages; nothing is committed before that shows.
  private func run(
    from start: Int, warmUp: Int?,
    _ make: (Int) throws -> (PipelineRunner, Synchroniser)
  ) throws -> (PipelineRunner, Synchroniser) {
    var warmUp = min(warmUp ?? start, start)
    while true {
      let made = try make(max(0, start - warmUp))
      do {
        try begin(made.0)
        try made.0.run()
        return made
      } catch is WarmUpTooShort {
        warmUp = min(start, 2 * warmUp + 1)
      }
    }
  }

  /// The number of frames, if every message of the first input becomes one.
  private func expectedFrames(_ first: Int, _ end: Int?) -> Int? {
    let pivot = plan.definition.inputs.first { $0.match == .each && !$0.isOptional }
    let count = log.streams.first { $0.topic == pivot?.topic }?.messageCount
    guard let last = [end, count].compactMap({ $0 }).min() else { return nil }
    return max(0, last - first)
  }

  private func begin(_ runner: PipelineRunner) throws {
    lock.lock()
    defer { lock.unlock() }
    if stopWasRequested {
      throw PipelineError(.interrupted, "interrupted before the first frame")
    }
    self.runner = runner
  }

  // MARK: Making

  private func makeStages() throws -> [any StageBody] {
    try plan.stages.map { stage in
      try made(at: stage.position, "stage '\(stage.id)'") {
        try stage.bound.make(setup(stage.id))
      }
    }
  }

  private func makeEncoders() throws -> [OutputEncoder] {
    try plan.outputs.map { output in
      try made(at: output.definition.formatPosition, "output '\(output.definition.path.text)'") {
        try output.bound.make(setup(output.definition.from))
      }
    }
  }

  private func setup(_ id: String) -> StageSetup {
    StageSetup(
      definitionFolder: plan.definition.folder, seed: plan.definition.seed, stageID: id)
  }

  /// A stage or format that cannot be made for this run although its settings are right lacks something that they name.
  private func made<Value>(at position: SourcePosition, _ what: String, _ make: () throws -> Value)
    throws -> Value
  {
    do { return try make() } catch let errors as ConfigurationErrors { throw errors } catch {
      throw ConfigurationErrors(
        ConfigurationError(at: position, "\(what): \(error)", kind: .missing))
    }
  }

  private func openStreams(_ encoders: [OutputEncoder], _ resumption: Resumption, firstFrame: Int)
    throws -> [OutputStream]
  {
    var streams: [OutputStream] = []
    for (index, encoder) in encoders.enumerated() {
      guard let makeWriter = encoder.makeWriter else { continue }
      let path = options.outputFolder + "/" + plan.outputs[index].definition.path.text
      streams.append(
        try OutputStream(
          output: index, path: path, mark: resumption.mark(stream: streams.count),
          firstFrame: firstFrame, makeWriter))
    }
    return streams
  }

  // MARK: Summary

  private func summarise(
    _ totals: RunTotals, _ synchroniser: Synchroniser, _ statistics: [NodeStatistics],
    seconds: Double
  ) -> RunSummary {
    RunSummary(
      frames: Self.frames(totals, failed: 0), seconds: seconds,
      stages: zip(plan.stages, statistics).map { stage, measured in
        let mean = measured.durations.total / Double(max(1, measured.durations.count))
        return RunSummary.StageTiming(
          id: stage.id, use: stage.use, medianMilliseconds: measured.durations.quantile(0.5),
          p95Milliseconds: measured.durations.quantile(0.95),
          framesPerSecond: mean > 0 ? 1e9 / mean : 0, meanQueue: measured.meanQueue,
          largestQueue: measured.largestQueue)
      },
      outputs: plan.outputs.enumerated().map { index, output in
        RunSummary.Output(
          from: output.definition.from, format: output.definition.format,
          path: output.definition.path.text, files: output.isFramewise ? totals.files[index] : 1,
          payload: output.payloadType)
      },
      receipts: synchroniser.receipts, damage: Self.sorted(synchroniser.damage),
      emptyResults: totals.emptyResults, wasComplete: false)
  }

  private static func frames(_ totals: RunTotals, failed: Int) -> RunSummary.Frames {
    RunSummary.Frames(
      read: totals.committed + failed, written: totals.written, skipped: totals.skipped,
      failed: failed)
  }

  /// Decoders find damage on several threads, in any order.
  private static func sorted(_ damage: [LogDamage]) -> [LogDamage] {
    var seen = Set<String>()
    return damage.sorted { ($0.file, $0.place, $0.problem) < ($1.file, $1.place, $1.problem) }
      .filter { seen.insert($0.description).inserted }
  }

  private func completeBefore(_ report: OutputFolder.Report) -> RunSummary {
    RunSummary(
      frames: .init(
        read: report.frames.read, written: report.frames.written, skipped: report.frames.skipped,
        failed: report.frames.failed),
      seconds: 0, stages: [],
      outputs: plan.outputs.map {
        RunSummary.Output(
          from: $0.definition.from, format: $0.definition.format, path: $0.definition.path.text,
          files: 0, payload: $0.payloadType)
      }, receipts: [], damage: [], emptyResults: 0, wasComplete: true)
  }
}
