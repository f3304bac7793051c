import Foundation

/// Durations in bins that grow by a fortieth, so that memory does not depend on how many there are.
struct LatencyHistogram: Sendable {
  private static let steps = 28.0
  private var bins = [UInt32](repeating: 0, count: 1200)
  /// How many durations.
  private(set) var count = 0
  /// Their sum, nanoseconds.
  private(set) var total = 0.0

  /// Adds a duration in nanoseconds.
  mutating func add(_ nanoseconds: UInt64) {
    count += 1
    total += Double(nanoseconds)
    bins[min(bins.count - 1, Int(log2(Double(max(nanoseconds, 1))) * Self.steps))] += 1
  }

  /// The duration in milliseconds below which a share of all lies; 0 when there are none.
  func quantile(_ share: Double) -> Double {
    guard count > 0 else { return 0 }
    let wanted = max(1, Int((Double(count) * share).rounded(.up)))
    var seen = 0
    for (index, number) in bins.enumerated() {
      seen += Int(number)
      if seen >= wanted { return exp2((Double(index) + 0.5) / Self.steps) / 1e6 }
    }
    return 0
  }
}
