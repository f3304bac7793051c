import Configuration
import PointClouds
import Tensors

/// What voxels tell an encoder.
enum VoxelFeatures: String, CaseIterable, ParameterValue {
  /// Means of x, y, z and intensity (SECOND).
  case absolute
  /// Offset of the mean from the voxel's centre in halves of its edges, height in the range from 0 to
  /// 1, intensity, and 1: the same wherever an object stands, and precise far away.
  case relative

  /// Numbers of a voxel.
  var count: Int { self == .absolute ? 4 : 6 }
}

/// The voxels of one cloud: coordinates batch, z, y, x, and features.
struct VoxelMeans {
  let coordinates: Tensor
  let features: Tensor

  /// Voxels of points.
  ///
  /// - Parameters:
  ///   - points: `[N, 4]`.
  ///   - lattice: The grid.
  ///   - kind: What voxels tell.
  ///   - pointLimit: How many of a voxel's points its mean takes, the first; 0 for all.
  ///   - limit: Most voxels; of more some are left out, evenly over their order.
  /// - Throws: ``PointClouds/PointCloudError`` when memory is short.
  init(
    _ points: Tensor, _ lattice: VoxelLattice, _ kind: VoxelFeatures, pointLimit: Int, limit: Int
  ) throws {
    let (found, means) = try Self.means(points, lattice, pointLimit: pointLimit)
    let (all, kept) = (found.shape[0], min(found.shape[0], limit))
    // The first voxel of each of `kept` equal shares.
    let rows = (0..<kept).map { ($0 * all + kept - 1) / kept }
    coordinates = Tensor(shape: [kept, 4], of: Int32.self) { target in
      found.withUnsafeElements(of: Int32.self) { cells in
        for (place, row) in rows.enumerated() {
          for k in 0..<4 { target[4 * place + k] = cells[4 * row + (4 - k) % 4] }
        }
      }
    }
    let width = kind.count
    let (low, size) = (lattice.low, lattice.voxelSize)
    let height = size.z * Double(lattice.cells[2])
    features = Tensor(shape: [kept, width], of: Float.self) { target in
      means.withUnsafeElements(of: Float.self) { means in
        found.withUnsafeElements(of: Int32.self) { cells in
          for (place, row) in rows.enumerated() {
            let feature = width * place
            guard kind == .relative else {
              for k in 0..<4 { target[feature + k] = means[4 * row + k] }
              continue
            }
            for k in 0..<3 {
              let centre = low[k] + (Double(cells[4 * row + 1 + k]) + 0.5) * size[k]
              target[feature + k] = Float((Double(means[4 * row + k]) - centre) * 2 / size[k])
            }
            target[feature + 3] = Float((Double(means[4 * row + 2]) - low.z) / height)
            target[feature + 4] = means[4 * row + 3]
            target[feature + 5] = 1
          }
        }
      }
    }
  }

  /// Coordinates batch, x, y, z of all voxels, and the means of their points.
  private static func means(
    _ points: Tensor, _ lattice: VoxelLattice, pointLimit: Int
  ) throws -> (coordinates: Tensor, means: Tensor) {
    guard pointLimit > 0 else {
      let voxels = try DynamicVoxelizer(lattice).voxelize(points)
      return (voxels.coordinates, try voxels.mean(points))
    }
    let voxels = try HardVoxelizer(
      lattice, pointLimit: pointLimit, voxelLimit: Int(Int32.max)
    ).voxelize(points)
    return (voxels.coordinates, voxels.mean())
  }
}
