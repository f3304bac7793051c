import CKernels
import Tensors

extension PointCloud {
  /// The points whose neighbours are not unusually far away (statistical outlier removal).
  ///
  /// Of each point the mean distance to its `neighbours` nearest others is taken. Points stay whose mean is at most the mean
  /// of all points' means plus `deviations` of their standard deviations (with N - 1), as in PCL; Open3D counts the point
  /// itself among the neighbours and is reproduced with one more there.
  ///
  /// - Parameters:
  ///   - neighbours: Other points looked at, at least 1.
  ///   - deviations: Standard deviations above the mean that are allowed.
  ///   - threads: Threads to use; the result does not depend on it.
  /// - Returns: The points that stay, in their order; invalid points never do.
  /// - Throws: ``PointCloudError`` when memory is short.
  public func removingStatisticalOutliers(
    neighbours: Int = 20, deviations: Double = 2, threads: Int = PointBatch.defaultThreads
  ) throws -> PointCloud {
    precondition(neighbours > 0 && neighbours < Int(Int32.max), "\(neighbours) are no neighbours")
    let valid = validIndices()
    guard !valid.isEmpty else { return selecting([]) }
    let index = try PointIndex(
      valid.count == count ? positions : positions.selectingRows(valid), threads: threads)
    let means = try [Double](unsafeUninitializedCapacity: index.count) { means, filled in
      try PointIndex.demand(
        ckernels_mean_distances(
          index.handle, Int32(neighbours), Int32(clamping: threads), means.baseAddress))
      filled = index.count
    }
    let kept = means.withUnsafeBufferPointer { means in
      var sum = 0.0
      for mean in means { sum += mean }
      let centre = sum / Double(means.count)
      var squares = 0.0
      for mean in means { squares += (mean - centre) * (mean - centre) }
      let spread = means.count > 1 ? (squares / Double(means.count - 1)).squareRoot() : 0
      let limit = centre + deviations * spread
      var kept: [Int32] = []
      kept.reserveCapacity(means.count)
      for i in 0..<means.count where means[i] <= limit { kept.append(valid[i]) }
      return kept
    }
    return selecting(kept)
  }

  /// The points with enough others around them (radius outlier removal).
  ///
  /// - Parameters:
  ///   - radius: How far away others count; metres, not negative.
  ///   - neighbours: Other points needed no farther away.
  ///   - threads: Threads to use; the result does not depend on it.
  /// - Returns: The points that stay, in their order; invalid points never do.
  /// - Throws: ``PointCloudError`` when memory is short.
  public func removingRadiusOutliers(
    radius: Double, neighbours: Int, threads: Int = PointBatch.defaultThreads
  ) throws -> PointCloud {
    precondition(neighbours >= 0 && neighbours < Int(Int32.max), "\(neighbours) are no neighbours")
    let valid = validIndices()
    let index = try PointIndex(
      valid.count == count ? positions : positions.selectingRows(valid), threads: threads)
    // One more: each point finds itself.
    let counts = try index.neighbourCounts(
      within: Float(radius), limit: neighbours + 1, threads: threads)
    let kept = counts.withUnsafeElements(of: Int32.self) { counts in
      var kept: [Int32] = []
      kept.reserveCapacity(counts.count)
      for i in 0..<counts.count where counts[i] > neighbours { kept.append(valid[i]) }
      return kept
    }
    return selecting(kept)
  }

  /// Numbers of the points without a coordinate that is not finite, in order.
  func validIndices() -> [Int32] {
    positions.withUnsafeElements(of: Float.self) { p in
      if ckernels_first_not_finite(p.baseAddress, Int64(p.count)) < 0 {
        return (0..<Int32(truncatingIfNeeded: count)).map { $0 }
      }
      var valid: [Int32] = []
      valid.reserveCapacity(count)
      for i in 0..<count where p[3 * i].isFinite && p[3 * i + 1].isFinite && p[3 * i + 2].isFinite {
        valid.append(Int32(truncatingIfNeeded: i))
      }
      return valid
    }
  }
}
