import Synchronization

/// A window between fine and coarse cells, with the rule books of both directions, each made when it
/// is first needed.
final class SparseLink: Sendable {
  let fine: SparseSites
  let coarse: SparseSites
  let window: SparseWindow

  private struct Books {
    var downwards: SparseRules?
    var upwards: SparseRules?
  }
  private let books = Mutex(Books())

  init(fine: SparseSites, coarse: SparseSites, window: SparseWindow) {
    self.fine = fine
    self.coarse = coarse
    self.window = window
  }

  /// Whether the way back is the same book with the places of the kernel in reverse.
  var isMirrored: Bool { fine === coarse && window.isSymmetric }

  var byteCount: Int {
    books.withLock { ($0.downwards?.byteCount ?? 0) + ($0.upwards?.byteCount ?? 0) }
  }

  /// The rules from fine inputs to coarse outputs, or the other way.
  func rules(upwards: Bool, threads: Int) throws(PointCloudError) -> SparseRules {
    let known = books.withLock { upwards ? $0.upwards : $0.downwards }
    if let known { return known }
    let made = try SparseRules(
      fine: fine, coarse: coarse, window: window, upwards: upwards, threads: threads)
    books.withLock { books in
      if upwards { books.upwards = made } else { books.downwards = made }
    }
    return made
  }

  /// The rules of the way back, and whether their places count in reverse.
  func rulesBack(upwards: Bool, threads: Int) throws(PointCloudError) -> (SparseRules, Bool) {
    if isMirrored { return (try rules(upwards: upwards, threads: threads), true) }
    return (try rules(upwards: !upwards, threads: threads), false)
  }
}
