import Foundation
import Models
import SensorLogs
import Tensors
import TestSupport
import Testing
import Vision

@testable import Training

/// A bright block that moves to the right or to the left over a dark ground.
private func writeBlocks(_ path: String, count: Int, seed: UInt64) throws {
  var generator = SeededGenerator(seed: seed)
  let writer = try LabelledVideoWriter(path, classes: ["left", "right"], rate: 10)
  for number in 0..<count {
    let (x, y) = (generator.uniform(below: 16), generator.uniform(below: 16))
    let step = number % 2 == 0 ? -3 : 3
    let images = (0..<4).map { frame in
      Image(
        pixels: Tensor(shape: [16, 16, 3], of: UInt8.self) { target in
          for place in target.indices {
            let (column, row) = (place / 3 % 16, place / 48)
            let dx = (column - x - step * frame + 160) % 16
            let isInside = dx < 4 && (row - y + 16) % 16 < 5
            target[place] = isInside ? 220 : 30
          }
        })
    }
    try writer.write(
      VideoClip(images: images, times: [0, 0.1, 0.2, 0.3]),
      label: number % 2 == 0 ? "left" : "right")
  }
  try writer.finish()
}

private let definition = """
  model: { use: early_fusion, width: 8 }
  dataset: { use: clips, path: train, test: test, frames: 4, height: 16, width: 16, test_clips: 2 }
  optimiser: { use: adam, learning_rate: 0.01 }
  epochs: 5
  batch: 8
  seed: 3
  evaluate_every: 5
  """

@Test func `a network learns the direction of time and loses it when frames run backwards`() throws
{
  let folder = try TemporaryFolder()
  try writeBlocks(folder.file("train"), count: 64, seed: 1)
  try writeBlocks(folder.file("test"), count: 16, seed: 2)
  let whole = try train(definition, folder, to: "whole")
  #expect(whole.steps == 40)
  let accuracy = whole.metrics.first { $0.name == "test_video_accuracy" }?.value ?? 0
  #expect(accuracy >= 0.9)
  _ = try train(definition, folder, to: "cut", steps: 11)
  _ = try train(definition, folder, to: "cut", resume: true)
  let weights = "weights.safetensors"
  #expect(
    try Data(contentsOf: URL(fileURLWithPath: folder.file("whole/\(weights)")))
      == Data(contentsOf: URL(fileURLWithPath: folder.file("cut/\(weights)"))))

  let network = try TrainedClipNetwork(weights: folder.file("whole/\(weights)"))
  #expect(network.classes == ["left", "right"] && network.form.frames == 4)
  let set = try LabelledVideoFolder(folder.file("test"))
  let evaluation = try ClipEvaluation(network, set, clipsPerVideo: 2)
  #expect(evaluation.measures.map(\.order) == [.forward, .reversed, .shuffled, .frozen])
  #expect(evaluation.measures[0].measures.videoAccuracy == accuracy)
  #expect(evaluation.measures[0].measures.confusion.flatMap { $0 }.reduce(0, +) == 16)
  #expect(evaluation.measures[1].measures.videoAccuracy <= 0.1)
  // Weights to begin with: no worse at once.
  let further =
    definition.replacing("epochs: 5", with: "epochs: 1")
    .replacing("learning_rate: 0.01", with: "learning_rate: 0.000001")
    + "\ninitial_weights: whole/\(weights)"
  let tuned = try train(further, folder, to: "tuned")
  let first = tuned.log.values(of: "train_loss").compactMap { $0 }.first ?? 9
  let last = whole.log.values(of: "train_loss").compactMap { $0 }.last ?? 0
  #expect(first < last + 0.2)
}

