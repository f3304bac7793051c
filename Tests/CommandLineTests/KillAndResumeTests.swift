import Foundation
import Tensors
import TestSupport
import Testing

/// Everything in an output folder but `run.json` (it holds times and dates) and hidden files.
private func results(in folder: String) throws -> [String: Data] {
  try folderContents(folder) { name in
    name != "run.json" && !name.split(separator: "/").contains { $0.hasPrefix(".") }
  }
}

private func definition(_ name: String) -> String { "\(repositoryFolder)/pipelines/\(name)" }

@Test(.enabled(if: SharedData.isPresent && SlowTests.areWanted, "\(SlowTests.reason)"))
func `a run killed twenty times and resumed ends with the same bytes`() throws {
  let folder = try TemporaryFolder()
  let (whole, broken) = (folder.file("whole"), folder.file("broken"))
  let call = ["run", definition("lidar-obstacles.yaml"), "--log", SharedData.path("kitti_object")]
  let reference = try Tool.run(call + ["--out", whole])
  #expect(reference.status == 0, "\(reference.messages)")

  var generator = SeededGenerator(seed: 20)
  var kills = 0
  for attempt in 0..<400 where kills < 20 {
    let resume = FileManager.default.fileExists(atPath: broken) ? ["--resume"] : []
    let process = try Tool.start(call + ["--out", broken] + resume)
    Thread.sleep(forTimeInterval: 0.05 + 0.4 * generator.uniform())
    if process.isRunning {
      kill(process.processIdentifier, SIGKILL)
      kills += 1
    } else if attempt > 0 {
      // It came to its end before it could be killed: start anew.
      try? FileManager.default.removeItem(atPath: broken)
    }
    process.waitUntilExit()
  }
  #expect(kills == 20)
  let last = try Tool.run(call + ["--out", broken, "--resume"])
  #expect(last.status == 0, "\(last.messages)")
  let (expected, actual) = (try results(in: whole), try results(in: broken))
  #expect(expected.count > 12)
  #expect(Set(actual.keys) == Set(expected.keys))
  for (name, bytes) in expected { #expect(actual[name] == bytes, "\(name) differs") }
}

@Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
func `one worker and two workers write the same bytes`() throws {
  let folder = try TemporaryFolder()
  let call = [
    "run", definition("lidar-obstacles.yaml"), "--log", SharedData.path("kitti_object_reduced"),
  ]
  for workers in ["1", "2"] {
    let run = try Tool.run(call + ["--out", folder.file(workers), "--workers", workers])
    #expect(run.status == 0, "\(run.messages)")
  }
  let (one, two) = (try results(in: folder.file("1")), try results(in: folder.file("2")))
  #expect(one.count > 2)
  #expect(one == two)
}
