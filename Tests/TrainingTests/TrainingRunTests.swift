import Configuration
import Foundation
import Networks
import Synchronization
import TestSupport
import Testing

@testable import Training

/// A folder with a small table of three classes, and definitions that name it.
private struct Workshop {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    var lines: [String] = []
    for row in 0..<90 {
      let label = row % 3
      lines.append(
        "\(Double(label) + 0.37 * Double(row % 7)),\(Double(row % 5) - Double(label)),\(label)")
    }
    try lines.joined(separator: "\n").write(
      toFile: folder.file("table.csv"), atomically: true, encoding: .utf8)
  }

  func definition(_ changes: [String] = []) throws -> TrainingDefinition {
    let text = """
      name: small
      model: { use: mlp, hidden: [8], dropout: 0.3 }
      dataset: { use: table, path: table.csv }
      split: { use: stratified, validation: 0.1, test: 0.2, seed: 3 }
      optimiser: { use: adam, learning_rate: 0.02 }
      schedule: cosine
      epochs: 4
      batch: 16
      seed: 5
      """
    let path = folder.file("small.yaml")
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return try TrainingDefinition(path: path, overrides: changes)
  }

  func results(_ name: String) throws -> [String: Data] {
    try folderContents(folder.file(name)) { ["weights.safetensors", "log.csv"].contains($0) }
  }
}

private func train(
  _ definition: TrainingDefinition, _ folder: String, steps: Int? = nil, resume: Bool = false,
  stopAfter: Int? = nil
) throws -> TrainingSummary {
  var options = TrainingOptions(folder: folder)
  options.steps = steps
  options.isResuming = resume
  let done = Mutex(0)
  options.progress = { _, _ in done.withLock { $0 += 1 } }
  options.shouldStop = { done.withLock { $0 } == stopAfter }
  return try TrainingRun(definition, options).execute()
}

@Test func `one and two loader threads give the same bytes, another seed other bytes`() throws {
  let shop = try Workshop()
  for workers in 0...2 {
    _ = try train(
      shop.definition(["workers=\(workers)"]), shop.folder.file("workers\(workers)"))
  }
  _ = try train(shop.definition(["seed=6"]), shop.folder.file("seed"))
  let reference = try shop.results("workers0")
  #expect(reference.count == 2)
  #expect(try shop.results("workers1") == reference)
  #expect(try shop.results("workers2") == reference)
  #expect(try shop.results("seed") != reference)
}

@Test(arguments: [1, 4, 7, 8, 15])
func `a run that was cut and resumed ends with the same bytes`(_ steps: Int) throws {
  let shop = try Workshop()
  let whole = try train(shop.definition(), shop.folder.file("whole"))
  #expect(whole.steps == 16)
  // Cut by a number of steps, then by a request to stop, then resumed to the end.
  _ = try train(shop.definition(), shop.folder.file("cut"), steps: steps)
  let second = try train(
    shop.definition(["workers=2"]), shop.folder.file("cut"), resume: true, stopAfter: 1)
  #expect(second.wasInterrupted)
  let last = try train(shop.definition(), shop.folder.file("cut"), resume: true)
  #expect(last.steps == 16)
  #expect(last.metrics.map(\.value) == whole.metrics.map(\.value))
  #expect(try shop.results("cut") == shop.results("whole"))
  let again = try train(shop.definition(), shop.folder.file("cut"), resume: true)
  #expect(again.wasComplete)
  #expect(try shop.results("cut") == shop.results("whole"))
}

@Test func `a run that lost what came after its checkpoint goes on with the same bytes`() throws {
  let shop = try Workshop()
  _ = try train(shop.definition(), shop.folder.file("whole"))
  _ = try train(shop.definition(), shop.folder.file("killed"), steps: 6)
  // What a kill between writing the log and the checkpoint may leave behind.
  try "epoch,step\n99,99\n".write(
    toFile: shop.folder.file("killed/log.csv"), atomically: true, encoding: .utf8)
  try FileManager.default.removeItem(atPath: shop.folder.file("killed/weights.safetensors"))
  _ = try train(shop.definition(), shop.folder.file("killed"), resume: true)
  #expect(try shop.results("killed") == shop.results("whole"))
}

@Test func `early stopping keeps the best weights, also when resumed`() throws {
  let shop = try Workshop()
  let changes = [
    "epochs=40", "optimiser.learning_rate=0.5", "schedule=constant",
    "early_stopping={patience: 3, measure: accuracy}",
  ]
  let whole = try train(shop.definition(changes), shop.folder.file("whole"))
  #expect(whole.epochs < 40)
  _ = try train(shop.definition(changes), shop.folder.file("cut"), steps: 9)
  _ = try train(shop.definition(changes), shop.folder.file("cut"), resume: true)
  #expect(try shop.results("cut") == shop.results("whole"))
}

@Test func `a folder with a run is neither overwritten nor resumed with other settings`() throws {
  let shop = try Workshop()
  _ = try train(shop.definition(), shop.folder.file("out"), steps: 2)
  let overwriting = #expect(throws: TrainingError.self) {
    try train(shop.definition(), shop.folder.file("out"))
  }
  #expect(overwriting?.kind == .misuse)
  let changed = #expect(throws: TrainingError.self) {
    try train(shop.definition(["batch=8"]), shop.folder.file("out"), resume: true)
  }
  #expect(changed?.description.contains("another definition") == true)
}

