import Foundation
import Pipelines
import SensorLogs
import TestSupport
import Testing

private let kept = """
  name: kept
  inputs: { a: { topic: /a, type: number } }
  stages:
    - { id: more, use: test.add, from: a, with: { amount: 1 } }
  outputs:
    - { from: more, to: kept, path: kept.txt }
    - { from: more, to: lines, path: lines.txt }
  """

@Suite struct KeptOutputTests {
  @Test func `a file that is made at the end is there at the end, and nothing else`() throws {
    let folder = try TemporaryFolder()
    try NumberStages.run(kept, log: .regular(4), in: folder.file("o"))
    let files = try NumberStages.files(folder.file("o"))
    #expect(files["kept.txt"] == "3 4.0\n2 3.0\n1 2.0\n0 1.0")
    #expect(Set(files.keys) == ["kept.txt", "lines.txt", "run.json"])
  }

  @Test func `a run killed after any frame, and while files get their names, is continued`() throws
  {
    let folder = try TemporaryFolder()
    let log = MemoryLog.regular(12)
    let whole = folder.file("whole")
    let seen = Collector()
    let root = folder.path
    try NumberStages.run(kept, log: log, in: whole) {
      $0.progress = { progress in
        try? FileManager.default.copyItem(
          atPath: root + "/whole", toPath: root + "/copy\(progress.frames)")
        seen.add(progress.frames)
      }
    }
    let expected = try NumberStages.files(whole)
    #expect(seen.values.contains(12))
    // Killed between the renames and the end of the run: the finished files lie beside what is kept aside.
    for (name, finished) in [("named1", ["kept.txt"]), ("named2", ["kept.txt", "lines.txt"])] {
      let copy = folder.file(name)
      try FileManager.default.copyItem(atPath: folder.file("copy12"), toPath: copy)
      for file in finished {
        try FileManager.default.copyItem(atPath: whole + "/" + file, toPath: copy + "/" + file)
      }
      if finished.count > 1 {
        try FileManager.default.removeItem(atPath: copy + "/lines.txt.partial")
      }
    }
    for name in seen.values.map({ "copy\($0)" }) + ["named1", "named2"] {
      try NumberStages.run(kept, log: log, in: folder.file(name)) { $0.resume = true }
      #expect(try NumberStages.files(folder.file(name)) == expected, "\(name)")
    }
  }

  @Test func `an unfinished run with a file kept aside is replaced whole`() throws {
    let folder = try TemporaryFolder()
    let root = folder.path
    try NumberStages.run(kept, log: .regular(6), in: folder.file("o")) {
      $0.progress = { progress in
        guard progress.frames == 3 else { return }
        try? FileManager.default.copyItem(atPath: root + "/o", toPath: root + "/copy")
      }
    }
    try NumberStages.run(kept, log: .regular(6), in: folder.file("copy")) { $0.overwrite = true }
    #expect(
      try NumberStages.files(folder.file("copy")) == NumberStages.files(folder.file("o")))
  }
}

@Suite(.serialized) struct ReadAheadTests {
  @Test func `while a stage works through a burst, the frames up to the next one are read`() throws
  {
    let folder = try TemporaryFolder()
    let read = Collector()
    BurstStage.read = read
    defer { BurstStage.read = nil }
    var log = MemoryLog.regular(24)
    log.onRead = { read.add(1) }
    let text = """
      name: burst
      inputs: { a: { topic: /a, type: number } }
      stages: [{ id: slow, use: test.burst, from: a, with: { every: 8, ahead: 7 } }]
      outputs: [{ from: slow, to: text, path: "{frame:02}.txt" }]
      """
    try NumberStages.run(text, log: log, in: folder.path) {
      $0.workers = 2
      $0.edgeCapacity = 1
    }
    let files = try NumberStages.files(folder.path)
    // The last burst has no 7 frames after it in a log of 24: 16 + 1 + 7 = 24 just fits.
    #expect((0..<24).allSatisfy { files[String(format: "%02d.txt", $0)] == "1.0\n" })
  }
}
