import TestSupport
import Testing

// The example of README.md, docs/training.md: kept equal by the test below.
import Models
import Networks
import Tensors

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
