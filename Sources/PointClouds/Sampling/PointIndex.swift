import CKernels
public import Tensors

/// An index over points for exact neighbour searches: built once, then searched on any number of threads.
///
/// Squared distances are `dx * dx + dy * dy + dz * dz` in single precision. Of equal distances the lower number comes first, so
/// that no result depends on the order of the points in the index, on threads or on the processor.
public final class PointIndex: @unchecked Sendable {
  let handle: OpaquePointer
  /// Number of points.
  public let count: Int

  /// Indexes points.
  ///
  /// - Parameters:
  ///   - points: Shape `[N, 3]`, Float, all finite; metres.
  ///   - threads: Threads to use; the index does not depend on it.
  /// - Throws: ``PointCloudError`` when the shape does not fit, a coordinate is not finite or memory is short.
  public convenience init(_ points: Tensor, threads: Int = PointBatch.defaultThreads) throws {
    let batch = try PointBatch(points, for: Self.operation)
    guard points.rank == 2 else {
      throw PointCloudError.unsuitableInput(
        operation: Self.operation, reason: "points are [N, 3], not \(points.shape)")
    }
    let handle = try points.withUnsafeElements(of: Float.self) { xyz in
      try batch.requireFinite(xyz, for: Self.operation)
      return ckernels_point_index_create(
        xyz.baseAddress, Int64(batch.count), Int32(clamping: threads))
    }
    guard let handle else { throw Self.shortOfMemory }
    self.init(handle, count: batch.count)
  }

  /// Indexes the points of a cloud, which must all be valid.
  ///
  /// - Parameters:
  ///   - cloud: The cloud.
  ///   - threads: Threads to use; the index does not depend on it.
  /// - Throws: ``PointCloudError`` when a point is invalid or memory is short.
  public convenience init(_ cloud: PointCloud, threads: Int = PointBatch.defaultThreads) throws {
    try self.init(cloud.positions, threads: threads)
  }

  private init(_ handle: OpaquePointer, count: Int) {
    self.handle = handle
    self.count = count
  }

  deinit { ckernels_point_index_release(handle) }

  static let operation = "neighbour search"
  static var shortOfMemory: PointCloudError {
    .libraryFailed(operation: operation, reason: "memory is short")
  }

  /// The k nearest points of each query, nearest first.
  ///
  /// - Parameters:
  ///   - k: Neighbours wanted, at least 1.
  ///   - queries: Shape `[Q, 3]`, Float, finite; the points themselves when left out.
  ///   - radius: Points farther away are left out; metres, not negative.
  ///   - threads: Threads to use; the result does not depend on it.
  /// - Returns: Their numbers (Int32) and squared distances (Float), both `[Q, k]`; -1 and infinity where fewer are found.
  /// - Throws: ``PointCloudError`` when the queries do not fit or memory is short.
  public func nearest(
    _ k: Int, to queries: Tensor? = nil, within radius: Float = .infinity,
    threads: Int = PointBatch.defaultThreads
  ) throws -> (indices: Tensor, squaredDistances: Tensor) {
    precondition(k > 0 && k <= Int(Int32.max), "\(k) neighbours cannot be searched")
    Self.check(radius)
    return try withQueries(queries) { xyz, rows in
      var distances = Tensor([Float](), shape: [0])
      let indices = try Tensor(shape: [rows, k], of: Int32.self) { indices in
        distances = try Tensor(shape: [rows, k], of: Float.self) { distances in
          try Self.demand(
            ckernels_nearest(
              handle, xyz, Int64(rows), Int32(k), radius, Int32(clamping: threads),
              indices.baseAddress,
              distances.baseAddress))
        }
      }
      return (indices, distances)
    }
  }

