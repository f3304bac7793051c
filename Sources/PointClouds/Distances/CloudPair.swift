import Tensors

/// Two batches of point sets that are compared, set by set.
struct CloudPair {
  let first: [Tensor]
  let second: [Tensor]
  let isBatched: Bool

  /// Checks the forms `[B, N, 3]` and `[B, M, 3]`, or `[N, 3]` and `[M, 3]`, of one real type, without empty sets.
  init(_ first: Tensor, _ second: Tensor, for operation: String) throws {
    for points in [first, second] {
      guard points.rank == 2 || points.rank == 3, points.shape[points.rank - 1] == 3,
        points.elementType == .float32 || points.elementType == .float64
      else {
        throw PointCloudError.unsuitableInput(
          operation: operation,
          reason:
            "points are [B, N, 3] or [N, 3] of float32 or float64, not \(points.shape) of \(points.elementType)"
        )
      }
      guard points.shape[points.rank - 2] > 0 else {
        throw PointCloudError.tooFewPoints(operation: operation, found: 0, needed: 1)
      }
    }
    guard first.rank == second.rank, first.elementType == second.elementType,
      first.rank == 2 || first.shape[0] == second.shape[0]
    else {
      throw PointCloudError.unsuitableInput(
        operation: operation,
        reason:
          "sets of \(first.shape) \(first.elementType) and of \(second.shape) \(second.elementType)"
      )
    }
    isBatched = first.rank == 3
    self.first = isBatched ? first.unstacked(axis: 0) : [first]
    self.second = isBatched ? second.unstacked(axis: 0) : [second]
  }

  /// One value for each pair of sets, as a batch where the sets were one.
  func joined(_ values: [Tensor]) -> Tensor { isBatched ? .stacked(values) : values[0] }
}

/// The nearest point of another set for each point.
enum NearestPoints {
  /// Numbers of the nearest points, the lower among equally near ones; Int64, for gathering.
  static func indices(of queries: Tensor, in points: Tensor, threads: Int) throws -> Tensor {
    let (queries, points) = (queries.detached(), points.detached())
    guard queries.elementType == .float64 else {
      return try NearestNeighbours(count: 1).search(points, queries: queries, threads: threads)
        .indices.reshaped([queries.shape[0]]).converted(to: .int64)
    }
    return try Tensor(shape: [queries.shape[0]], of: Int64.self) { target in
      try queries.withUnsafeElements(of: Double.self) { queries in
        try points.withUnsafeElements(of: Double.self) { points in
          guard queries.allSatisfy({ $0.isFinite }), points.allSatisfy({ $0.isFinite }) else {
            throw PointCloudError.unsuitableInput(
              operation: "nearest points", reason: "a coordinate is not finite")
          }
          for i in 0..<target.count {
            target[i] = nearest(queries[3 * i], queries[3 * i + 1], queries[3 * i + 2], points)
          }
        }
      }
    }
  }

  /// One after the other, in double precision.
  private static func nearest(
    _ x: Double, _ y: Double, _ z: Double, _ points: UnsafeBufferPointer<Double>
  ) -> Int64 {
    var (best, least) = (0, Double.infinity)
    for j in 0..<points.count / 3 {
      let (dx, dy, dz) = (points[3 * j] - x, points[3 * j + 1] - y, points[3 * j + 2] - z)
      let square = dx * dx + dy * dy + dz * dz
      if square < least { (best, least) = (j, square) }
    }
    return Int64(best)
  }
}
