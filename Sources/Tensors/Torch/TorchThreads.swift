internal import CTorch

/// How many threads one tensor operation may use.
///
/// The count belongs to the calling thread and is 1 until it is set: the last bits of sums depend
/// on it, so it must never follow from the machine. A thread that needs more asks for them around
/// its work. OpenBLAS, which multiplies matrices, keeps a single count for the whole process: it
/// takes the count that was set last.
public enum TorchThreads {
  /// Threads that an operation called from this thread may use.
  public static var count: Int { Int(TorchLibrary.table.pointee.thread_count()) }

  /// Sets the count for operations called from this thread.
  ///
  /// - Parameter count: At least 1.
  public static func set(_ count: Int) {
    require(count >= 1, "an operation cannot use \(count) threads")
    TorchLibrary.demand(
      TorchLibrary.table.pointee.set_thread_count(Int32(clamping: count)), "thread count")
  }

  /// Calls `body` with another count, and restores the old one.
  ///
  /// A change is dear: libtorch and OpenBLAS start their own threads anew, which then wait busily. Set the count once around
  /// many calls.
  ///
  /// - Parameters:
  ///   - count: At least 1.
  ///   - body: Work on the calling thread.
  /// - Returns: What `body` returns.
  public static func with<Result>(_ count: Int, _ body: () throws -> Result) rethrows -> Result {
    let before = self.count
    guard count != before else { return try body() }
    set(count)
    defer { set(before) }
    return try body()
  }
}
