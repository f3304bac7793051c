import CKernels
public import Tensors

/// The k nearest points of query points, exact: distances in single precision, ties decided for the lower index.
public struct NearestNeighbours: Sendable {
  /// Neighbours wanted of each query.
  public var count: Int

  /// A search.
  ///
  /// - Parameter count: Neighbours wanted of each query, at least 1.
  public init(count: Int) {
    precondition(count > 0 && count <= Int(Int32.max), "\(count) neighbours cannot be searched")
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
    return try points.withUnsafeElements(of: Float.self) { xyz in
      try wanted.withUnsafeElements(of: Float.self) { centres in
        try batch.requireFinite(xyz, for: operation)
        if queries != nil { try queryBatch.requireFinite(centres, for: operation) }
        var distances = Tensor([Float](), shape: [0])
        let indices = try Tensor(shape: shape, of: Int32.self) { indices in
          distances = try Tensor(shape: shape, of: Float.self) { distances in
            let places = SearchMemory(xyz, centres, indices, distances)
            try batch.search(queryBatch, in: places, threads: threads) { index, places, threads in
              ckernels_nearest(
                index, queries == nil ? nil : places.queries, Int64(queryBatch.count),
                Int32(clamping: count), .infinity, threads, places.indices, places.others)
            }
          }
        }
        return (indices, distances)
      }
    }
  }
}
