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
    for i in 0..<xyz.count where !xyz[i].isFinite {
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