@Test func `the loss falls and the figures are those of the test samples`() throws {
  let shop = try Workshop()
  let summary = try train(
    shop.definition(["epochs=30", "model.dropout=0"]), shop.folder.file("out"))
  let losses = summary.log.values(of: "train_loss").compactMap { $0 }
  #expect((losses.last ?? 1) < 0.7 * (losses.first ?? 0))
  #expect(summary.samples.map(\.count) == [63, 9, 18])
  #expect(summary.metrics.map(\.name) == ["test_loss", "test_accuracy", "train_accuracy"])
}

@Test(arguments: [
  ("model=lenett", "unknown model 'lenett' (did you mean 'lenet'?)"),
  ("model.hiden=[3]", "unknown parameter 'hiden' (did you mean 'hidden'?)"),
  ("optimiser={use: sgd, nesterov: true, momentum: 0}", "'nesterov' needs a momentum above 0"),
  ("epoch=3", "unknown key 'epoch' (did you mean 'epochs'?)"),
  ("epochs=0", "'epochs': 0 is out of range"), ("batch=many", "'batch': expected a whole number"),
  ("augmentation=[rotate]", "unknown augmentation 'rotate'"),
  ("loss={use: cross_entropy, label_smoothing: 2}", "'label_smoothing': 2 is out of range"),
])
func `mistakes of a definition are named with the nearest word`(
  _ change: String, _ problem: String
) throws {
  let shop = try Workshop()
  let error = #expect(throws: ConfigurationErrors.self) { try shop.definition([change]) }
  #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
  #expect(error?.isOnlyMissing == false)
}

@Test func `a mistake is named with line and column`() throws {
  let folder = try TemporaryFolder()
  let path = folder.file("bad.yaml")
  try "model: mlp\ndataset: { use: table, pth: x }\nepochs: 3\n".write(
    toFile: path, atomically: true, encoding: .utf8)
  let error = #expect(throws: ConfigurationErrors.self) { try TrainingDefinition(path: path) }
  #expect(error?.description.contains("bad.yaml:2:24: error: unknown parameter 'pth'") == true)
}

@Test(arguments: [
  ("dataset.path=none.csv", true, "no such file"),
  ("dataset={use: mnist, path: .}", true, "images-idx3-ubyte"),
  ("dataset.classes=[0, 7]", false, "has no classes [0, 7]"),
  ("split={use: ranges, train: \"0:91\"}", false, "ends behind the last of 90 samples"),
  ("split=given", false, "the files come in one part"),
  ("model=lenet", false, "needs images of 28 x 28 pixels"),
  ("augmentation=[horizontal_flip]", false, "rows of a table cannot be augmented"),
])
func `data that are missing or do not fit are named at their place`(
  _ change: String, _ isMissing: Bool, _ problem: String
) throws {
  let shop = try Workshop()
  let definition = try shop.definition([change])
  let error = #expect(throws: ConfigurationErrors.self) {
    try train(definition, shop.folder.file("out"))
  }
  #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
  #expect(error?.isOnlyMissing == isMissing)
}

@Test func `the shipped definitions are valid`() throws {
  let folder = repositoryFolder + "/pipelines/training"
  let names = try FileManager.default.contentsOfDirectory(atPath: folder)
  #expect(names.count >= 10)
  for name in names { _ = try TrainingDefinition(path: folder + "/" + name) }
}

@Test(arguments: ["constant", "step", "multi_step", "exponential", "cosine", "one_cycle"])
func `learning rates stay between 0 and the optimiser's own`(_ name: String) throws {
  let node = try YAMLNode(text: name, file: "test")
  let schedule = try TrainingSchedule.kinds.read(node).product
  let factors = (0..<100).map { step in
    schedule.factor(.init(step: step, steps: 100, epoch: step / 10))
  }
  #expect(factors.allSatisfy { $0 >= 0 && $0 <= 1 + 1e-12 })
  #expect((factors.max() ?? 0) > 0.99)
}

@Test func `cosine and one-cycle schedules by hand`() throws {
  func factor(_ text: String, _ step: Int, of steps: Int) throws -> Double {
    try TrainingSchedule.kinds.read(YAMLNode(text: text, file: "test")).product
      .factor(.init(step: step, steps: steps, epoch: 0))
  }
  #expect(try factor("cosine", 0, of: 10) == 1)
  #expect(try abs(factor("cosine", 5, of: 10) - 0.5) < 1e-12)
  #expect(try abs(factor("{ use: cosine, floor: 0.2 }", 10, of: 10) - 0.2) < 1e-12)
  #expect(try abs(factor("{ use: cosine, warm_up: 0.4 }", 1, of: 10) - 0.5) < 1e-12)
  #expect(try abs(factor("one_cycle", 0, of: 11) - 0.04) < 1e-12)
  #expect(try abs(factor("one_cycle", 3, of: 11) - 1) < 1e-12)
  #expect(try abs(factor("one_cycle", 10, of: 11) - 4e-6) < 1e-12)
}
