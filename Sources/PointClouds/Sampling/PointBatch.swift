import CKernels
import Foundation
import Tensors

/// The layout of points as operations on batches of clouds take them.
public struct PointBatch: Sendable {
  /// Number of clouds.
  public let clouds: Int
  /// Points of each cloud.
  public let count: Int
  private let isBatched: Bool

  /// The threads that operations use when none are named: all cores.
  public static var defaultThreads: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// Checks the form `[B, N, 3]` or `[N, 3]` of Float.
  init(_ points: Tensor, for operation: String) throws {
    guard points.elementType == .float32, points.rank == 2 || points.rank == 3,
      points.shape[points.rank - 1] == 3
    else {
      throw PointCloudError.unsuitableInput(
        operation: operation,
        reason:
          "points are [B, N, 3] or [N, 3] of float32, not \(points.shape) of \(points.elementType)"
      )
    }
    isBatched = points.rank == 3
    clouds = isBatched ? points.shape[0] : 1
    count = points.shape[points.rank - 2]
    guard count <= Int(Int32.max) else {
      throw PointCloudError.unsuitableInput(
        operation: operation, reason: "\(count) points are more than an Int32 can number")
    }
  }

  /// The shape of a result with these axes for each cloud.
  func shape(replacingPointsBy axes: [Int]) -> [Int] { isBatched ? [clouds] + axes : axes }

  /// Refuses coordinates that are not finite.
  func requireFinite(_ xyz: UnsafeBufferPointer<Float>, for operation: String) throws {
    let i = ckernels_first_not_finite(xyz.baseAddress, Int64(xyz.count))
    if i >= 0 {
      throw PointCloudError.unsuitableInput(
        operation: operation, reason: "point \(i / 3) has a coordinate that is not finite")
    }
  }

  /// Refuses another batch with another number of clouds.
  func requireSameClouds(_ other: PointBatch, for operation: String) throws {
    guard clouds == other.clouds, isBatched == other.isBatched else {
      throw PointCloudError.unsuitableInput(
        operation: operation, reason: "batches of \(clouds) and of \(other.clouds) clouds")
    }
  }

  /// Indexes each cloud and searches among its points.
  ///
  /// Threads share the clouds where there are enough of them, and the queries of one cloud otherwise.
  ///
  /// - Parameters:
  ///   - queries: As many clouds of queries.
  ///   - memory: Where the first cloud's points, queries and results are; those of the others follow.
  ///   - threads: Threads to use.
  ///   - search: Searches in one cloud on a number of threads; returns a kernel's status.
  /// - Throws: ``PointCloudError`` when memory is short.
  func search<Other>(
    _ queries: PointBatch, in memory: SearchMemory<Other>, threads: Int,
    _ search: @Sendable (OpaquePointer, SearchMemory<Other>, Int32) -> Int32
  ) throws {
    let apart = clouds >= threads
    let within = Int32(clamping: apart ? 1 : max(1, threads))
    var statuses = [Int32](repeating: 0, count: clouds)
    statuses.withUnsafeMutableBufferPointer { statuses in
      guard let statuses = SharedMemory(statuses.baseAddress) else { return }
      Self.divide(clouds, threads: apart ? threads : 1, chunk: 1) { part in
        for cloud in part {
          let places = memory.cloud(cloud, of: self, queries)
          let index = ckernels_point_index_create(places.points, Int64(count), within)
          defer { ckernels_point_index_release(index) }
          statuses.base[cloud] = index.map { search($0, places, within) } ?? 1
        }
      }
    }
    if statuses.contains(where: { $0 != 0 }) { throw PointIndex.shortOfMemory }
  }

  /// Calls `body` with the parts of `0 ..< count`, on several threads; the parts do not depend on the number of threads.
  static func divide(
    _ count: Int, threads: Int, chunk: Int, _ body: @Sendable (Range<Int>) -> Void
  ) {
    let chunks = (count + chunk - 1) / chunk
    let workers = max(1, min(threads, chunks))
    guard workers > 1 else {
      for part in 0..<chunks { body(part * chunk..<min((part + 1) * chunk, count)) }
      return
    }
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      for part in stride(from: worker, to: chunks, by: workers) {
        body(part * chunk..<min((part + 1) * chunk, count))
      }
    }
  }
}

/// Memory that several threads use, each writing to elements of its own.
struct SharedMemory<Pointer>: @unchecked Sendable {
  let base: Pointer

  init?(_ base: Pointer?) {
    guard let base else { return nil }
    self.base = base
  }
}

/// Where a search finds points and queries, and puts two values for each place of a query.
struct SearchMemory<Other>: @unchecked Sendable {
  let points: UnsafePointer<Float>?
  let queries: UnsafePointer<Float>?
  let indices: UnsafeMutablePointer<Int32>?
  let others: UnsafeMutablePointer<Other>?
  private let indexCount: Int
  private let otherCount: Int

  init(
    _ points: UnsafeBufferPointer<Float>, _ queries: UnsafeBufferPointer<Float>,
    _ indices: UnsafeMutableBufferPointer<Int32>, _ others: UnsafeMutableBufferPointer<Other>
  ) {
    self.init(
      points: points.baseAddress, queries: queries.baseAddress, indices: indices.baseAddress,
      others: others.baseAddress, indexCount: indices.count, otherCount: others.count)
  }

  private init(
    points: UnsafePointer<Float>?, queries: UnsafePointer<Float>?,
    indices: UnsafeMutablePointer<Int32>?, others: UnsafeMutablePointer<Other>?, indexCount: Int,
    otherCount: Int
  ) {
    self.points = points
    self.queries = queries
    self.indices = indices
    self.others = others
    self.indexCount = indexCount
    self.otherCount = otherCount
  }

  /// The same for one cloud of a batch.
  func cloud(_ number: Int, of batch: PointBatch, _ queryBatch: PointBatch) -> SearchMemory {
    SearchMemory(
      points: points.map { $0 + 3 * number * batch.count },
      queries: queries.map { $0 + 3 * number * queryBatch.count },
      indices: indices.map { $0 + number * (indexCount / batch.clouds) },
      others: others.map { $0 + number * (otherCount / batch.clouds) }, indexCount: indexCount,
      otherCount: otherCount)
  }
}