  /// How many points are no farther than a radius from each query.
  ///
  /// - Parameters:
  ///   - radius: Metres, not negative.
  ///   - queries: Shape `[Q, 3]`, Float, finite; the points themselves when left out.
  ///   - limit: Counting stops here.
  ///   - threads: Threads to use; the result does not depend on it.
  /// - Returns: `[Q]` Int32, each at most `limit`.
  /// - Throws: ``PointCloudError`` when the queries do not fit or memory is short.
  public func neighbourCounts(
    within radius: Float, of queries: Tensor? = nil, limit: Int = Int(Int32.max),
    threads: Int = PointBatch.defaultThreads
  ) throws -> Tensor {
    Self.check(radius)
    return try withQueries(queries) { xyz, rows in
      try Tensor(shape: [rows], of: Int32.self) { counts in
        try Self.demand(
          ckernels_count_within(
            handle, xyz, Int64(rows), radius, Int32(clamping: limit), Int32(clamping: threads),
            counts.baseAddress))
      }
    }
  }

  /// All points no farther than a radius from each query, one list after the other.
  ///
  /// - Parameters:
  ///   - radius: Metres, not negative.
  ///   - queries: Shape `[Q, 3]`, Float, finite; the points themselves when left out.
  ///   - largestTotal: Most numbers that all lists together may hold (four bytes each).
  ///   - threads: Threads to use; the result does not depend on it.
  /// - Returns: The lists.
  /// - Throws: ``PointCloudError`` when the queries do not fit, there are more neighbours, or memory is short.
  public func neighbours(
    within radius: Float, of queries: Tensor? = nil, largestTotal: Int = 1 << 30,
    threads: Int = PointBatch.defaultThreads
  ) throws -> NeighbourLists {
    let counts = try neighbourCounts(within: radius, of: queries, threads: threads)
    let starts = Tensor(shape: [counts.count + 1], of: Int64.self) { starts in
      counts.withUnsafeElements(of: Int32.self) { counts in
        var sum: Int64 = 0
        for (row, count) in counts.enumerated() {
          starts[row] = sum
          sum += Int64(count)
        }
        starts[counts.count] = sum
      }
    }
    return try starts.withUnsafeElements(of: Int64.self) { places in
      let total = Int(places[counts.count])
      guard total <= largestTotal else {
        throw PointCloudError.unsuitableInput(
          operation: Self.operation,
          reason: "\(total) neighbours within \(radius) m are more than \(largestTotal)")
      }
      let indices = try withQueries(queries) { xyz, rows in
        try Tensor(shape: [total], of: Int32.self) { indices in
          try Self.demand(
            ckernels_list_within(
              handle, xyz, Int64(rows), radius, Int32(clamping: threads), places.baseAddress,
              indices.baseAddress))
        }
      }
      return NeighbourLists(starts: starts, indices: indices)
    }
  }

  private static func check(_ radius: Float) {
    precondition(radius >= 0, "neighbours within \(radius) m cannot be searched")
  }

  static func demand(_ status: Int32) throws {
    if status != 0 { throw shortOfMemory }
  }

  /// Calls `body` with the queries, checked, and their number; NULL stands for the points themselves.
  private func withQueries<Result>(
    _ queries: Tensor?, _ body: (UnsafePointer<Float>?, Int) throws -> Result
  ) throws -> Result {
    guard let queries else { return try body(nil, count) }
    let batch = try PointBatch(queries, for: Self.operation)
    guard queries.rank == 2 else {
      throw PointCloudError.unsuitableInput(
        operation: Self.operation, reason: "queries are [Q, 3], not \(queries.shape)")
    }
    return try queries.withUnsafeElements(of: Float.self) { xyz in
      try batch.requireFinite(xyz, for: Self.operation)
      return try body(xyz.baseAddress, batch.count)
    }
  }
}

/// Lists of neighbours of several queries, one behind the other.
public struct NeighbourLists: Sendable {
  /// Where each query's list begins in ``indices``, and the end of the last: `[Q + 1]` Int64.
  public let starts: Tensor
  /// The numbers of the points, in order within each list: Int32.
  public let indices: Tensor

  /// Number of queries.
  public var count: Int { starts.count - 1 }

  /// The list of one query.
  ///
  /// - Parameter query: Its number.
  /// - Returns: Numbers of points, in order.
  public func list(_ query: Int) -> [Int32] {
    starts.withUnsafeElements(of: Int64.self) { starts in
      indices.withUnsafeElements(of: Int32.self) {
        Array($0[Int(starts[query])..<Int(starts[query + 1])])
      }
    }
  }
}
