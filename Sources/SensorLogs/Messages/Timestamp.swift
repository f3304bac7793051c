/// An instant: nanoseconds since the epoch of the log's clock (usually 1970-01-01 UTC).
public struct Timestamp: Sendable, Hashable, Comparable {
  /// Nanoseconds since the epoch.
  public var nanoseconds: Int64

  /// An instant.
  ///
  /// - Parameter nanoseconds: Nanoseconds since the epoch.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// An instant given in seconds, rounded to the nearest nanosecond.
  ///
  /// - Parameter seconds: Seconds since the epoch; finite, within the range of 64-bit nanoseconds.
  public init(seconds: Double) { nanoseconds = Int64((seconds * 1e9).rounded()) }

  /// Seconds since the epoch; exact to about 100 ns for present-day dates.
  public var seconds: Double { Double(nanoseconds) / 1e9 }

  /// Whether `left` is earlier.
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// Nanoseconds from `right` to `left`.
  public static func - (left: Timestamp, right: Timestamp) -> Int64 {
    left.nanoseconds - right.nanoseconds
  }
}
