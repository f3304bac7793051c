import SensorLogs

/// How frames with times of their own become a video of constant rate.
struct VideoTiming: Equatable {
  /// Frames each second.
  var rate: Double
  /// How often each frame is shown, at least once.
  var repeats: [Int]

  /// A frame is held for this long at most, seconds: a gap in a log is not shown in full.
  static let longestHold = 10.0
  static let slowest = 0.1
  static let fastest = 240.0

  /// The timing for frames.
  ///
  /// - Parameters:
  ///   - times: Instants of the frames, in order.
  ///   - rate: Frames each second; nil takes it from the usual distance of the frames and holds frames before gaps, so that the
  ///     video lasts as long as the log.
  init(_ times: [Timestamp], rate: Double? = nil) {
    if let rate {
      self.rate = rate
      repeats = [Int](repeating: 1, count: times.count)
      return
    }
    let gaps = zip(times.dropFirst(), times).map { Double($0 - $1) / 1e9 }
    let positive = gaps.filter { $0 > 0 }.sorted()
    guard !positive.isEmpty else {
      self.rate = 25
      repeats = [Int](repeating: 1, count: times.count)
      return
    }
    // The mean of distances that are not gaps: containers round times to milliseconds, which would shift a median.
    let limit = 1.5 * positive[positive.count / 2]
    let usual = positive.prefix { $0 <= limit }
    let period = usual.reduce(0, +) / Double(usual.count)
    let found = min(max(1 / period, Self.slowest), Self.fastest)
    self.rate = found
    let most = max(1, Int((Self.longestHold * found).rounded()))
    // The ideal place of the next frame, and where the frames before really end.
    var (ideal, end) = (0.0, 0)
    repeats = gaps.map { gap in
      ideal += max(0, gap) * found
      let count = max(1, min(most, Int(ideal.rounded()) - end))
      if count == most { ideal = Double(end + count) }
      end += count
      return count
    }
    repeats.append(1)
  }
}
