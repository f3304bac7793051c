public import Tensors

/// How far points are from a surface.
public struct SurfaceDistances: Sendable {
  /// Distance of each point to the nearest place on the surface, shape `[N]`, Double, metres.
  ///
  /// NaN for invalid points, infinity when the mesh has no triangles.
  public var distances: Tensor
  /// Triangle with that place, the lowest of equally near ones, shape `[N]`, Int32; -1 = none.
  public var triangles: Tensor
  /// The nearest places, shape `[N, 3]`, Double, metres; NaN = none.
  public var places: Tensor

  /// The largest distance of a valid point, which is the one-sided Hausdorff distance; 0 without valid points.
  public var largest: Double { valid.max() ?? 0 }
  /// Mean distance of the valid points; 0 without any.
  public var mean: Double { valid.isEmpty ? 0 : valid.reduce(0, +) / Double(valid.count) }
  /// Root of the mean squared distance of the valid points; 0 without any.
  public var rootMeanSquare: Double {
    valid.isEmpty ? 0 : (valid.reduce(0) { $0 + $1 * $1 } / Double(valid.count)).squareRoot()
  }

  private var valid: [Double] { distances.array(of: Double.self).filter { !$0.isNaN } }
}

extension Mesh {
  /// Distances of a cloud's points to the surface: to triangles, not to vertices.
  ///
  /// With the points drawn from another mesh (``sampledEvenly(count:oversampling:using:)``) the largest one approaches the
  /// Hausdorff distance from that mesh to this one.
  ///
  /// - Parameter cloud: Points in the mesh's frame.
  /// - Returns: Distances, triangles and nearest places.
  /// - Complexity: O(T log T + N log T) as a rule.
  public func distances(to cloud: PointCloud) -> SurfaceDistances {
    let tree = TriangleTree(self)
    let points = cloud.places().array(of: Double.self)
    let count = cloud.count
    var distances = [Double](repeating: .nan, count: count)
    var triangles = [Int32](repeating: -1, count: count)
    var places = [Double](repeating: .nan, count: 3 * count)
    for i in 0..<count {
      let point = SIMD3(points[3 * i], points[3 * i + 1], points[3 * i + 2])
      guard let nearest = tree.nearest(to: point) else {
        if (point.x + point.y + point.z).isFinite { distances[i] = .infinity }
        continue
      }
      distances[i] = nearest.square.squareRoot()
      triangles[i] = nearest.triangle
      for k in 0..<3 { places[3 * i + k] = nearest.place[k] }
    }
    return SurfaceDistances(
      distances: Tensor(distances), triangles: Tensor(triangles),
      places: Tensor(places, shape: [count, 3]))
  }
}
