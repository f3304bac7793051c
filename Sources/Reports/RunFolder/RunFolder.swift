import Foundation
import SensorLogs

/// One kind of output of a run: the files of all frames.
struct OutputSeries: Equatable {
  enum Kind: Equatable { case cloud, image, boxes, windows, spans }
  var kind: Kind
  var name: String
  var pattern: FramePattern
  /// Path relative to the folder, by frame.
  var files: [Int: String]
  /// Instants by frame, where paths name them.
  var times: [Int: Timestamp] = [:]
  /// What `run.json` says about it.
  var output: RunRecord.Output?
}

/// The output folder of a run: what `run.json` lists, or what is found without it.
struct RunFolder {
  let path: String
  let record: RunRecord?
  let series: [OutputSeries]
  /// Things that could not be used, for the page.
  let notices: [String]

  init(_ path: String) throws {
    self.path = path
    let files = try Self.files(in: path)
    var notices: [String] = []
    var record: RunRecord?
    if files.contains("run.json") {
      do {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path + "/run.json"))
        record = RunRecord(try JSONNode(parsing: bytes))
      } catch {
        notices.append("run.json cannot be read as JSON; the tables about the run are missing.")
      }
    }
    let listed = Self.listed(record?.outputs ?? [], files: files)
    series = listed.isEmpty ? Self.found(files, in: path) : listed
    if record == nil && notices.isEmpty {
      notices.append("The folder has no run.json: counts, timing and receipts are not known.")
    }
    self.record = record
    self.notices = notices
    if record == nil && series.isEmpty { throw ReportError.nothingToShow(path: path) }
  }

  /// Paths of all files below the folder, sorted; symbolic links to folders are not followed.
  private static func files(in path: String) throws -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw ReportError.unreadableFolder(path: path, reason: "no such folder")
    }
    guard isFolder.boolValue else {
      throw ReportError.unreadableFolder(path: path, reason: "is a file, not a folder")
    }
    guard (try? FileManager.default.contentsOfDirectory(atPath: path)) != nil,
      let entries = FileManager.default.enumerator(atPath: path)
    else { throw ReportError.unreadableFolder(path: path, reason: "cannot be listed") }
    var files: [String] = []
    while let entry = entries.nextObject() as? String {
      if entry.hasPrefix(".") || entry.contains("/.") || kind(of: entry) == nil {
        if entry == "run.json" { files.append(entry) }
        continue
      }
      files.append(entry)
    }
    return files.sorted()
  }

  private static func kind(of path: String) -> OutputSeries.Kind? {
    let name = path.lowercased()
    if name.hasSuffix(".ply") || name.hasSuffix(".pcd") { return .cloud }
    if [".png", ".jpg", ".jpeg"].contains(where: name.hasSuffix) { return .image }
    return name.hasSuffix(".jsonl") ? .boxes : nil
  }

  private static func kind(of output: RunRecord.Output) -> OutputSeries.Kind? {
    guard let kind = kind(of: output.path), kind == .boxes else { return kind(of: output.path) }
    switch output.payload {
    case "clip_scores": return output.to == "spans" ? .spans : .windows
    case "flow": return nil
    default: return .boxes
    }
  }

  /// The series that `run.json` names and that have files.
  private static func listed(_ outputs: [RunRecord.Output], files: [String]) -> [OutputSeries] {
    outputs.compactMap { output in
      guard let kind = kind(of: output) else { return nil }
      let pattern = FramePattern(output.path)
      var series = OutputSeries(
        kind: kind, name: output.from.isEmpty ? output.path : output.from, pattern: pattern,
        files: [:], output: output)
      let matches = files.compactMap { file in pattern.match(file).map { (file, $0) } }
      // Files that name only an instant are numbered in its order.
      let sorted = matches.sorted {
        ($0.1.timestamp?.nanoseconds ?? 0, $0.0) < ($1.1.timestamp?.nanoseconds ?? 0, $1.0)
      }
      for (index, (file, match)) in sorted.enumerated() {
        let frame = match.frame ?? index
        series.files[frame] = file
        series.times[frame] = match.timestamp
      }
      return series.files.isEmpty ? nil : series
    }
  }

  /// Series guessed from numbered names.
  private static func found(_ files: [String], in path: String) -> [OutputSeries] {
    var series: [OutputSeries] = []
    var places: [String: Int] = [:]
    for file in files {
      guard var kind = kind(of: file) else { continue }
      if kind == .boxes { kind = ActionLines.kind(ofFirstLineIn: path + "/" + file) ?? .boxes }
      let pattern =
        kind != .cloud && kind != .image
        ? FramePattern(literal: file) : FramePattern.guessing(from: file)
      let key = pattern.description
      if let place = places[key] {
        series[place].files[pattern.match(file)?.frame ?? 0] = file
        continue
      }
      places[key] = series.count
      series.append(
        OutputSeries(
          kind: kind, name: name(of: pattern, kind: kind), pattern: pattern,
          files: [pattern.match(file)?.frame ?? 0: file], output: nil))
    }
    return series
  }

  private static func name(of pattern: FramePattern, kind: OutputSeries.Kind) -> String {
    let trimmed = pattern.prefix.trimmingCharacters(in: CharacterSet(charactersIn: "/_-."))
    if trimmed.isEmpty { return kind == .cloud ? "cloud" : "images" }
    return trimmed
  }
}
