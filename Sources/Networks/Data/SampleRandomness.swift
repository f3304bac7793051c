internal import Tensors

extension SeededGenerator {
  /// The generator for one sample in one epoch: which thread loads the sample plays no part.
  init(seed: UInt64, epoch: Int, sample: Int) {
    self.init(
      seed: seed, stream: UInt64(truncatingIfNeeded: epoch &+ 1) << 32 ^ UInt64(sample))
  }

  /// The generator for the order of the samples in one epoch.
  init(orderOfEpoch epoch: Int, seed: UInt64) {
    self.init(seed: seed, stream: ~UInt64(truncatingIfNeeded: epoch))
  }
}

extension Array {
  /// The elements in random order (Fisher and Yates), the same with every release of Swift.
  func shuffled(by generator: inout SeededGenerator) -> [Element] {
    var result = self
    for last in stride(from: count - 1, to: 0, by: -1) {
      result.swapAt(last, generator.uniform(below: last + 1))
    }
    return result
  }
}
