import Foundation
import Models
import Networks
import Tensors
import TestSupport
import Testing

// The body up to the last loop is the example of docs/training.md; a test compares them.

func trainLeNet(folder: String, epochs: Int) throws -> Double {
  let digits = try LabelledImages.mnist(folder: folder)
  let train = ImageDataset(
    digits.subset(Array(0..<5700)),
    augmentation: [RandomAffine(rotation: 0.2, translation: 0.08, scale: 0.9...1.1)])
  let test = ImageDataset(
    digits.subset(Array(5700..<6700)), mean: train.mean,
    standardDeviation: train.standardDeviation)
  let network = LeNet().initialized(seed: 1)
  let optimizer = AdamW(network, learningRate: 0.002)
  let loader = DataLoader(train, batchSize: 64, seed: 1)
  for epoch in 0..<epochs {
    network.train()
    for batch in loader.batches(epoch: epoch) {
      let loss = network(batch.inputs).crossEntropy(batch.labels)
      optimizer.update(network.gradients(of: loss))
    }
  }
  network.evaluate()
  var hits = 0.0
  for batch in DataLoader(test, batchSize: 100, isShuffled: false).batches(epoch: 0) {
    let found = withoutGradients { network(batch.inputs).argMax(axis: 1) }
    hits += (found .== batch.labels).converted(to: .float64).sum().item()
  }
  return hits / Double(test.count)
}

@Test(.enabled(if: SharedData.isPresent && SlowTests.areWanted, "\(SlowTests.reason)"))
func `the LeNet example learns digits`() throws {
  #expect(try trainLeNet(folder: SharedData.path("mnist"), epochs: 2) > 0.9)
}

@Test func `the example in the documentation is the code under test`() throws {
  let page = try String(contentsOfFile: repositoryFolder + "/docs/training.md", encoding: .utf8)
  let source = try String(contentsOfFile: #filePath, encoding: .utf8)
  let example = try #require(page.components(separatedBy: "```swift\n").last)
  let code = try #require(example.components(separatedBy: "```").first)
  let lines = code.split(separator: "\n").map { "  " + $0 }
  #expect(lines.count <= 30)
  #expect(source.contains(lines.joined(separator: "\n")))
  let readme = try String(contentsOfFile: repositoryFolder + "/README.md", encoding: .utf8)
  #expect(readme.contains(code))
}
