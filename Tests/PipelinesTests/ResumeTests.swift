import Foundation
import Pipelines
import SensorLogs
import TestSupport
import Testing

/// A generator for choosing where to interrupt.
private struct Chance: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}

private func resume(_ folder: String, _ log: MemoryLog, _ text: String = NumberStages.mixed) throws
  -> RunSummary
{
  try NumberStages.run(text, log: log, in: folder) { $0.resume = true }
}

private func usageError(_ work: () throws -> Void) -> PipelineError? {
  do {
    try work()
    return nil
  } catch {
    let found = error as? PipelineError
    return found?.kind == .usage ? found : nil
  }
}

@Suite struct ResumeTests {
  private let log = MemoryLog.regular(50, broken: [8, 33])

  private func complete() throws -> [String: String] {
    let folder = try TemporaryFolder()
    try NumberStages.run(NumberStages.mixed, log: log, in: folder.path)
    return try NumberStages.files(folder.path)
  }

  @Test func `stopping and resuming again and again gives the bytes of one run`() throws {
    let expected = try complete()
    let folder = try TemporaryFolder()
    var chance = Chance(state: 1)
    var rounds = 0
    while true {
      rounds += 1
      let steps = Int.random(in: 1...8, using: &chance)
      var options = RunOptions(outputFolder: folder.file("o"))
      options.workers = 3
      options.resume = true
      options.synchronizesFiles = false
      let holder = Holder()
      let seen = Collector()
      options.progress = { _ in
        seen.add(1)
        if seen.values.count >= steps { holder.run?.requestStop() }
      }
      let run = PipelineRun(
        try NumberStages.plan(NumberStages.mixed, log: log), log: log, options: options)
      holder.run = run
      do {
        _ = try run.execute()
        break
      } catch let error as PipelineError { #expect(error.kind == .interrupted) }
    }
    #expect(rounds > 5)
    #expect(try NumberStages.files(folder.file("o")) == expected)
  }

  @Test func `a folder as a kill leaves it is continued to the same bytes`() throws {
    let expected = try complete()
    let folder = try TemporaryFolder()
    let snapshots = Collector()
    // Copies taken while the threads write are what a kill at that moment may leave, and worse.
    let root = folder.path
    try NumberStages.run(NumberStages.mixed, log: log, in: folder.file("run")) {
      $0.workers = 3
      $0.progress = { progress in
        guard progress.frames % 3 == 1 else { return }
        let copy = root + "/copy\(progress.frames)"
        try? copyFolder(root + "/run", copy)
        snapshots.add(progress.frames)
      }
    }
    var chance = Chance(state: 2)
    #expect(snapshots.values.count > 12)
    for number in snapshots.values {
      let copy = folder.file("copy\(number)")
      try damage(copy, &chance)
      _ = try resume(copy, log)
      #expect(try NumberStages.files(copy) == expected, "after \(number) frames")
    }
  }

  /// Cuts the journal, adds bytes to a stream, leaves temporary files, loses a frame's file.
  private func damage(_ folder: String, _ chance: inout Chance) throws {
    let journal = folder + "/.parallax-journal"
    var bytes = try #require(FileManager.default.contents(atPath: journal))
    if Bool.random(using: &chance) {
      bytes = bytes.prefix(Int.random(in: 0...bytes.count, using: &chance))
      put(atPath: journal, contents: bytes)
    }
    let stream = folder + "/sum.txt.partial"
    if Bool.random(using: &chance), let old = FileManager.default.contents(atPath: stream) {
      put(atPath: stream, contents: old + Data("torn".utf8))
    }
    if Bool.random(using: &chance), let old = FileManager.default.contents(atPath: stream) {
      put(atPath: stream, contents: old.prefix(old.count / 2))
    }
    let left = folder + "/both/.parallax-tmp-99-000099.txt"
    put(atPath: left, contents: Data("half".utf8))
    if Bool.random(using: &chance) {
      try? FileManager.default.removeItem(atPath: folder + "/both/000002.txt")
    }
  }

  @Test func `a run that was killed after its last rename is completed`() throws {
    let expected = try complete()
    let folder = try TemporaryFolder()
    let journal = Data(contentsOfLastJournal(folder))
    // As if killed between giving the streams their names and removing the journal.
    put(atPath: folder.file("o/.parallax-journal"), contents: journal)
    _ = try resume(folder.file("o"), log)
    #expect(try NumberStages.files(folder.file("o")) == expected)
  }

  private func contentsOfLastJournal(_ folder: TemporaryFolder) -> [UInt8] {
    let path = folder.file("o")
    let last = Holder()
    _ = try? NumberStages.run(NumberStages.mixed, log: log, in: path) {
      $0.workers = 1
      $0.progress = { _ in
        last.bytes = [UInt8](
          FileManager.default.contents(atPath: path + "/.parallax-journal") ?? Data())
      }
    }
    return last.bytes
  }

  @Test func `resuming a complete run does nothing`() throws {
    let folder = try TemporaryFolder()
    try NumberStages.run(NumberStages.mixed, log: log, in: folder.path)
    let summary = try resume(folder.path, log)
    #expect(summary.wasComplete && summary.frames.read == 50)
  }

  @Test func `another pipeline, log or part must not continue a run`() throws {
    let folder = try TemporaryFolder()
    let stopped = MemoryLog.regular(20)
    let text = NumberStages.mixed.replacingOccurrences(of: "on_error: skip", with: "on_error: fail")
    #expect(throws: PipelineError.self) {
      try NumberStages.run(text, log: stopped, in: folder.path)
    }
    #expect(
      usageError { _ = try resume(folder.path, stopped) }?.problem.contains("another") == true)
    #expect(
      usageError {
        try NumberStages.run(text, log: stopped, in: folder.path) {
          $0.resume = true
          $0.frames = 0..<3
        }
      } != nil)
    #expect(
      usageError { try NumberStages.run(text, log: stopped, in: folder.path) }?.hint
        .contains("--resume") == true)
  }

  @Test func `a folder in use is refused, and replaced only when asked`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("o")
    try NumberStages.run(NumberStages.mixed, log: log, in: path)
    put(atPath: path + "/notes.txt", contents: Data("mine".utf8))
    #expect(
      usageError { try NumberStages.run(NumberStages.mixed, log: log, in: path) }?.hint
        .contains("--overwrite") == true)
    let short = MemoryLog.regular(5)
    try NumberStages.run(NumberStages.mixed, log: short, in: path) { $0.overwrite = true }
    let files = try NumberStages.files(path)
    #expect(files["notes.txt"] == "mine")
    #expect(files.keys.filter { $0.hasPrefix("both/") }.count == 5)

    let foreign = folder.file("foreign")
    try FileManager.default.createDirectory(atPath: foreign, withIntermediateDirectories: true)
    put(atPath: foreign + "/a.txt", contents: Data())
    for change: (inout RunOptions) -> Void in [
      { _ in }, { $0.overwrite = true }, { $0.resume = true },
    ] {
      #expect(
        usageError { try NumberStages.run(NumberStages.mixed, log: log, in: foreign, change) }
          != nil)
    }
    #expect(
      usageError { try NumberStages.run(NumberStages.mixed, log: log, in: foreign + "/a.txt") }
        != nil)
  }

  private static let smallDisk = ProcessInfo.processInfo.environment["PARALLAX_SMALL_DISK"]

  @Test(.enabled(if: smallDisk != nil, "PARALLAX_SMALL_DISK names no small file system"))
  func `a disk that fills up during the run leaves it resumable`() throws {
    let disk = try #require(Self.smallDisk)
    let filler = disk + "/filler"
    put(atPath: filler, contents: Data(repeating: 1, count: 200_000))
    do {
      try NumberStages.run(NumberStages.mixed, log: log, in: disk + "/o")
      Issue.record("the file system is too large for this test")
    } catch { #expect("\(error)".contains("No space left"), "\(error)") }
    try FileManager.default.removeItem(atPath: filler)
    _ = try resume(disk + "/o", log)
    #expect(try NumberStages.files(disk + "/o") == complete())
    try FileManager.default.removeItem(atPath: disk + "/o")
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "no /dev/full"))
  func `a full disk gives one clear error`() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.file("o"), withIntermediateDirectories: true)
    let text = NumberStages.mixed.replacingOccurrences(of: "sum.txt", with: ".sum.txt")
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("o/.sum.txt.partial"), withDestinationPath: "/dev/full")
    do {
      try NumberStages.run(text, log: log, in: folder.file("o"))
      Issue.record("wrote to a full disk")
    } catch { #expect("\(error)".contains("No space left")) }
  }
}

private func put(atPath path: String, contents: Data) {
  #expect(FileManager.default.createFile(atPath: path, contents: contents))
}

private func copyFolder(_ from: String, _ to: String) throws {
  for name in (FileManager.default.enumerator(atPath: from)?.allObjects as? [String]) ?? [] {
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: from + "/" + name, isDirectory: &isFolder)
    if isFolder.boolValue {
      try FileManager.default.createDirectory(
        atPath: to + "/" + name, withIntermediateDirectories: true)
    } else {
      let folder = (to + "/" + name as NSString).deletingLastPathComponent
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      guard let data = FileManager.default.contents(atPath: from + "/" + name) else { continue }
      put(atPath: to + "/" + name, contents: data)
    }
  }
}

private final class Holder: @unchecked Sendable {
  var run: PipelineRun?
  var bytes: [UInt8] = []
}
