import Foundation

/// Makes folders once, from any thread.
final class FolderMaker: @unchecked Sendable {
  private let lock = NSLock()
  private var made: Set<String> = []

  /// Makes a folder and those above it, unless that was done before.
  func make(_ path: String) throws {
    lock.lock()
    defer { lock.unlock() }
    guard !made.contains(path) else { return }
    try AtomicFile.makeFolder(path)
    // Templates with the frame in a folder's name would grow this without end.
    if made.count >= 1000 { made.removeAll() }
    made.insert(path)
  }
}
