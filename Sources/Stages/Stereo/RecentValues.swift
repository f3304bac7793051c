import Synchronization

/// The last few values that were computed from a key, shared by the threads that call a stage.
///
/// It holds what follows from the key alone, so that results do not depend on who came first.
final class RecentValues<Key: Equatable & Sendable, Value: Sendable>: Sendable {
  private let entries = Mutex<[(key: Key, value: Value)]>([])
  private let capacity = 4

  /// The value of a key, computed when it is not at hand.
  func value(for key: Key, _ compute: (Key) throws -> Value) throws -> Value {
    if let known = entries.withLock({ $0.first { $0.key == key }?.value }) { return known }
    let value = try compute(key)
    entries.withLock { entries in
      if entries.count == capacity { entries.removeFirst() }
      entries.append((key, value))
    }
    return value
  }
}
