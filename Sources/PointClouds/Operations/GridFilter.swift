import CKernels
import Tensors

/// The occupied cubes of a grid through the origin, numbered in the order of their first points.
final class GridFilter {
  private let handle: OpaquePointer
  private let pointCount: Int
  private let threads: Int32
  /// Number of cubes.
  let count: Int

  /// Sorts points, shape `[N, 3]`, into cubes.
  init(_ positions: Tensor, voxelSize: Double, threads: Int) throws {
    pointCount = positions.shape[0]
    let threads = Int32(clamping: threads)
    self.threads = threads
    guard pointCount <= Int(Int32.max) else {
      throw PointCloudError.unsuitableInput(
        operation: "voxel grid", reason: "\(pointCount) points are more than an Int32 can number")
    }
    var filter: OpaquePointer?
    let status = positions.withUnsafeElements(of: Float.self) { p in
      ckernels_grid_filter_create(
        p.baseAddress, Int64(p.count / 3), voxelSize, threads, &filter)
    }
    guard let filter else {
      guard status == 2 else {
        throw PointCloudError.libraryFailed(operation: "voxel grid", reason: "out of memory")
      }
      let farthest = positions.withUnsafeElements(of: Float.self) { p in
        p.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
      }
      throw PointCloudError.gridTooFine(voxelSize: voxelSize, coordinate: Double(farthest))
    }
    handle = filter
    count = Int(ckernels_grid_filter_count(filter))
  }

  deinit { ckernels_grid_filter_release(handle) }

  /// The mean of each cube's points, shape `[count, 3]`.
  func means() -> Tensor {
    Tensor(shape: [count, 3], of: Float.self) { target in
      ckernels_grid_filter_means(handle, threads, target.baseAddress)
    }
  }

  /// The number of the first point in each cube.
  func firsts() -> [Int32] {
    [Int32](unsafeUninitializedCapacity: count) { target, filled in
      ckernels_grid_filter_points(handle, threads, target.baseAddress, nil)
      filled = count
    }
  }

  /// The number of points in each cube.
  func sizes() -> [Int32] {
    [Int32](unsafeUninitializedCapacity: count) { target, filled in
      ckernels_grid_filter_points(handle, threads, nil, target.baseAddress)
      filled = count
    }
  }

  /// The cube of each point, -1 for invalid points.
  func owners() -> [Int32] {
    [Int32](unsafeUninitializedCapacity: pointCount) { target, filled in
      ckernels_grid_filter_owners(handle, threads, target.baseAddress)
      filled = pointCount
    }
  }
}
