/// What a run has committed; made from the journal's records alone, so that a continued run counts like an uninterrupted one.
struct RunTotals: Sendable {
  /// Skipped frames and empty results are listed up to so many.
  static let listed = 1000

  private(set) var written = 0
  private(set) var skipped = 0
  private(set) var skippedFrames: [RunJournal.Record] = []
  private(set) var emptyResults = 0
  private(set) var emptied: [(frame: Int, timestamp: Int64, incident: RunJournal.Incident)] = []
  /// Failures by the name of the node.
  private(set) var failuresOfNode: [String: Int] = [:]
  /// Files and bytes of each framewise output.
  private(set) var files: [Int]
  private(set) var bytes: [Int]

  init(outputs: Int) {
    files = [Int](repeating: 0, count: outputs)
    bytes = files
  }

  /// Frames that were read, and written or skipped.
  var committed: Int { written + skipped }

  mutating func add(_ record: RunJournal.Record) {
    for incident in record.emptied {
      emptyResults += 1
      failuresOfNode[incident.node, default: 0] += 1
      if emptied.count < Self.listed { emptied.append((record.frame, record.timestamp, incident)) }
    }
    if let skip = record.skipped {
      skipped += 1
      failuresOfNode[skip.node, default: 0] += 1
      if skippedFrames.count < Self.listed { skippedFrames.append(record) }
      return
    }
    written += 1
    for (index, size) in record.files.enumerated() where index < files.count {
      guard let size else { continue }
      files[index] += 1
      bytes[index] += size
    }
  }
}