@Test func `definitions of clips that cannot be are refused with the reason`() throws {
  let folder = try TemporaryFolder()
  try writeBlocks(folder.file("train"), count: 2, seed: 1)
  #expect(
    problem("model: lenet\ndataset: { use: clips, path: train }", folder)
      .contains("learns from images or tables, not from 'clips'"))
  #expect(
    problem("model: early_fusion\ndataset: { use: clouds, path: train }", folder)
      .contains("dataset 'clips'"))
  #expect(
    problem("model: early_fusion\ndataset: { use: clips, path: nowhere }", folder)
      .contains("there is no such folder"))
  #expect(
    problem(
      "model: early_fusion\ndataset: { use: clips, path: train }\ninitial_weights: none.safetensors",
      folder
    ).contains("initial_weights"))
}

@Test func `clips of segments take one frame of each part`() throws {
  let folder = try TemporaryFolder()
  let writer = try LabelledVideoWriter(folder.file("set"), classes: ["a"], rate: 10)
  try writer.write(
    VideoClip(
      images: (0..<12).map {
        Image(pixels: Tensor([UInt8](repeating: UInt8($0), count: 192), shape: [8, 8, 3]))
      }, times: (0..<12).map { Double($0) }), label: "a")
  try writer.finish()
  let cache = VideoFrameCache(try LabelledVideoFolder(folder.file("set")).videos)
  let form = ClipForm(frames: 4, height: 8, width: 8, mean: [0, 0, 0], deviation: [1, 1, 1])
  func frames(_ data: ClipDataset, _ index: Int, seed: UInt64 = 1) throws -> [Int] {
    var generator = SeededGenerator(seed: seed)
    let values = try data.sample(at: index, using: &generator).input.array(of: Float.self)
    return (0..<4).map { Int((values[64 * $0] * 255).rounded()) }
  }
  let held = ClipDataset(
    held: cache, [0], classes: ["a"], form: form, sampling: .segments, clipsPerVideo: 1)
  #expect(try frames(held, 0) == [1, 4, 7, 10])
  let random = ClipDataset(
    cache, [0], classes: ["a"], form: form, sampling: .segments, changes: [])
  var seen: Set<[Int]> = []
  for seed in 0..<8 as Range<UInt64> {
    let found = try frames(random, 0, seed: seed)
    for (part, frame) in found.enumerated() { #expect((3 * part..<3 * part + 3).contains(frame)) }
    seen.insert(found)
  }
  #expect(seen.count > 1)
  let views = ClipDataset(
    held: cache, [0], classes: ["a"], form: form, sampling: .uniform, clipsPerVideo: 3)
  #expect(
    try (0..<3).map { try frames(views, $0) } == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]])
  let frozen = ClipDataset(
    held: cache, [0], classes: ["a"], form: form, sampling: .uniform, clipsPerVideo: 1,
    order: .frozen)
  #expect(try frames(frozen, 0) == [6, 6, 6, 6])
}

@Test func `features of a frozen encoder are computed once and give what the clips give`() throws {
  let folder = try TemporaryFolder()
  try writeBlocks(folder.file("train"), count: 8, seed: 1)
  let cache = VideoFrameCache(try LabelledVideoFolder(folder.file("train")).videos)
  let form = ClipForm(frames: 4, height: 16, width: 16)
  var settings = RecurrentClipModel.Settings()
  (settings.frozen, settings.width, settings.hidden) = (true, 4, 8)
  let network = try RecurrentClipModel.network(settings, form: form, classes: 2)
  network.initialized(seed: 1)
  let clips = ClipDataset(
    cache, Array(0..<8), classes: ["left", "right"], form: form, sampling: .uniform, changes: [])
  let features = clips.replaced(byFeaturesOf: network)
  var generator = SeededGenerator(seed: 1)
  func scores(_ data: ClipDataset) throws -> [Float] {
    let samples = try (0..<8).map { try data.sample(at: $0, using: &generator) }
    return withoutGradients { network(data.batch(of: samples).inputs) }.array(of: Float.self)
  }
  let (first, second) = (try scores(features), try scores(features))
  #expect(first == second)
  #expect(zip(first, try scores(clips)).allSatisfy { abs($0 - $1) < 1e-5 })
  #expect(try features.sample(at: 0, using: &generator).input.shape == [4, 8 * 4])
}
