import CKernels
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
    precondition(count >= 0 && count <= Int(Int32.max), "\(count) points cannot be sampled")
    self.count = count
    self.startIndex = startIndex
    self.ignoresPointsNearOrigin = ignoresPointsNearOrigin
  }

  /// Samples each cloud of a batch.
  ///
  /// - Parameters:
  ///   - points: Shape `[B, N, 3]` or `[N, 3]`, Float.
  ///   - threads: Threads to use; clouds are shared out among them, and the ordering of a single cloud's points.
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
      return try Tensor(shape: shape, of: Int32.self) { out in
        try batch.search(batch, in: SearchMemory(xyz, xyz, out, out), threads: threads) {
          index, places, _ in
          ckernels_farthest_points(
            index, Int32(clamping: count), Int32(startIndex), ignoresPointsNearOrigin ? 1 : 0,
            places.indices)
        }
      }
    }
  }
}
