public import Tensors

/// Farthest point sampling: each sample is the point with the largest distance to the samples before it.
///
/// The result is exact: the same as computing every distance in single precision, with ties decided for the lowest index,
/// on any number of threads. When no distance above zero is left (more samples than distinct points), point 0 is repeated,
/// as in PointNet++.
public struct FarthestPointSampling: Sendable {
  /// Number of samples.
  public var count: Int
  /// The first sample.
  public var startIndex: Int
  /// Whether points with a squared norm of at most 1e-3 are never chosen, the first sample excepted.
  ///
  /// The kernels of the original PointNet++ and VoteNet do this; needed only to reproduce their results.
  public var ignoresPointsNearOrigin: Bool

  /// A sampling rule.
  ///
  /// - Parameters:
  ///   - count: Number of samples, not negative.
  ///   - startIndex: The first sample.
  ///   - ignoresPointsNearOrigin: Whether points near the origin are never chosen, as in the original.
  public init(count: Int, startIndex: Int = 0, ignoresPointsNearOrigin: Bool = false) {
    precondition(count >= 0, "\(count) points cannot be sampled")
    self.count = count
    self.startIndex = startIndex
    self.ignoresPointsNearOrigin = ignoresPointsNearOrigin
  }

  /// Samples each cloud of a batch.
  ///
  /// - Parameters:
  ///   - points: Shape `[B, N, 3]` or `[N, 3]`, Float.
  ///   - threads: Threads to use; clouds are shared out among them.
  /// - Returns: Numbers of the points in the order of sampling, shape `[B, count]` or `[count]`, Int32.
  /// - Throws: ``PointCloudError`` when a coordinate is not finite or the start index is none of a point.
  public func indices(of points: Tensor, threads: Int = PointBatch.defaultThreads) throws -> Tensor
  {
    let batch = try PointBatch(points, for: "farthest point sampling")
    let shape = batch.shape(replacingPointsBy: [count])
    guard count > 0, batch.clouds > 0 else { return Tensor([Int32](), shape: shape) }
    guard (0..<batch.count).contains(startIndex) else {
      throw PointCloudError.tooFewPoints(
        operation: "farthest point sampling", found: batch.count, needed: max(startIndex, 0) + 1)
    }
    return try points.withUnsafeElements(of: Float.self) { xyz in
      try batch.requireFinite(xyz, for: "farthest point sampling")
      return Tensor(shape: shape, of: Int32.self) { out in
        guard let source = SharedMemory(xyz.baseAddress), let target = SharedMemory(out.baseAddress)
        else { return }
        PointBatch.divide(batch.clouds, threads: threads, chunk: 1) { clouds in
          for cloud in clouds {
            sample(
              source.base + cloud * batch.count * 3, batch.count,
              into: target.base + cloud * count)
          }
        }
      }
    }
  }

  private func sample(_ xyz: UnsafePointer<Float>, _ n: Int, into out: UnsafeMutablePointer<Int32>)
  {
    let buckets = PointBuckets(xyz, count: n, bucketSize: n < 1024 ? 16 : 128)
    let distances = BucketDistances(buckets, ignoringPointsNearOrigin: ignoresPointsNearOrigin)
    out[0] = Int32(truncatingIfNeeded: startIndex)
    for sample in 1..<max(count, 1) {
      let last = Int(out[sample - 1])
      distances.lower(by: SIMD4(xyz[3 * last], xyz[3 * last + 1], xyz[3 * last + 2], 0))
      out[sample] = distances.farthest()
    }
  }
}
