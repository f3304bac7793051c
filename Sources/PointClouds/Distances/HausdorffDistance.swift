public import Tensors

/// How far the points of two sets are from each other at worst.
public struct HausdorffDistance: Sendable, Equatable {
  /// The largest distance from a point of the first set to the nearest one of the second, metres.
  public let forward: Double
  /// The largest distance from a point of the second set to the nearest one of the first, metres.
  public let backward: Double
  /// Number of the point of the first set that is farthest from the second; the lowest of several.
  public let farthestOfFirst: Int
  /// Number of the point of the second set that is farthest from the first; the lowest of several.
  public let farthestOfSecond: Int

  /// The larger of both.
  public var distance: Double { max(forward, backward) }

  /// Compares two sets.
  ///
  /// - Parameters:
  ///   - first: Shape `[N, 3]`, Float or Double.
  ///   - second: Shape `[M, 3]`, of the same type.
  ///   - threads: Threads for the search; the result does not depend on it.
  /// - Throws: ``PointCloudError`` for sets of another form, empty ones, and coordinates that are not finite.
  public init(_ first: Tensor, _ second: Tensor, threads: Int = PointBatch.defaultThreads) throws {
    let (first, second) = (first.detached(), second.detached())
    let distances = ChamferDistance(.euclidean)
    let there = Self.largest(try distances.ofEachPoint(first, to: second, threads: threads))
    let back = Self.largest(try distances.ofEachPoint(second, to: first, threads: threads))
    (forward, farthestOfFirst) = there
    (backward, farthestOfSecond) = back
  }

  private static func largest(_ distances: Tensor) -> (Double, Int) {
    var (largest, place) = (-1.0, 0)
    for (i, value) in distances.converted(to: .float64).array(of: Double.self).enumerated()
    where value > largest { (largest, place) = (value, i) }
    return (largest, place)
  }
}
