/// What a run measured of one node.
struct NodeStatistics: Sendable {
  private(set) var durations = LatencyHistogram()
  private(set) var largestQueue = 0
  private var queueSum = 0

  /// Adds one frame's work.
  mutating func add(nanoseconds: UInt64, queue: Int) {
    durations.add(nanoseconds)
    queueSum += queue
    largestQueue = max(largestQueue, queue)
  }

  /// Mean number of other frames that waited for this node when it began one.
  var meanQueue: Double { durations.count == 0 ? 0 : Double(queueSum) / Double(durations.count) }
}
