import Foundation
import SensorLogs

/// Commits frames in order: gives files their names, appends to streams, writes the journal; used by one thread at a time.
final class FrameCommitter {
  /// The journal and the streams are forced onto the disk every so many frames.
  private static let synchronizationInterval = 64

  private let plan: PipelinePlan
  private let graph: PipelineGraph
  private let journal: RunJournal
  private let streams: [OutputStream]
  private let synchronizes: Bool
  private var sinceSynchronization = 0
  private var lastPaths: [String?]
  private(set) var totals: RunTotals

  init(
    plan: PipelinePlan, graph: PipelineGraph, journal: RunJournal, streams: [OutputStream],
    totals: RunTotals, synchronizes: Bool
  ) {
    self.plan = plan
    self.graph = graph
    self.journal = journal
    self.streams = streams
    self.totals = totals
    self.synchronizes = synchronizes
    lastPaths = [String?](repeating: nil, count: plan.outputs.count)
  }

  /// Commits the lowest frame.
  ///
  /// - Throws: ``PipelineError`` when a stage failed whose policy ends the run, too much was skipped, or writing failed.
  func commit(_ slot: FrameSlot) throws {
    if slot.isWarmUp { return }
    let failure = slot.decisiveFailure
    if let failure, failure.policy == .fail {
      discard(slot)
      throw stopping(failure, slot.frame)
    }
    var record = RunJournal.Record(
      frame: slot.frame.index, timestamp: slot.frame.timestamp.nanoseconds,
      skipped: failure.map(incident), emptied: slot.emptied.map(incident),
      files: [Int?](repeating: nil, count: plan.outputs.count), streams: [])
    if failure == nil { try publish(slot, &record) } else { discard(slot) }
    record.streams = streams.map { $0.mark(after: slot.frame.index) }
    try journal.append(record)
    totals.add(record)
    try synchronizeIfDue()
    try checkBudget(after: record)
  }

  /// Completes the streams.
  func finishStreams() throws {
    if synchronizes { for stream in streams { try stream.synchronize() } }
    for stream in streams { try stream.finish() }
  }

  /// Removes what only a continued run would need.
  func removeRemains() { for stream in streams { stream.removeRemains() } }

  private func prepared(_ slot: FrameSlot, _ output: Int) -> PreparedOutput? {
    let node = graph.inputCount + graph.stageCount + output
    if case .prepared(let prepared) = slot.results[node] { return prepared }
    return nil
  }

  private func publish(_ slot: FrameSlot, _ record: inout RunJournal.Record) throws {
    for output in plan.outputs.indices {
      switch prepared(slot, output) {
      case .file(let temporary, let path, let byteCount):
        try refuseRepeated(path, output, slot.frame)
        try AtomicFile.publish(temporary, as: path)
        record.files[output] = byteCount
      case .encoded(let encoded):
        guard let stream = streams.first(where: { $0.output == output }) else { continue }
        try stream.append(encoded, frame: slot.frame.index)
      case nil: continue
      }
    }
  }

  /// Timestamps may repeat; a file must not be overwritten by the next frame without anyone noticing.
  private func refuseRepeated(_ path: String, _ output: Int, _ frame: FrameMessages) throws {
    if lastPaths[output] == path {
      throw PipelineError(
        .failed,
        "frame \(frame.index) would overwrite \(path): it has the same timestamp as the frame before",
        hint: "put {frame:06} into the path of this output")
    }
    lastPaths[output] = path
  }

  private func discard(_ slot: FrameSlot) {
    for output in plan.outputs.indices {
      if case .file(let temporary, _, _) = prepared(slot, output) { unlink(temporary) }
    }
  }

  private func incident(_ failure: NodeFailure) -> RunJournal.Incident {
    RunJournal.Incident(node: graph.nodes[failure.node].name, reason: failure.reason)
  }

  private func stopping(_ failure: NodeFailure, _ frame: FrameMessages) -> PipelineError {
    let isStage = failure.node >= graph.inputCount
    var error = PipelineError(
      .failed,
      "frame \(frame.index) (timestamp \(frame.timestamp.nanoseconds) ns): "
        + "'\(graph.nodes[failure.node].name)' failed: \(failure.reason)",
      hint: isStage
        ? "the \(totals.committed) frames before it are complete; 'on_error: skip' would leave such frames out"
        : "'on_error: skip' on the input would leave such frames out")
    error.isFrameFailure = true
    return error
  }

  private func synchronizeIfDue() throws {
    sinceSynchronization += 1
    guard synchronizes, sinceSynchronization >= Self.synchronizationInterval else { return }
    sinceSynchronization = 0
    for stream in streams { try stream.synchronize() }
    journal.synchronize()
  }

  private func checkBudget(after record: RunJournal.Record) throws {
    guard let skip = record.skipped else { return }
    let budget = plan.definition.errorBudget
    guard budget.isExceeded(skipped: totals.skipped, of: totals.committed) else { return }
    throw PipelineError(
      .failed,
      "too many frames were skipped: \(totals.skipped) of \(totals.committed); the last one, frame "
        + "\(record.frame) (timestamp \(record.timestamp) ns), because '\(skip.node)' failed: \(skip.reason)",
      hint: "raise 'error_budget' in the definition to go on")
  }
}
