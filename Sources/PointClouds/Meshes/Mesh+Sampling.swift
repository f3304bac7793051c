public import Tensors

extension Mesh {
  /// Random points on the surface, independent of each other and uniform by area.
  ///
  /// The triangle is drawn by its share of the area, the place in it uniformly. Points get the attribute `normal` (of the
  /// corners, the vertices, or else of the triangle), `color`, `texture` and all other attributes: numbers between the corners
  /// for reals and bytes, the nearest corner's for other whole numbers; and the attributes of their triangle. Triangles
  /// without area get no point. Large coordinates get an ``PointCloud/origin``.
  ///
  /// - Parameters:
  ///   - count: Number of points.
  ///   - generator: Source of the samples; the same state gives the same points.
  /// - Returns: The points.
  /// - Throws: ``PointCloudError/unsuitableInput(operation:reason:)`` when the mesh has no area.
  /// - Complexity: O(T + N log T).
  public func sampledUniformly(count: Int, using generator: inout SeededGenerator) throws
    -> PointCloud
  {
    precondition(count >= 0, "\(count) points cannot be drawn")
    return pointCloud(at: try surfacePoints(count: count, using: &generator))
  }

  /// Points on the surface at distances from each other as even as possible.
  ///
  /// Of `oversampling` times as many random points those that crowd most are taken away one by one. Attributes as with
  /// ``sampledUniformly(count:using:)``.
  ///
  /// - Parameters:
  ///   - count: Number of points.
  ///   - oversampling: Random points per point wanted, at least 1; 5 is enough as a rule.
  ///   - generator: Source of the samples; the same state gives the same points.
  /// - Returns: The points, in the order in which they were drawn.
  /// - Throws: ``PointCloudError/unsuitableInput(operation:reason:)`` when the mesh has no area.
  /// - Complexity: O(T + M log M) for M random points.
  /// - Note: Source: Yuksel, "Sample elimination for generating Poisson disk sample sets", Computer Graphics Forum 34, 2015,
  ///   with alpha 8, beta 0.5, gamma 1.5.
  public func sampledEvenly(
    count: Int, oversampling: Double = 5, using generator: inout SeededGenerator
  ) throws -> PointCloud {
    precondition(count >= 0, "\(count) points cannot be drawn")
    precondition(oversampling >= 1, "an oversampling of \(oversampling) leaves too few points")
    let total = max(count, Int((Double(count) * oversampling).rounded()))
    let drawn = try surfacePoints(count: total, using: &generator)
    let points = withCorners { corners in drawn.map { $0.place(corners) } }
    let finite = faceAreas().reduce(0) { $1.isFinite ? $0 + $1 : $0 }
    let kept = SampleElimination(points: points, area: finite, count: count).kept
    return pointCloud(at: kept.map { drawn[$0] })
  }

  private func surfacePoints(count: Int, using generator: inout SeededGenerator) throws
    -> [SurfacePoint]
  {
    var sums = faceAreas()
    var total = 0.0
    for face in sums.indices {
      if sums[face].isFinite { total += sums[face] }
      sums[face] = total
    }
    guard count == 0 || (total > 0 && total.isFinite) else {
      throw PointCloudError.unsuitableInput(
        operation: "sampling a mesh",
        reason: "its \(triangleCount) triangles have no area; a cloud of points has no surface")
    }
    return (0..<count).map { _ in
      let target = generator.uniform() * total
      // The first triangle whose sum lies above the target.
      var (low, high) = (0, sums.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if sums[middle] > target { high = middle } else { low = middle + 1 }
      }
      var (u, v) = (generator.uniform(), generator.uniform())
      if u + v > 1 { (u, v) = (1 - u, 1 - v) }
      return SurfacePoint(face: Int32(truncatingIfNeeded: low), u: u, v: v)
    }
  }
}
