import CPCL
public import Tensors

/// A kd-tree over the points of a cloud (PCL's, over FLANN): exact nearest neighbours.
public final class KDTree: @unchecked Sendable {
  private let handle: OpaquePointer
  /// Number of points.
  public let count: Int

  /// Builds a tree over a copy of the points.
  ///
  /// - Parameter cloud: A cloud of valid points, at least one.
  /// - Throws: ``PointCloudError`` when there is no point or one is not finite.
  public init(_ cloud: PointCloud) throws {
    count = cloud.count
    var tree: OpaquePointer?
    try cloud.positions.withUnsafeElements(of: Float.self) { xyz in
      try Self.check("building a kd-tree") {
        cpcl_kdtree_create(xyz.baseAddress, cloud.count, &tree)
      }
    }
    guard let tree else {
      throw PointCloudError.libraryFailed(operation: "building a kd-tree", reason: "no tree")
    }
    handle = tree
  }

  deinit { cpcl_kdtree_release(handle) }

  /// The nearest points of each query point, nearest first.
  ///
  /// - Parameters:
  ///   - queries: Shape `[Q, 3]`, Float, finite; metres.
  ///   - k: Neighbours wanted, at least 1.
  /// - Returns: Their numbers and squared distances, each `Q * k` values; -1 and infinity beyond the number of points.
  /// - Throws: ``PointCloudError`` when a query is not finite.
  public func nearest(to queries: Tensor, k: Int) throws -> (
    indices: [Int32], squaredDistances: [Float]
  ) {
    precondition(k > 0, "\(k) neighbours cannot be searched")
    let rows = queries.shape[0]
    var indices = [Int32](repeating: -1, count: rows * k)
    var distances = [Float](repeating: .infinity, count: rows * k)
    try queries.withUnsafeElements(of: Float.self) { xyz in
      try Self.check("searching neighbours") {
        cpcl_kdtree_nearest(handle, xyz.baseAddress, rows, k, &indices, &distances)
      }
    }
    return (indices, distances)
  }

  /// The points within a distance of a query point, nearest first.
  ///
  /// - Parameters:
  ///   - radius: Metres, above 0.
  ///   - query: The query; finite; metres.
  ///   - limit: Largest number of points returned.
  /// - Returns: Their numbers.
  /// - Throws: ``PointCloudError`` when the query or the radius is not finite.
  public func within(_ radius: Float, of query: SIMD3<Float>, limit: Int = .max) throws -> [Int32] {
    var indices = [Int32](repeating: -1, count: min(count, max(limit, 0)))
    var found = 0
    try Self.check("searching neighbours") {
      cpcl_kdtree_within(
        handle, [query.x, query.y, query.z], radius, indices.count, &indices, &found)
    }
    return Array(indices.prefix(found))
  }

  static func check(_ operation: String, _ call: () -> cpcl_status) throws {
    guard call() != CPCL_OK else { return }
    throw PointCloudError.libraryFailed(
      operation: operation, reason: String(cString: cpcl_last_error()))
  }
}

extension PointCloud {
  /// The distance from each point to the nearest point of another cloud.
  ///
  /// - Parameter other: A cloud in the same frame, with one valid point at least.
  /// - Returns: Metres, one number a point; NaN for invalid points.
  /// - Throws: ``PointCloudError/tooFewPoints(operation:found:needed:)`` when the other cloud holds no valid point.
  public func nearestDistances(to other: PointCloud) throws -> [Float] {
    let target = other.removingInvalidPoints()
    if target.count == 0 {
      throw PointCloudError.tooFewPoints(operation: "nearest distances", found: 0, needed: 1)
    }
    let tree = try KDTree(target)
    let valid = removingInvalidPoints()
    var found = try tree.nearest(to: valid.positions, k: 1).squaredDistances
      .map { $0.squareRoot() }.makeIterator()
    return positions.withUnsafeElements(of: Float.self) { p in
      (0..<count).map { i in
        let isValid = p[3 * i].isFinite && p[3 * i + 1].isFinite && p[3 * i + 2].isFinite
        return isValid ? found.next() ?? .nan : .nan
      }
    }
  }
}
