public import Tensors

/// The mean distance from the points of a set to the nearest points of another, one way or both ways.
///
/// Nearest points are exact: by the index of ``NearestNeighbours`` for Float, by trying all pairs for Double. Gradients are taken with the
/// pairs as they are: a point pulls on its nearest one only.
public struct ChamferDistance: Sendable {
  /// What is averaged.
  public enum Measure: Sendable, CaseIterable {
    /// Squared distances, square metres.
    case squared
    /// Distances, metres.
    case euclidean
  }

  /// Which ways are counted.
  public enum Direction: Sendable, CaseIterable {
    /// From the first set to the second.
    case forward
    /// From the first set to the second, plus from the second to the first.
    case both
  }

  /// What is averaged.
  public var measure: Measure
  /// Which ways are counted.
  public var direction: Direction

  /// A distance.
  ///
  /// - Parameters:
  ///   - measure: What is averaged.
  ///   - direction: Which ways are counted.
  public init(_ measure: Measure = .squared, direction: Direction = .both) {
    self.measure = measure
    self.direction = direction
  }

  /// The distance of each pair of sets.
  ///
  /// - Parameters:
  ///   - first: Shape `[B, N, 3]` or `[N, 3]`, Float or Double.
  ///   - second: Shape `[B, M, 3]` or `[M, 3]`, of the same type.
  ///   - threads: Threads for the search; the result does not depend on it.
  /// - Returns: Shape `[B]` or a scalar, differentiable.
  /// - Throws: ``PointCloudError`` for sets of another form, empty ones, and coordinates that are not finite.
  public func distance(
    _ first: Tensor, _ second: Tensor, threads: Int = PointBatch.defaultThreads
  ) throws -> Tensor {
    let sets = try CloudPair(first, second, for: "chamfer distance")
    return sets.joined(
      try zip(sets.first, sets.second).map { a, b in
        let there = try nearest(a, b, threads: threads).mean()
        return direction == .both ? there + (try nearest(b, a, threads: threads).mean()) : there
      })
  }

  /// Distances from the points of a set to the nearest points of another.
  ///
  /// - Parameters:
  ///   - points: Shape `[N, 3]`, Float or Double.
  ///   - others: Shape `[M, 3]`, of the same type.
  ///   - threads: Threads for the search; the result does not depend on it.
  /// - Returns: Shape `[N]`, squared or not, differentiable.
  /// - Throws: ``PointCloudError`` for sets of another form, empty ones, and coordinates that are not finite.
  public func ofEachPoint(
    _ points: Tensor, to others: Tensor, threads: Int = PointBatch.defaultThreads
  ) throws -> Tensor {
    let sets = try CloudPair(points, others, for: "chamfer distance")
    guard !sets.isBatched else {
      throw PointCloudError.unsuitableInput(
        operation: "chamfer distance", reason: "points are [N, 3], not \(points.shape)")
    }
    return try nearest(points, others, threads: threads)
  }

  private func nearest(_ points: Tensor, _ others: Tensor, threads: Int) throws -> Tensor {
    let indices = try NearestPoints.indices(of: points, in: others, threads: threads)
    let offsets = points - others.selected(axis: 0, at: indices)
    return measure == .squared ? offsets.square().sum(axis: 1) : offsets.norm(axis: 1)
  }
}
