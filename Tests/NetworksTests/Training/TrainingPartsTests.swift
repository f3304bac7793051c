import Foundation
import Tensors
import TestSupport
import Testing

@testable import Networks

@Test func `a metric log reads back exactly what was written`() throws {
  var log = MetricLog(columns: ["epoch", "loss", "accuracy"])
  log.append(["epoch": 1, "loss": 0.1 + 0.2, "accuracy": 1])
  log.append(["epoch": 2, "loss": 1e-300])
  #expect(log.csv == "epoch,loss,accuracy\n1,0.30000000000000004,1\n2,1e-300,\n")
  #expect(try MetricLog(csv: log.csv) == log)
  #expect(log.values(of: "accuracy") == [1, nil])
  #expect(throws: TrainingError.self) { try MetricLog(csv: "a,b\n1\n") }
  #expect(throws: TrainingError.self) { try MetricLog(csv: "a\nx\n") }
  let folder = try TemporaryFolder()
  try log.write(to: folder.file("log.csv"))
  #expect(try String(contentsOfFile: folder.file("log.csv"), encoding: .utf8) == log.csv)
  #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["log.csv"])
  #expect(throws: TrainingError.self) { try log.write(to: folder.file("none/log.csv")) }
}

@Test func `early stopping waits for its patience and keeps the best value`() {
  var rule = EarlyStopping(patience: 2, minimumChange: 0.1)
  #expect(rule.update(1) == .improved)
  #expect(rule.update(0.95) == .waiting)
  #expect(rule.update(0.8) == .improved)
  #expect(rule.update(.nan) == .waiting)
  var restored = EarlyStopping(patience: 2, minimumChange: 0.1)
  restored.restore(best: rule.best, countSinceBest: rule.countSinceBest)
  #expect(restored == rule)
  #expect(restored.update(0.75) == .stop)
  #expect(restored.best == 0.8)
  var rising = EarlyStopping(patience: 1, isLargerBetter: true)
  #expect(rising.update(0.5) == .improved)
  #expect(rising.update(0.4) == .stop)
}

@Test func `a mean over batches weighs them by their size`() {
  var mean = MetricMean()
  mean.add(1, count: 3)
  mean.add(5, count: 1)
  #expect(mean.value == 2)
}

@Test func `a checkpoint reads back what was written`() throws {
  let folder = try TemporaryFolder()
  var checkpoint = Checkpoint(epoch: 2, batch: 7, step: 100)
  checkpoint.texts["log"] = "a,\"b\"\n1,2\n"
  checkpoint.numbers = ["best": .nan, "sum": 0.1, "none": -.infinity]
  checkpoint.add(
    "model", [("fc.weight", Tensor([1, 2, 3] as [Float])), ("n", Tensor([Int64(5)]))])
  checkpoint.add("optimiser", [("step", Tensor([4.5]))])
  let path = folder.file("checkpoint.safetensors")
  try checkpoint.write(to: path)
  let read = try Checkpoint(path: path)
  let places: [Int] = [read.epoch, read.batch, read.step]
  #expect(places == [2, 7, 100] as [Int])
  #expect(read.texts == checkpoint.texts)
  #expect(read.numbers["sum"] == 0.1)
  #expect(read.numbers["best"]?.isNaN == true)
  #expect(read.numbers["none"] == -.infinity)
  #expect(read.part("model")["fc.weight"]?.array(of: Float.self) == [1, 2, 3])
  #expect(read.part("model").count == 2)
  #expect(read.part("optimiser")["step"]?.array(of: Double.self) == [4.5])
  try Checkpoint(epoch: 0, batch: 0, step: 0).write(to: path)
  #expect(try Checkpoint(path: path).tensors.isEmpty)
  try SafetensorsFile.write([:], to: path)
  #expect(throws: TrainingError.self) { try Checkpoint(path: path) }
}
