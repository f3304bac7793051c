import Foundation
import Tensors
import TestSupport
import Testing

/// The bytes that a training run promises to repeat.
private func results(in folder: String) throws -> [String: Data] {
  try folderContents(folder) { ["weights.safetensors", "log.csv"].contains($0) }
}

private let lenet = "\(repositoryFolder)/pipelines/training/lenet-mnist.yaml"

@Test(.enabled(if: SharedData.isPresent && SlowTests.areWanted, "\(SlowTests.reason)"))
func `a training run killed ten times and resumed ends with the same bytes`() throws {
  let folder = try TemporaryFolder()
  let (whole, broken) = (folder.file("whole"), folder.file("broken"))
  let call = [
    "train", lenet, "--set", "dataset.path=\(SharedData.path("mnist"))", "--set", "epochs=2",
    "--set", "checkpoint_every=5", "--set", "split.train=0:1600",
  ]
  let reference = try Tool.run(call + ["--out", whole])
  #expect(reference.status == 0, "\(reference.messages)")
  var generator = SeededGenerator(seed: 4)
  var kills = 0
  for _ in 0..<100 where kills < 10 {
    let process = try Tool.start(call + ["--out", broken, "--resume"])
    Thread.sleep(forTimeInterval: 0.6 + 1.5 * generator.uniform())
    guard process.isRunning else { break }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    kills += 1
  }
  #expect(kills >= 3)
  let last = try Tool.run(call + ["--out", broken, "--resume", "--set", "workers=2"])
  #expect(last.status == 0, "\(last.messages)")
  #expect(try results(in: broken) == results(in: whole))
}

@Test func `exit codes of train: 4 for a wrong definition, 5 for missing data`() throws {
  let folder = try TemporaryFolder()
  let path = folder.file("a.yaml")
  func run(_ text: String) throws -> Tool.Result {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return try Tool.run("train", path, "--out", folder.file("out"))
  }
  let wrong = try run("model: lenett\ndataset: { use: mnist, path: none }\nsplit: random\n")
  #expect(wrong.status == 4)
  #expect(wrong.messages.contains("a.yaml:1:8: error: unknown model 'lenett'"))
  let missing = try run("model: lenet\ndataset: { use: mnist, path: none }\nsplit: random\n")
  #expect(missing.status == 5)
  #expect(try Tool.run("train", folder.file("no.yaml"), "--out", folder.file("out")).status == 5)
  #expect(try Tool.run("train", path).status == 2)
}
