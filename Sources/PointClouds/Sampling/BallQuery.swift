import CKernels
public import Tensors

/// The first points, in index order, within a ball around each query point: the grouping rule of PointNet++.
///
/// A point belongs to the ball when its squared distance is below the squared radius, both in single precision. Places
/// beyond the number of hits repeat the first hit; a ball without a hit has 0 in every place and the count 0.
public struct BallQuery: Sendable {
  /// Radius of the balls, metres.
  public var radius: Float
  /// Points taken of each ball.
  public var count: Int

  /// A query.
  ///
  /// - Parameters:
  ///   - radius: Radius of the balls in metres, not negative.
  ///   - count: Points taken of each ball, at least 1.
  public init(radius: Float, count: Int) {
    precondition(radius >= 0, "a ball cannot have the radius \(radius)")
    precondition(count > 0 && count <= Int(Int32.max), "\(count) points cannot be taken")
    self.radius = radius
    self.count = count
  }

  /// Searches in each cloud of a batch.
  ///
  /// - Parameters:
  ///   - points: Shape `[B, N, 3]` or `[N, 3]`, Float.
  ///   - centres: Centres of the balls, shape `[B, M, 3]` or `[M, 3]`, Float.
  ///   - threads: Threads to use; the result does not depend on it.
  /// - Returns: Numbers of the points, `[B, M, count]` or `[M, count]`, and how many of them are hits, `[B, M]` or `[M]`;
  ///   both Int32.
  /// - Throws: ``PointCloudError`` when shapes do not fit or a coordinate is not finite.
  public func search(
    _ points: Tensor, around centres: Tensor, threads: Int = PointBatch.defaultThreads
  ) throws -> (indices: Tensor, counts: Tensor) {
    let operation = "ball query"
    let batch = try PointBatch(points, for: operation)
    let balls = try PointBatch(centres, for: operation)
    try batch.requireSameClouds(balls, for: operation)
    return try points.withUnsafeElements(of: Float.self) { xyz in
      try centres.withUnsafeElements(of: Float.self) { centres in
        try batch.requireFinite(xyz, for: operation)
        try balls.requireFinite(centres, for: operation)
        var counts = Tensor([Int32](), shape: [0])
        let indices = try Tensor(
          shape: balls.shape(replacingPointsBy: [balls.count, count]), of: Int32.self
        ) { indices in
          counts = try Tensor(shape: balls.shape(replacingPointsBy: [balls.count]), of: Int32.self)
          { counts in
            let places = SearchMemory(xyz, centres, indices, counts)
            try batch.search(balls, in: places, threads: threads) { index, places, threads in
              ckernels_within(
                index, places.queries, Int64(balls.count), Int32(clamping: count), radius, threads,
                places.indices, places.others)
            }
            for ball in 0..<counts.count where counts[ball] == 0 {
              for place in 0..<count { indices[ball * count + place] = 0 }
            }
          }
        }
        return (indices, counts)
      }
    }
  }
}
