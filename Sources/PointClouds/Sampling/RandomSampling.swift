public import Tensors

/// Random sampling: points drawn with equal chances, without repetition.
public struct RandomSampling: Sendable {
  /// Number of samples.
  public var count: Int
  /// Whether points are repeated where there are fewer than samples.
  public var repeatsWhenShort: Bool

  /// A sampling rule.
  ///
  /// - Parameters:
  ///   - count: Number of samples, not negative.
  ///   - repeatsWhenShort: Whether points are repeated where there are fewer than samples; otherwise that is an error.
  public init(count: Int, repeatsWhenShort: Bool = false) {
    precondition(count >= 0, "\(count) points cannot be sampled")
    self.count = count
    self.repeatsWhenShort = repeatsWhenShort
  }

  /// Samples each cloud of a batch.
  ///
  /// - Parameters:
  ///   - points: Shape `[B, N, 3]` or `[N, 3]`, Float.
  ///   - generator: Source of chance.
  /// - Returns: Numbers of the points in the order in which they were drawn, shape `[B, count]` or `[count]`, Int32. Where points
  ///   are repeated, each occurs before any occurs once more.
  /// - Throws: ``PointCloudError`` when the shape does not fit or there are too few points.
  public func indices(of points: Tensor, using generator: inout SeededGenerator) throws -> Tensor {
    let batch = try PointBatch(points, for: "random sampling")
    guard count == 0 || batch.count >= (repeatsWhenShort ? 1 : count) || batch.clouds == 0 else {
      throw PointCloudError.tooFewPoints(
        operation: "random sampling", found: batch.count, needed: repeatsWhenShort ? 1 : count)
    }
    return Tensor(shape: batch.shape(replacingPointsBy: [count]), of: Int32.self) { out in
      var order = [Int32](repeating: 0, count: batch.count)
      for cloud in 0..<batch.clouds {
        for i in 0..<batch.count { order[i] = Int32(truncatingIfNeeded: i) }
        for place in 0..<count {
          // Fisher and Yates, as far as samples are needed; round after round where points are repeated.
          let drawn = place % batch.count
          order.swapAt(drawn, drawn + generator.uniform(below: batch.count - drawn))
          out[cloud * count + place] = order[drawn]
        }
      }
    }
  }
}
