import Foundation
import SensorLogs

/// From where an unfinished run is continued.
///
/// The journal may promise more than the disk holds after a loss of power, and a stream's file can only be continued from where
/// its writer last closed a chunk. So the run goes back to the first frame that some output needs again; writing a frame's
/// file a second time gives the same file.
struct Resumption {
  /// Frames that stay committed.
  let records: [RunJournal.Record]
  /// First frame that is processed and committed again.
  let start: Int
  let totals: RunTotals
  private let marks: [RunJournal.StreamMark]

  init(
    _ journal: [RunJournal.Record], firstFrame: Int, plan: PipelinePlan, folder: String
  ) throws {
    var records = Self.contiguous(journal, from: firstFrame)
    var start = records.last.map { $0.frame + 1 } ?? firstFrame
    marks = try Self.marks(records, plan: plan, folder: folder, firstFrame: firstFrame)
    for mark in marks { start = min(start, mark.next) }
    if let lost = records.first(where: { !Self.holds($0, plan: plan, folder: folder) }) {
      start = min(start, lost.frame)
    }
    records.removeAll { $0.frame >= start }
    var totals = RunTotals(outputs: plan.outputs.count)
    records.forEach { totals.add($0) }
    self.records = records
    self.start = max(start, firstFrame)
    self.totals = totals
  }

  /// Where a stream's file is continued; nil for a run that starts anew.
  func mark(stream: Int) -> RunJournal.StreamMark? {
    marks.indices.contains(stream) ? marks[stream] : nil
  }

  private static func contiguous(_ journal: [RunJournal.Record], from first: Int)
    -> [RunJournal.Record]
  {
    var records: [RunJournal.Record] = []
    for record in journal {
      guard record.frame == first + records.count else { break }
      records.append(record)
    }
    return records
  }

  /// The last mark of each stream that its file really reaches.
  private static func marks(
    _ records: [RunJournal.Record], plan: PipelinePlan, folder: String, firstFrame: Int
  ) throws -> [RunJournal.StreamMark] {
    let paths = plan.outputs.filter { !$0.isFramewise }.map {
      folder + "/" + $0.definition.path.text
    }
    guard !records.isEmpty else { return [] }
    return paths.enumerated().map { index, path in
      let size = openFileSize(path)
      let reached = records.last {
        $0.streams.indices.contains(index) && $0.streams[index].bytes <= size
      }
      return reached?.streams[index] ?? RunJournal.StreamMark(bytes: 0, next: firstFrame)
    }
  }

  /// The length of a stream's unfinished file.
  ///
  /// A run that was killed after it gave the file its final name takes it back.
  private static func openFileSize(_ path: String) -> Int {
    let partial = OutputStream.partialPath(path)
    var status = stat()
    if stat(partial, &status) != 0 {
      guard rename(path, partial) == 0, stat(partial, &status) == 0 else { return -1 }
    }
    return Int(status.st_size)
  }

  /// Whether the files of a committed frame are there.
  private static func holds(_ record: RunJournal.Record, plan: PipelinePlan, folder: String) -> Bool
  {
    for (index, size) in record.files.enumerated() where index < plan.outputs.count {
      guard let size else { continue }
      let path = plan.outputs[index].definition.path.path(
        frame: record.frame, timestamp: Timestamp(nanoseconds: record.timestamp))
      var status = stat()
      guard stat(folder + "/" + path, &status) == 0, Int(status.st_size) == size else {
        return false
      }
    }
    return true
  }
}
