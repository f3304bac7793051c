extension [Double] {
  /// Each element replaced by the largest from there on.
  var fallingEnvelope: [Double] {
    var (result, largest) = (self, -Double.infinity)
    for place in indices.reversed() {
      largest = Swift.max(largest, self[place])
      result[place] = largest
    }
    return result
  }
}

/// Precision over recall of detections in the order of their scores.
public struct PrecisionRecall: Sendable, Equatable {
  /// Recall after each detection, rising.
  public var recall: [Double]
  /// Precision after each detection.
  public var precision: [Double]
  /// True objects.
  public var truth: Int

  /// The curve of detections that are right or wrong.
  ///
  /// - Parameters:
  ///   - isHit: Whether each detection is right, surest first.
  ///   - truth: Number of true objects.
  public init(isHit: [Bool], truth: Int) {
    self.truth = truth
    var hits = 0
    (recall, precision) = ([], [])
    for (place, hit) in isHit.enumerated() {
      if hit { hits += 1 }
      recall.append(truth > 0 ? Double(hits) / Double(truth) : 0)
      precision.append(Double(hits) / Double(place + 1))
    }
  }

  /// The area under the falling envelope (VOC 2010 and later), 0 to 1; not a number without true objects.
  public var area: Double {
    guard truth > 0 else { return .nan }
    let envelope = precision.fallingEnvelope
    var (area, before) = (0.0, 0.0)
    for (place, value) in recall.enumerated() where value > before {
      area += (value - before) * envelope[place]
      before = value
    }
    return area
  }

  /// The largest recall, 0 to 1; not a number without true objects.
  public var finalRecall: Double { truth > 0 ? recall.last ?? 0 : .nan }
}

/// An interval of a statistic, from items drawn with replacement (the percentile bootstrap).
///
/// - Parameters:
///   - count: Number of items.
///   - draws: Number of draws.
///   - confidence: Part of the draws that lie inside.
///   - generator: Source of the draws.
///   - statistic: The statistic of some items, given by their numbers; values that are not finite are left out.
/// - Returns: The interval; nil without items or values.
/// - Note: Source: Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 1979.
public func bootstrapInterval<G: RandomNumberGenerator>(
  count: Int, draws: Int = 200, confidence: Double = 0.95, using generator: inout G,
  _ statistic: ([Int]) -> Double
) -> ClosedRange<Double>? {
  guard count > 0, draws > 0 else { return nil }
  let values = (0..<draws).map { _ in
    statistic((0..<count).map { _ in Int.random(in: 0..<count, using: &generator) })
  }.filter(\.isFinite).sorted()
  guard !values.isEmpty else { return nil }
  func quantile(_ share: Double) -> Double {
    let place = share * Double(values.count - 1)
    let low = Int(place)
    let high = min(low + 1, values.count - 1)
    return values[low] + (values[high] - values[low]) * (place - Double(low))
  }
  let outside = (1 - confidence) / 2
  return quantile(outside)...quantile(1 - outside)
}
