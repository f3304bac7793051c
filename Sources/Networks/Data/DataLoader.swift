internal import Tensors

/// Puts the samples of a data set together to batches, ahead of time on threads of its own.
///
/// ```swift
/// let loader = DataLoader(train, batchSize: 64, seed: 1, workers: 2)
/// for epoch in 0..<20 {
///   for batch in loader.batches(epoch: epoch) { … }
/// }
/// ```
///
/// The batches depend on the data set, the seed and the epoch alone, bit for bit: not on the number of threads or on how far
/// they work ahead.
public struct DataLoader<Data: Dataset>: Sendable {
  /// The data set.
  public let dataset: Data
  /// Samples in a batch.
  public let batchSize: Int
  /// Seed of the order and of all random changes.
  public let seed: UInt64
  /// Whether every epoch has an order of its own; otherwise samples come by number.
  public let isShuffled: Bool
  /// Whether a last batch that is not full is left out.
  public let dropsLast: Bool
  /// Threads that load; 0 loads on the caller's thread.
  public let workers: Int
  /// How many batches may be ready or in work ahead of the one that is wanted next.
  public let prefetch: Int

  /// Number of batches in an epoch.
  public var batchCount: Int {
    dropsLast ? dataset.count / batchSize : (dataset.count + batchSize - 1) / batchSize
  }

  /// A loader.
  ///
  /// - Parameters:
  ///   - dataset: The data set.
  ///   - batchSize: Samples in a batch, at least 1.
  ///   - seed: Seed of the order and of all random changes.
  ///   - isShuffled: Whether every epoch has an order of its own.
  ///   - dropsLast: Whether a last batch that is not full is left out.
  ///   - workers: Threads that load; 0 loads on the caller's thread.
  ///   - prefetch: How many batches may be ready or in work ahead, at least 1; twice the threads when nil.
  public init(
    _ dataset: Data, batchSize: Int, seed: UInt64 = 0, isShuffled: Bool = true,
    dropsLast: Bool = false, workers: Int = 1, prefetch: Int? = nil
  ) {
    precondition(batchSize >= 1, "a batch cannot hold \(batchSize) samples")
    precondition(workers >= 0, "\(workers) threads cannot load")
    precondition((prefetch ?? 1) >= 1, "\(prefetch ?? 1) batches cannot be prepared ahead")
    self.dataset = dataset
    self.batchSize = batchSize
    self.seed = seed
    self.isShuffled = isShuffled
    self.dropsLast = dropsLast
    self.workers = workers
    self.prefetch = prefetch ?? max(1, 2 * workers)
  }

  /// Numbers of the samples in the order of an epoch.
  ///
  /// - Parameter epoch: The epoch, counted from 0.
  /// - Returns: Every sample once.
  public func order(epoch: Int) -> [Int] {
    let samples = Array(0..<dataset.count)
    guard isShuffled else { return samples }
    var generator = SeededGenerator(orderOfEpoch: epoch, seed: seed)
    return samples.shuffled(by: &generator)
  }

  /// The batches of an epoch, once.
  ///
  /// - Parameters:
  ///   - epoch: The epoch, counted from 0.
  ///   - first: Number of the first batch that is wanted: a run goes on in the middle of an epoch.
  /// - Returns: The batches; loading begins at once and stops when they are no longer used.
  public func batches(epoch: Int, from first: Int = 0) -> BatchSequence<Data> {
    BatchSequence(self, epoch: epoch, from: first)
  }

  /// One batch of an epoch.
  func load(_ number: Int, order: [Int], epoch: Int) throws(Data.Failure) -> Data.Batch {
    var samples: [Data.Sample] = []
    for index in order[number * batchSize..<min(order.count, (number + 1) * batchSize)] {
      var generator = SeededGenerator(seed: seed, epoch: epoch, sample: index)
      samples.append(try dataset.sample(at: index, using: &generator))
    }
    return dataset.batch(of: samples)
  }
}
