import SensorLogs

/// Which frames of a log a run processes and commits.
enum FrameSelection {
  /// Frames to commit; the end is nil when it is that of the log.
  ///
  /// - Throws: ``PipelineError`` of kind `usage` for a range or shard that makes no sense.
  static func committed(
    _ definition: PipelineDefinition, log: any RecordedLog, options: RunOptions
  ) throws -> (start: Int, end: Int?) {
    if let frames = options.frames, frames.lowerBound < 0 || frames.isEmpty {
      throw PipelineError(
        .usage, "--frames selects no frame", hint: "write --frames A:B with A < B")
    }
    let start = options.frames?.lowerBound ?? 0
    let end = options.frames.flatMap { $0.upperBound == .max ? nil : $0.upperBound }
    guard let shard = options.shard else { return (start, end) }
    guard shard.count >= 1, shard.count <= 1_000_000, (1...shard.count).contains(shard.number)
    else {
      throw PipelineError(
        .usage, "--shard \(shard.number)/\(shard.count) makes no sense",
        hint: "write --shard I/N with I from 1 to N")
    }
    let count = try count(definition, log: log, upTo: end)
    let total = max(0, count - start)
    return (
      start + total / shard.count * (shard.number - 1)
        + total % shard.count * (shard.number - 1) / shard.count,
      start + total / shard.count * shard.number + total % shard.count * shard.number / shard.count
    )
  }

  /// Counts the frames without decoding a message.
  private static func count(_ definition: PipelineDefinition, log: any RecordedLog, upTo end: Int?)
    throws -> Int
  {
    let synchroniser = try Synchroniser(definition: definition, log: log)
    while synchroniser.frameCount < end ?? .max, try synchroniser.next() != nil {}
    return min(synchroniser.frameCount, end ?? .max)
  }
}
