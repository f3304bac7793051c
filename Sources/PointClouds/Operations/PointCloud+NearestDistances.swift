import Tensors

extension PointCloud {
  /// The distance from each point to the nearest point of another cloud.
  ///
  /// - Parameters:
  ///   - other: A cloud in the same frame, with one valid point at least.
  ///   - threads: Threads to use; the result does not depend on it.
  /// - Returns: Metres, one number a point; NaN for invalid points.
  /// - Throws: ``PointCloudError/tooFewPoints(operation:found:needed:)`` when the other cloud holds no valid point.
  public func nearestDistances(to other: PointCloud, threads: Int = PointBatch.defaultThreads)
    throws -> [Float]
  {
    let target = other.removingInvalidPoints()
    if target.count == 0 {
      throw PointCloudError.tooFewPoints(operation: "nearest distances", found: 0, needed: 1)
    }
    let valid = moved(toOrigin: other.origin).removingInvalidPoints()
    var found = try PointIndex(target, threads: threads)
      .nearest(1, to: valid.positions, threads: threads).squaredDistances.array(of: Float.self)
      .map { $0.squareRoot() }.makeIterator()
    return positions.withUnsafeElements(of: Float.self) { p in
      (0..<count).map { i in
        let isValid = p[3 * i].isFinite && p[3 * i + 1].isFinite && p[3 * i + 2].isFinite
        return isValid ? found.next() ?? .nan : .nan
      }
    }
  }
}
