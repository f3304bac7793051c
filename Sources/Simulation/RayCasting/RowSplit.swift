import Foundation

/// Splits numbered pieces of work over threads.
///
/// Piece n goes to thread n modulo the number of threads; pieces write to memory of their own, so results do not depend on
/// the split.
enum RowSplit {
  /// Calls `body` once for each thread with the pieces that belong to it.
  static func run(
    pieces: Int, threads: Int, _ body: @Sendable (StrideTo<Int>) -> Void
  ) {
    let threads = max(1, min(threads, pieces))
    if threads == 1 { return body(stride(from: 0, to: pieces, by: 1)) }
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      body(stride(from: thread, to: pieces, by: threads))
    }
  }
}

/// Memory that several threads write to, each to elements of its own.
struct SharedElements<Element>: @unchecked Sendable {
  let base: UnsafeMutablePointer<Element>

  init?(_ buffer: UnsafeMutableBufferPointer<Element>) {
    guard let base = buffer.baseAddress else { return nil }
    self.base = base
  }
}
