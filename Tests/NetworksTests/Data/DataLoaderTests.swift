import Foundation
import Tensors
import Testing

@testable import Networks

/// Counts, and a random number for each sample.
private struct Numbers: Dataset {
  var count: Int
  var delays = false

  func sample(at index: Int, using generator: inout SeededGenerator) -> [Double] {
    if delays { Thread.sleep(forTimeInterval: 0.002 * Double(index % 3)) }
    return [Double(index), generator.uniform()]
  }

  func batch(of samples: [[Double]]) -> [[Double]] { samples }
}

private struct Broken: Dataset {
  struct Failure: Error, Equatable { var index: Int }
  let count = 10

  func sample(at index: Int, using generator: inout SeededGenerator) throws(Failure) -> Int {
    if index == 5 { throw Failure(index: index) }
    return index
  }

  func batch(of samples: [Int]) -> [Int] { samples }
}

@Test func `batches are the same with no, one and two threads`() {
  let reference = Array(
    DataLoader(Numbers(count: 23), batchSize: 4, seed: 7, workers: 0).batches(epoch: 2))
  #expect(reference.map(\.count) == [4, 4, 4, 4, 4, 3])
  #expect(reference.joined().map { Int($0[0]) }.sorted() == Array(0..<23))
  for workers in 1...2 {
    for prefetch in [1, 5] {
      let loader = DataLoader(
        Numbers(count: 23, delays: true), batchSize: 4, seed: 7, workers: workers,
        prefetch: prefetch)
      #expect(Array(loader.batches(epoch: 2)) == reference)
    }
  }
}

@Test func `epochs and seeds differ in order and in randomness`() {
  let loader = DataLoader(Numbers(count: 16), batchSize: 16, seed: 1)
  let first = Array(loader.batches(epoch: 0)).joined().map { $0 }
  let second = Array(loader.batches(epoch: 1)).joined().map { $0 }
  #expect(first.map { $0[0] } != second.map { $0[0] })
  #expect(Set(first.map { $0[1] }).isDisjoint(with: second.map { $0[1] }))
  let other = DataLoader(Numbers(count: 16), batchSize: 16, seed: 2)
  #expect(Array(other.batches(epoch: 0)).joined().map { $0 } != first)
}

@Test func `an epoch goes on from its middle`() {
  let loader = DataLoader(Numbers(count: 20), batchSize: 3, seed: 4, workers: 2)
  let whole = Array(loader.batches(epoch: 5))
  #expect(Array(loader.batches(epoch: 5, from: 4)) == Array(whole[4...]))
  #expect(Array(loader.batches(epoch: 5, from: 7)).isEmpty)
}

@Test func `samples come by number when they are not shuffled, and a last part can be left out`() {
  let loader = DataLoader(Numbers(count: 7), batchSize: 3, isShuffled: false, dropsLast: true)
  #expect(loader.batchCount == 2)
  #expect(Array(loader.batches(epoch: 3)).joined().map { $0[0] } == [0, 1, 2, 3, 4, 5])
}

@Test func `an error of a sample reaches the caller at its batch`() throws {
  for workers in 0...2 {
    let loader = DataLoader(Broken(), batchSize: 2, isShuffled: false, workers: workers)
    let batches = loader.batches(epoch: 0)
    #expect(try batches.next() == [0, 1])
    #expect(try batches.next() == [2, 3])
    #expect(throws: Broken.Failure(index: 5)) { try batches.next() }
  }
}

@Test func `leaving the loop early ends the threads`() {
  // A thread that went on would hold the data set; 200 loaders would be felt.
  for _ in 0..<200 {
    for batch in DataLoader(Numbers(count: 1000), batchSize: 1, workers: 2).batches(epoch: 0) {
      #expect(batch.count == 1)
      break
    }
  }
}

@Test func `images are normalised by channel and stacked`() {
  let images = LabelledImages(
    images: Tensor([UInt8(0), 255, 255, 255], shape: [2, 2, 1, 1]), labels: [1, 0],
    classNames: ["a", "b"])
  let dataset = ImageDataset(images, mean: [0.5, 0], standardDeviation: [0.25, 2])
  let loader = DataLoader(dataset, batchSize: 2, isShuffled: false)
  let batch = Array(loader.batches(epoch: 0))[0]
  #expect(batch.inputs.shape == [2, 2, 1, 1])
  #expect(batch.inputs.array(of: Float.self) == [-2, 0.5, 2, 0.5])
  #expect(batch.labels.array(of: Int64.self) == [1, 0])
}
