import CKernels
import Foundation
public import Geometry
public import Tensors

/// A cloud made ready for registration: an index over its points and, where wanted, the neighbours and normals of each.
///
/// Many scans can be aligned with one of these. Coordinates are kept relative to a local origin, the points' mean rounded to
/// whole metres, so that large ones (UTM) given in double precision lose nothing.
public final class RegistrationCloud: @unchecked Sendable {
  /// The local origin in the cloud's frame; metres.
  public let origin: Vector3
  /// Number of valid points.
  public let count: Int
  /// Neighbours of each point over which normals are fitted; 0: none are known.
  public let neighbourCount: Int
  /// Root mean square distance of the points from the local origin; metres.
  let spread: Double
  let points: KernelMemory<Float>
  let index: OpaquePointer
  /// `neighbourCount` for each point, nearest first; empty where none are known, like the two below.
  let neighbours: KernelMemory<Int32>
  let neighbourDistances: KernelMemory<Float>
  let normals: KernelMemory<Float>

  /// Makes points ready.
  ///
  /// - Parameters:
  ///   - positions: Shape `[N, 3]`, Float or Double, metres; points that are not finite are left out.
  ///   - neighbours: Points, itself included, over which the normal of each is fitted; 0 for none.
  ///   - threads: Threads to use; the result does not depend on it.
  /// - Throws: ``PointCloudError`` when the shape does not fit, no point is valid or memory is short.
  public convenience init(
    _ positions: Tensor, neighbours: Int, threads: Int = PointBatch.defaultThreads
  ) throws {
    try self.init(positions, relativeTo: .zero, neighbours: neighbours, threads: threads)
  }

  private init(
    _ positions: Tensor, relativeTo base: Vector3, neighbours count: Int, threads: Int
  ) throws {
    let operation = "registration"
    guard positions.rank == 2, positions.shape[1] == 3, positions.shape[0] <= Int(Int32.max),
      [.float32, .float64].contains(positions.elementType)
    else {
      throw PointCloudError.unsuitableInput(
        operation: operation,
        reason:
          "points are [N, 3] of float32 or float64, not \(positions.shape) of \(positions.elementType)"
      )
    }
    precondition(count >= 0 && count <= 1024, "normals over \(count) neighbours cannot be fitted")
    let local =
      positions.elementType == .float32
      ? positions.withUnsafeElements(of: Float.self) { LocalPoints($0) }
      : positions.withUnsafeElements(of: Double.self) { LocalPoints($0) }
    guard let points = local.points else {
      throw PointCloudError.tooFewPoints(operation: operation, found: 0, needed: 1)
    }
    guard ckernels_first_not_finite(points.base, Int64(points.count)) < 0 else {
      throw PointCloudError.unsuitableInput(
        operation: operation, reason: "the coordinates are too large")
    }
    let n = points.count / 3
    let threads = Int32(clamping: threads)
    guard let index = ckernels_point_index_create(points.base, Int64(n), threads) else {
      throw PointIndex.shortOfMemory
    }
    let distances = KernelMemory<Float>(count: n * count) { _ in }
    var status: Int32 = 0
    let neighbours = KernelMemory<Int32>(count: n * count) { lists in
      guard count > 0 else { return }
      status = ckernels_nearest(
        index, nil, Int64(n), Int32(count), .infinity, threads, lists, distances.base)
    }
    normals = KernelMemory(count: count > 0 ? 3 * n : 0) { normals in
      guard count > 0, status == 0 else { return }
      ckernels_neighbourhood_normals(
        points.base, points.base, Int64(n), neighbours.base, Int32(count), threads, normals)
    }
    (self.points, self.index, self.neighbours) = (points, index, neighbours)
    (neighbourDistances, origin, spread) = (distances, base + local.origin, local.spread)
    (self.count, neighbourCount) = (n, count)
    try PointIndex.demand(status)
  }

  /// Makes a cloud's points ready.
  ///
  /// - Parameters:
  ///   - cloud: The cloud; invalid points are left out.
  ///   - neighbours: Points, itself included, over which the normal of each is fitted; 0 for none.
  ///   - threads: Threads to use; the result does not depend on it.
  /// - Throws: ``PointCloudError`` when no point is valid or memory is short.
  public convenience init(
    _ cloud: PointCloud, neighbours: Int, threads: Int = PointBatch.defaultThreads
  ) throws {
    try self.init(
      cloud.positions, relativeTo: cloud.origin, neighbours: neighbours, threads: threads)
  }

  deinit { ckernels_point_index_release(index) }
}

/// Points relative to their mean, which is rounded to whole metres.
private struct LocalPoints {
  /// Nil when none is valid.
  var points: KernelMemory<Float>?
  var origin = Vector3.zero
  var spread = 0.0

  init<Number: BinaryFloatingPoint>(_ source: UnsafeBufferPointer<Number>) {
    var sum = Vector3.zero
    var n = 0.0
    for i in stride(from: 0, to: source.count, by: 3) {
      let p = Vector3(Double(source[i]), Double(source[i + 1]), Double(source[i + 2]))
      guard (p * 0).sum() == 0 else { continue }
      sum += p
      n += 1
    }
    guard n > 0 else { return }
    origin = (sum / n).rounded(.toNearestOrEven)
    let middle = origin
    var squares = 0.0
    points = KernelMemory(count: 3 * Int(n)) { memory in
      var filled = 0
      for i in stride(from: 0, to: source.count, by: 3) {
        let p = Vector3(Double(source[i]), Double(source[i + 1]), Double(source[i + 2]))
        guard (p * 0).sum() == 0 else { continue }
        let local = p - middle
        squares += (local * local).sum()
        for axis in 0..<3 { memory[filled + axis] = Float(local[axis]) }
        filled += 3
      }
    }
    spread = (squares / n).squareRoot()
  }
}
