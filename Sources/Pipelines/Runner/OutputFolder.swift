import Configuration
import Foundation

/// The folder for the results of a run: who may write into it, and what an earlier run left there.
///
/// A run starts in a folder that is new or empty (hidden files aside). It continues its own unfinished run with `--resume`. With
/// `--overwrite` it replaces an earlier run: the files that run wrote are removed first, everything else in the folder stays.
struct OutputFolder {
  static let reportName = "run.json"
  let path: String

  /// What an earlier run left.
  struct Leftover {
    var records: [RunJournal.Record] = []
    /// Whether the run was complete: nothing is left to do.
    var isComplete = false
  }

  /// The parts of `run.json` that a later run reads.
  struct Report: Decodable {
    struct Output: Decodable {
      var path: String
    }
    struct Frames: Decodable {
      var read: Int
      var written: Int
      var skipped: Int
      var failed: Int
    }
    struct Range: Decodable {
      var first: Int
      var end: Int
    }
    var schema: Int
    var identity: String
    var frames: Frames
    var frame_range: Range
    var outputs: [Output]
  }

  /// Prepares the folder.
  ///
  /// - Throws: ``PipelineError`` of kind `usage` when the folder must not be used.
  func prepare(identity: String, options: RunOptions) throws -> Leftover {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
      throw PipelineError(.usage, "\(path) is a file, not a folder", hint: "choose another --out")
    }
    let journal = RunJournal.load(folder: path)
    let report = self.report
    var leftover = Leftover()
    if options.resume {
      leftover = try resumed(journal, report, identity)
    } else if options.overwrite {
      try removeEarlierRun(journal, report)
    } else {
      try refuseUsed(hasJournal: journal != nil, hasReport: report != nil)
    }
    try AtomicFile.makeFolder(path)
    guard access(path, W_OK) == 0 else {
      throw PipelineError(
        .failed, "cannot write into \(path): \(String(cString: strerror(errno)))",
        hint: "check the folder's permissions")
    }
    removeTemporaryFiles()
    return leftover
  }

  /// The report of an earlier run, if it is one.
  var report: Report? {
    guard let data = FileManager.default.contents(atPath: path + "/" + Self.reportName) else {
      return nil
    }
    return try? JSONDecoder().decode(Report.self, from: data)
  }

  private func refuseUsed(hasJournal: Bool, hasReport: Bool) throws {
    if hasJournal {
      throw PipelineError(
        .usage, "\(path) holds an unfinished run",
        hint: "continue it with --resume, replace it with --overwrite, or choose another --out")
    }
    if hasReport {
      throw PipelineError(
        .usage, "\(path) holds the results of an earlier run",
        hint: "replace them with --overwrite, or choose another --out")
    }
    if let name = visibleEntries.first {
      throw PipelineError(
        .usage, "\(path) is not empty: it holds '\(name)', which no run of Parallax wrote",
        hint: "choose another --out or an empty folder")
    }
  }

  private var visibleEntries: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
      .filter { !$0.hasPrefix(".") }.sorted()
  }

  private func resumed(
    _ journal: (identity: String, records: [RunJournal.Record])?, _ report: Report?,
    _ identity: String
  ) throws -> Leftover {
    if let journal {
      // An empty identity is a journal whose very first line was cut off: nothing was committed.
      guard journal.identity == identity || journal.identity.isEmpty else {
        throw Self.different(path)
      }
      return Leftover(records: journal.records)
    }
    if let report {
      guard report.identity == identity else { throw Self.different(path) }
      return Leftover(isComplete: true)
    }
    if visibleEntries.isEmpty { return Leftover() }
    throw PipelineError(
      .usage, "\(path) holds no unfinished run to resume",
      hint: "choose another --out or an empty folder")
  }

  private static func different(_ path: String) -> PipelineError {
    PipelineError(
      .usage,
      "the run in \(path) was made with another pipeline, log, settings or part of the frames",
      hint: "resume it with the same command, replace it with --overwrite, or choose another --out")
  }

  private func removeEarlierRun(
    _ journal: (identity: String, records: [RunJournal.Record])?, _ report: Report?
  ) throws {
    guard journal != nil || report != nil else {
      return try refuseUsed(hasJournal: false, hasReport: false)
    }
    let reported = report.map { ($0.outputs.map(\.path), $0.frame_range.first, $0.frame_range.end) }
    guard let (paths, first, end) = reported ?? RunJournal.plannedOutputs(folder: path) else {
      throw PipelineError(
        .usage, "the unfinished run in \(path) does not say which files it wrote",
        hint: "choose another --out")
    }
    let templates = paths.compactMap { try? PathTemplate($0) }
    for name in (FileManager.default.enumerator(atPath: path)?.allObjects as? [String]) ?? [] {
      let whole = name.hasSuffix(".partial") ? String(name.dropLast(8)) : name
      let isOwn = templates.contains {
        $0.varies ? $0.matches(name, frames: first...max(first, end)) : $0.text == whole
      }
      if isOwn { unlink(path + "/" + name) }
    }
    unlink(path + "/" + Self.reportName)
    RunJournal.remove(folder: path)
  }

  /// Removes files that a killed run was writing; their names are Parallax's own.
  private func removeTemporaryFiles() {
    guard let names = FileManager.default.enumerator(atPath: path) else { return }
    for case let name as String in names {
      if AtomicFile.split(name).name.hasPrefix(AtomicFile.prefix) { unlink(path + "/" + name) }
    }
  }
}
