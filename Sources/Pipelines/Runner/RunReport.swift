import Configuration
import Foundation
import SensorLogs

/// The contents of `run.json`: everything but the member `run` depends on the pipeline, the log and the options alone.
struct RunReport {
  let plan: PipelinePlan
  let options: RunOptions
  let identity: JSONValue
  let identityHash: String
  let totals: RunTotals
  let summary: RunSummary
  let frameRange: Range<Int>

  var json: JSONValue {
    let definition = plan.definition
    return .object([
      .init("schema", .integer(1)),
      .init("parallax", .text(options.version)),
      .init("identity", .text(identityHash)),
      .init(
        "pipeline",
        .object([
          .init("name", .text(definition.name)),
          .init("file", .text((definition.file as NSString).lastPathComponent)),
          .init("sha256", .text(definition.sha256)),
        ])),
      .init("inputs", identity),
      .init("resolved", plan.resolved),
      .init(
        "frame_range",
        .object([
          .init("first", .integer(frameRange.lowerBound)),
          .init("end", .integer(frameRange.upperBound)),
        ])),
      .init("frames", frames),
      .init("skipped_frames", .list(totals.skippedFrames.map(Self.skipped))),
      .init("empty_results", .integer(totals.emptyResults)),
      .init("first_empty_results", .list(totals.emptied.map(Self.emptied))),
      .init("receipts", .list(receipts)),
      .init(
        "stages",
        .list(
          plan.stages.map {
            .object([
              .init("id", .text($0.id)), .init("use", .text($0.use)),
              .init("payload", .text($0.outputType)),
              .init("failures", .integer(totals.failuresOfNode[$0.id] ?? 0)),
            ])
          })),
      .init("outputs", summary.outputsJSON),
      .init(
        "damage",
        .list(
          summary.damage.map {
            .object([
              .init("file", .text($0.file)), .init("place", .text($0.place)),
              .init("problem", .text($0.problem)),
            ])
          })),
      .init("run", run),
    ])
  }

  private var frames: JSONValue {
    let frames = summary.frames
    return .object([
      .init("read", .integer(frames.read)), .init("written", .integer(frames.written)),
      .init("skipped", .integer(frames.skipped)), .init("failed", .integer(frames.failed)),
    ])
  }

  private var receipts: [JSONValue] {
    summary.receipts.map { receipt in
      guard case .object(var members) = receipt.json else { return receipt.json }
      members.append(
        .init("undecodable", .integer(totals.failuresOfNode[receipt.input] ?? 0)))
      return .object(members)
    }
  }

  private static func skipped(_ record: RunJournal.Record) -> JSONValue {
    .object([
      .init("frame", .integer(record.frame)),
      .init("timestamp_ns", .integer(Int(record.timestamp))),
      .init("node", .text(record.skipped?.node ?? "")),
      .init("reason", .text(record.skipped?.reason ?? "")),
    ])
  }

  private static func emptied(
    _ entry: (frame: Int, timestamp: Int64, incident: RunJournal.Incident)
  ) -> JSONValue {
    .object([
      .init("frame", .integer(entry.frame)), .init("timestamp_ns", .integer(Int(entry.timestamp))),
      .init("node", .text(entry.incident.node)), .init("reason", .text(entry.incident.reason)),
    ])
  }

  /// What differs from run to run.
  private var run: JSONValue {
    .object([
      .init("finished", .text(ISO8601DateFormatter().string(from: Date()))),
      .init("seconds", .number(RunSummary.rounded(summary.seconds))),
      .init("workers", .integer(options.workers)),
      .init("edge_capacity", .integer(options.edgeCapacity)),
      .init("resumed", .bool(options.resume)),
      .init("output_bytes", .list(totals.bytes.map { .integer($0) })),
      .init("stages", summary.stagesJSON),
      .init(
        "host",
        .object([
          .init("system", .text(ProcessInfo.processInfo.operatingSystemVersionString)),
          .init("cores", .integer(ProcessInfo.processInfo.activeProcessorCount)),
        ])),
    ])
  }
}
