import Foundation
import Networks

extension NetworkTraining {
  private var checkpointPath: String { run.file("checkpoint.safetensors") }

  func writeCheckpoint() throws {
    var checkpoint = Checkpoint(epoch: place.epoch, batch: place.batch, step: place.step)
    checkpoint.texts = ["definition": run.definition.identity.compact, "log": log.csv]
    checkpoint.numbers = [
      "stopped": hasStoppedEarly ? 1 : 0, "since_best": Double(stopping?.countSinceBest ?? 0),
    ]
    for (name, mean) in zip(stepNames, means) {
      checkpoint.numbers["\(name).sum"] = mean.sum
      checkpoint.numbers["\(name).count"] = Double(mean.count)
    }
    checkpoint.numbers["best"] = stopping?.best
    checkpoint.add("model", network.state)
    checkpoint.add("optimiser", optimiser.state)
    checkpoint.add("generator", [("dropout", dropout.state())])
    checkpoint.add("best", best)
    try checkpoint.write(to: checkpointPath)
  }

  func resume() throws {
    let path = checkpointPath
    // Killed before the first checkpoint: start anew.
    guard FileManager.default.fileExists(atPath: path) else { return }
    let checkpoint = try Checkpoint(path: path)
    guard checkpoint.texts["definition"] == run.definition.identity.compact else {
      throw TrainingError(
        "\(path) belongs to a run of another definition or other settings: give another --out",
        kind: .misuse)
    }
    func count(_ name: String) -> Int { Int(exactly: checkpoint.numbers[name] ?? 0) ?? 0 }
    try network.load(checkpoint.part("model"))
    try optimiser.load(checkpoint.part("optimiser"))
    if let state = checkpoint.part("generator")["dropout"] { try dropout.restore(state) }
    best = checkpoint.part("best").sorted { $0.key < $1.key }.map { ($0.key, $0.value.copied()) }
    stopping?.restore(best: checkpoint.numbers["best"], countSinceBest: count("since_best"))
    hasStoppedEarly = count("stopped") == 1
    means = stepNames.map {
      MetricMean(sum: checkpoint.numbers["\($0).sum"] ?? 0, count: count("\($0).count"))
    }
    let written = try MetricLog(csv: checkpoint.texts["log"] ?? "")
    guard written.columns == log.columns, checkpoint.batch < train.batchCount else {
      throw TrainingError("\(path) does not fit the data set: give another --out", kind: .misuse)
    }
    log = written
    place = Checkpoint(epoch: checkpoint.epoch, batch: checkpoint.batch, step: checkpoint.step)
  }

  func refuseOverwriting() throws {
    if FileManager.default.fileExists(atPath: checkpointPath) {
      throw TrainingError(
        "\(run.options.folder) holds a run already: go on with --resume or give another --out",
        kind: .misuse)
    }
  }
}
