internal import CTorch

/// Memory of large tensors, kept for the next ones instead of being given back to the system.
///
/// The system hands out memory page by page, filled with zeros, at the first touch. Networks that make and drop hundreds of megabytes in
/// each step of training spend more time on that than on arithmetic. A program that trains calls ``keep(upTo:)`` once:
///
/// ```swift
/// TensorMemory.keep(upTo: 4 << 30)
/// ```
///
/// Results do not depend on it.
public enum TensorMemory {
  /// Tensors of at least so many bytes take part.
  public static let leastBlock = Int(CTORCH_LEAST_KEPT_BLOCK)

  /// Keeps memory that tensors no longer use, the last used first; off (0) until it is called.
  ///
  /// - Parameter byteCount: How much is kept at most; what is more goes back to the system, now and later.
  public static func keep(upTo byteCount: Int) { ctorch_memory_keep(max(byteCount, 0)) }

  /// Bytes that are kept now.
  public static var keptBytes: Int { ctorch_memory_kept() }
}
