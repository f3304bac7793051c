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
    precondition(count > 0, "\(count) points cannot be taken")
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
    var indices = Tensor(
      repeating: Int32(0), shape: balls.shape(replacingPointsBy: [balls.count, count]))
    var counts = Tensor(repeating: Int32(0), shape: balls.shape(replacingPointsBy: [balls.count]))
    try points.withUnsafeElements(of: Float.self) { xyz in
      try centres.withUnsafeElements(of: Float.self) { centres in
        try batch.requireFinite(xyz, for: operation)
        try balls.requireFinite(centres, for: operation)
        guard let source = xyz.baseAddress, let centres = centres.baseAddress, batch.count > 0
        else { return }
        indices.withUnsafeMutableElements(of: Int32.self) { indices in
          counts.withUnsafeMutableElements(of: Int32.self) { counts in
            guard let indices = indices.baseAddress, let counts = counts.baseAddress else { return }
            for cloud in 0..<batch.clouds {
              let start = cloud * balls.count
              search(
                NeighbourSearch(source + 3 * cloud * batch.count, count: batch.count),
                around: centres + 3 * start, balls.count, threads: threads,
                indices + start * count, counts + start)
            }
          }
        }
      }
    }
    return (indices, counts)
  }

  private func search(
    _ search: NeighbourSearch, around centres: UnsafePointer<Float>, _ balls: Int, threads: Int,
    _ indices: UnsafeMutablePointer<Int32>, _ counts: UnsafeMutablePointer<Int32>
  ) {
    guard let centres = SharedMemory(centres), let indices = SharedMemory(indices),
      let counts = SharedMemory(counts)
    else { return }
    let limit = count
    let squaredRadius = radius * radius
    PointBatch.divide(balls, threads: threads, chunk: 256) { part in
      for ball in part {
        let centre = SIMD4(
          centres.base[3 * ball], centres.base[3 * ball + 1], centres.base[3 * ball + 2], 0)
        let found = indices.base + ball * limit
        let hits = search.within(squaredRadius, of: centre, limit: limit, found)
        counts.base[ball] = Int32(truncatingIfNeeded: hits)
        if hits > 0 { for place in hits..<limit { found[place] = found[0] } }
      }
    }
  }
}
