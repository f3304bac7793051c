/// One-to-one matching of two sorted lists of timestamps: as many pairs as possible within a tolerance, and of those
/// matchings the one with the smallest sum of differences.
///
/// In one dimension some best matching has no crossing pairs, so a table over both lists finds it.
enum NearestMatching {
  /// The partner of the first pivot.
  ///
  /// - Parameters:
  ///   - pivots: Timestamps of the frames, ascending; at least one.
  ///   - others: Timestamps of the other input, ascending.
  ///   - tolerance: Largest difference of a pair, nanoseconds.
  /// - Returns: Index into `others`, or nil when the first pivot stays alone.
  /// - Complexity: O(P Q).
  static func partnerOfFirst(pivots: [Int64], others: [Int64], tolerance: Int64) -> Int? {
    let columns = others.count
    // best[j]: pairs and cost of the pivots from the current one on with the others from j on.
    var best = [Score](repeating: Score(), count: columns + 1)
    var row = best
    for pivot in pivots.dropFirst().reversed() {
      row[columns] = Score()
      for column in stride(from: columns - 1, through: 0, by: -1) {
        var score = max(best[column], row[column + 1])
        if let skew = skew(pivot, others[column], within: tolerance) {
          score = max(score, best[column + 1].adding(skew))
        }
        row[column] = score
      }
      swap(&best, &row)
    }
    var chosen: Int?
    var bestScore = best[0]
    for column in 0..<columns {
      guard let skew = skew(pivots[0], others[column], within: tolerance) else { continue }
      let score = best[column + 1].adding(skew)
      if bestScore < score {
        bestScore = score
        chosen = column
      }
    }
    return chosen
  }

  /// The difference of two timestamps, or nil when it is larger than the tolerance.
  static func skew(_ left: Int64, _ right: Int64, within tolerance: Int64) -> Double? {
    let (difference, overflow) = left.subtractingReportingOverflow(right)
    guard !overflow, difference != .min, abs(difference) <= tolerance else { return nil }
    return Double(abs(difference))
  }

  private struct Score: Comparable {
    var pairs = 0
    var cost = 0.0

    func adding(_ skew: Double) -> Score { Score(pairs: pairs + 1, cost: cost + skew) }

    static func < (left: Score, right: Score) -> Bool {
      left.pairs != right.pairs ? left.pairs < right.pairs : left.cost > right.cost
    }
  }
}
