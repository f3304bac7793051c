import Foundation

/// The batches of one epoch, in order.
public final class BatchSequence<Data: Dataset> {
  private let loader: DataLoader<Data>
  private let epoch: Int
  private let order: [Int]
  private let shelf: BatchShelf<Data>?
  private var wanted: Int

  init(_ loader: DataLoader<Data>, epoch: Int, from first: Int) {
    precondition(first >= 0, "batches are counted from 0, not from \(first)")
    self.loader = loader
    self.epoch = epoch
    let order = loader.order(epoch: epoch)
    self.order = order
    wanted = first
    let left = loader.batchCount - first
    guard loader.workers > 0, left > 0 else {
      shelf = nil
      return
    }
    let shelf = BatchShelf<Data>(
      numbers: first..<loader.batchCount, capacity: loader.prefetch)
    self.shelf = shelf
    for _ in 0..<Swift.min(loader.workers, left) {
      let thread = Thread {
        while let number = shelf.take() {
          do throws(Data.Failure) {
            shelf.put(number, .success(try loader.load(number, order: order, epoch: epoch)))
          } catch {
            shelf.put(number, .failure(error))
          }
        }
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  deinit { shelf?.close() }

  /// The next batch; waits until it is ready.
  ///
  /// - Returns: The batch, or nil after the last one.
  /// - Throws: What is wrong with a sample of the batch.
  public func next() throws(Data.Failure) -> Data.Batch? {
    guard wanted < loader.batchCount else { return nil }
    let number = wanted
    wanted += 1
    guard let shelf else { return try loader.load(number, order: order, epoch: epoch) }
    return try shelf.wait(for: number).get()
  }
}

extension BatchSequence: Sequence where Data.Failure == Never {
  /// Runs through the batches with `for`.
  public struct Iterator: IteratorProtocol {
    let batches: BatchSequence<Data>

    /// The next batch; waits until it is ready.
    ///
    /// - Returns: The batch, or nil after the last one.
    public mutating func next() -> Data.Batch? { batches.next() }
  }

  /// An iterator over the batches that are left.
  ///
  /// - Returns: The iterator.
  public func makeIterator() -> Iterator { Iterator(batches: self) }
}

/// Where threads put the batches that they have loaded.
private final class BatchShelf<Data: Dataset>: @unchecked Sendable {
  private let condition = NSCondition()
  private let capacity: Int
  private let end: Int
  private var nextToLoad: Int
  private var nextToUse: Int
  private var ready: [Int: Result<Data.Batch, Data.Failure>] = [:]
  private var isClosed = false

  init(numbers: Range<Int>, capacity: Int) {
    nextToLoad = numbers.lowerBound
    nextToUse = numbers.lowerBound
    end = numbers.upperBound
    self.capacity = capacity
  }

  /// Number of a batch to load; waits while enough are ahead; nil when none is left.
  func take() -> Int? {
    condition.lock()
    defer { condition.unlock() }
    while !isClosed, nextToLoad < end, nextToLoad - nextToUse >= capacity { condition.wait() }
    guard !isClosed, nextToLoad < end else { return nil }
    nextToLoad += 1
    return nextToLoad - 1
  }

  func put(_ number: Int, _ batch: Result<Data.Batch, Data.Failure>) {
    condition.lock()
    defer { condition.unlock() }
    if !isClosed { ready[number] = batch }
    condition.broadcast()
  }

  func wait(for number: Int) -> Result<Data.Batch, Data.Failure> {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let batch = ready.removeValue(forKey: number) {
        nextToUse = number + 1
        condition.broadcast()
        return batch
      }
      condition.wait()
    }
  }

  func close() {
    condition.lock()
    isClosed = true
    ready = [:]
    condition.broadcast()
    condition.unlock()
  }
}
