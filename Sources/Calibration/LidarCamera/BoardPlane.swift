import Foundation
import Geometry
import Tensors

/// The plane of a board as a LiDAR sees it: the points that lie on it, and how well it is known.
struct BoardPlane {
  /// Mean of the inliers.
  let centroid: Vector3
  /// Points towards the LiDAR.
  let normal: Vector3
  /// Directions of largest and second largest extent in the plane.
  let axes: (Vector3, Vector3)
  /// Sums of the squared coordinates of the inliers along `axes`.
  let extents: (Double, Double)
  /// Number of inliers.
  let count: Int
  /// Standard deviation of the points' distances from the plane.
  let noise: Double

  /// Why there is no plane.
  struct Failure: Error {
    let reason: String
  }

  /// Finds the plane that holds most points.
  ///
  /// - Parameters:
  ///   - points: The points.
  ///   - distance: Largest distance of an inlier from the plane, metres.
  /// - Throws: ``Failure``.
  init(_ points: [Vector3], distance: Double) throws {
    let usable = points.filter { $0.x.isFinite && $0.y.isFinite && $0.z.isFinite }
    guard usable.count >= 12 else {
      throw Failure(reason: "\(usable.count) LiDAR points, at least 12 are needed")
    }
    var inliers = Self.consensus(usable, distance: distance)
    guard inliers.count >= 12 else {
      throw Failure(reason: "no plane holds 12 of its \(usable.count) LiDAR points")
    }
    guard inliers.count * 10 >= usable.count * 3 else {
      throw Failure(
        reason: "its largest plane holds \(inliers.count) of \(usable.count) LiDAR points; cut the "
          + "cloud to the board")
    }
    var fit = Self.leastSquares(inliers)
    for _ in 0..<3 {
      let near = usable.filter { abs(fit.vectors[0].dot($0 - fit.centroid)) <= distance }
      guard near.count >= 12 else { break }
      inliers = near
      fit = Self.leastSquares(near)
    }
    let total = Double(inliers.count)
    centroid = fit.centroid
    normal = fit.vectors[0].dot(fit.centroid) > 0 ? -fit.vectors[0] : fit.vectors[0]
    axes = (fit.vectors[2], fit.vectors[1])
    extents = (fit.values[2], fit.values[1])
    count = inliers.count
    noise = (max(0, fit.values[0]) / (total - 3)).squareRoot()
    let thickness = (fit.values[1] / total).squareRoot()
    guard thickness > 3 * noise, thickness > 0.02 else {
      throw Failure(
        reason: "its LiDAR points lie nearly on a line; two scan lines or more must cross the board"
      )
    }
  }

  private static func consensus(_ points: [Vector3], distance: Double) -> [Vector3] {
    var generator = SeededGenerator(seed: 1, stream: UInt64(points.count))
    var best: (normal: Vector3, offset: Double, count: Int) = (.zero, 0, 0)
    var (needed, tried) = (500, 0)
    while tried < needed {
      tried += 1
      let a = points[generator.uniform(below: points.count)]
      let b = points[generator.uniform(below: points.count)]
      let c = points[generator.uniform(below: points.count)]
      let cross = (b - a).cross(c - a)
      guard cross.length > 1e-9 else { continue }
      let normal = cross.normalized
      let offset = normal.dot(a)
      var count = 0
      for point in points where abs(normal.dot(point) - offset) <= distance { count += 1 }
      if count > best.count {
        best = (normal, offset, count)
        let share = Double(count) / Double(points.count)
        let clean = share * share * share
        let wanted = clean >= 1 ? 1 : (log(1e-4) / log1p(-clean)).rounded(.up)
        needed = min(needed, max(20, Int(min(wanted, 500))))
      }
    }
    return points.filter { abs(best.normal.dot($0) - best.offset) <= distance }
  }

  private static func leastSquares(_ points: [Vector3]) -> (
    centroid: Vector3, values: [Double], vectors: [Vector3]
  ) {
    let centroid = points.reduce(Vector3.zero, +) / Double(points.count)
    var rows = [Vector3.zero, .zero, .zero]
    for point in points {
      let offset = point - centroid
      for i in 0..<3 { rows[i] += offset * offset[i] }
    }
    let eigen = Matrix3(rows: rows).symmetricEigen
    return (centroid, eigen.values, eigen.vectors)
  }
}
