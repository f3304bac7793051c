public import Tensors

/// The k nearest points of query points, exact: distances in single precision, ties decided for the lower index.
public struct NearestNeighbours: Sendable {
  /// Neighbours wanted of each query.
  public var count: Int

  /// A search.
  ///
  /// - Parameter count: Neighbours wanted of each query, at least 1.
  public init(count: Int) {
    precondition(count > 0, "\(count) neighbours cannot be searched")
    self.count = count
  }

  /// Searches in each cloud of a batch; a point that is a query itself is its own neighbour.
  ///
  /// - Parameters:
  ///   - points: Shape `[B, N, 3]` or `[N, 3]`, Float.
  ///   - queries: Shape `[B, Q, 3]` or `[Q, 3]`, Float; the points themselves when left out.
  ///   - threads: Threads to use; the result does not depend on it.
  /// - Returns: Numbers of the points (Int32) and their squared distances (Float), nearest first, both `[B, Q, count]` or
  ///   `[Q, count]`; -1 and infinity beyond the number of points.
  /// - Throws: ``PointCloudError`` when shapes do not fit or a coordinate is not finite.
  public func search(
    _ points: Tensor, queries: Tensor? = nil, threads: Int = PointBatch.defaultThreads
  ) throws -> (indices: Tensor, squaredDistances: Tensor) {
    let operation = "nearest neighbours"
    let wanted = queries ?? points
    let batch = try PointBatch(points, for: operation)
    let queryBatch = try PointBatch(wanted, for: operation)
    try batch.requireSameClouds(queryBatch, for: operation)
    let shape = queryBatch.shape(replacingPointsBy: [queryBatch.count, count])
    var indices = Tensor(repeating: Int32(-1), shape: shape)
    var distances = Tensor(repeating: Float.infinity, shape: shape)
    try points.withUnsafeElements(of: Float.self) { xyz in
      try wanted.withUnsafeElements(of: Float.self) { centres in
        try batch.requireFinite(xyz, for: operation)
        if queries != nil { try queryBatch.requireFinite(centres, for: operation) }
        guard let source = xyz.baseAddress, let centres = centres.baseAddress, batch.count > 0,
          queryBatch.count > 0
        else { return }
        indices.withUnsafeMutableElements(of: Int32.self) { indices in
          distances.withUnsafeMutableElements(of: Float.self) { distances in
            guard let indices = indices.baseAddress, let distances = distances.baseAddress else {
              return
            }
            for cloud in 0..<batch.clouds {
              let start = cloud * queryBatch.count
              search(
                NeighbourSearch(source + 3 * cloud * batch.count, count: batch.count),
                of: centres + 3 * start, queryBatch.count, themselves: queries == nil,
                threads: threads, indices + start * count, distances + start * count)
            }
          }
        }
      }
    }
    return (indices, distances)
  }

  private func search(
    _ search: NeighbourSearch, of centres: UnsafePointer<Float>, _ queries: Int, themselves: Bool,
    threads: Int, _ indices: UnsafeMutablePointer<Int32>, _ distances: UnsafeMutablePointer<Float>
  ) {
    guard let centres = SharedMemory(centres), let indices = SharedMemory(indices),
      let distances = SharedMemory(distances)
    else { return }
    let limit = count
    let available = min(limit, search.buckets.count)
    PointBatch.divide(queries, threads: threads, chunk: 512) { part in
      for place in part {
        // The points themselves are searched in the order of the buckets, whose memory is then at hand.
        let query =
          themselves
          ? Int(Int32(bitPattern: search.buckets.places[place].w.bitPattern)) : place
        let point = SIMD4(
          centres.base[3 * query], centres.base[3 * query + 1], centres.base[3 * query + 2], 0)
        let found = NeighbourSearch.Nearest(
          limit: available, distances: distances.base + query * limit,
          numbers: indices.base + query * limit)
        search.nearest(to: point, found)
      }
    }
  }
}
