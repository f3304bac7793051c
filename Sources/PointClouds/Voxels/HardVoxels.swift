public import Tensors

/// Points by voxel, a fixed number of rows for each.
public struct HardVoxels: Sendable {
  /// The grid.
  public let lattice: VoxelLattice
  /// Number of clouds.
  public let batches: Int
  /// Points of each voxel, shape `[V, P, C]`; rows behind the last point are 0.
  public var points: Tensor
  /// Batch, x, y and z of each voxel, shape `[V, 4]`, Int32.
  public let coordinates: Tensor
  /// Number of points of each voxel, 1 to P; shape `[V]`, Int32.
  public let counts: Tensor
  /// Points that were left out.
  public let discarded: DiscardedPoints

  /// Number of voxels.
  public var count: Int { coordinates.shape[0] }

  /// The mean of each voxel's points: the features that SECOND starts from.
  ///
  /// - Returns: Shape `[V, C]`, differentiable with respect to ``points``.
  public func mean() -> Tensor {
    points.sum(axis: 1) / counts.converted(to: points.elementType).unsqueezed(1)
  }

  /// Features of each point relative to its pillar, as PointPillars uses them.
  ///
  /// They are the point's own C values, its offset from the mean of the pillar's points (3), and its offset from the centre of the pillar
  /// on the ground plane (2): nine where points have an intensity. Rows without a point are 0.
  ///
  /// - Parameters:
  ///   - includesHeight: Whether the offset from the centre has a z too (OpenPCDet: ten).
  ///   - includesDistance: Whether the point's distance from the origin follows.
  /// - Returns: Shape `[V, P, C + 5]`, or wider; differentiable with respect to ``points``.
  /// - Note: Source: Lang et al., "PointPillars: fast encoders for object detection from point clouds", CVPR 2019, section 2.1.
  public func pillarFeatures(includesHeight: Bool = false, includesDistance: Bool = false)
    -> Tensor
  {
    let type = points.elementType
    let places = points.narrowed(axis: 2, to: 0..<3)  // [V, P, 3]
    let sizes = counts.converted(to: type).reshaped(count, 1, 1)
    let mean = places.sum(axis: 1, keepDims: true) / sizes  // [V, 1, 3]
    let axes = includesHeight ? 3 : 2
    var parts = [points, places - mean]
    parts.append(
      places.narrowed(axis: 2, to: 0..<axes) - centers(type).narrowed(axis: 2, to: 0..<axes))
    if includesDistance { parts.append(places.norm(axis: 2, keepDims: true)) }
    return .concatenated(parts, axis: 2) * isPoint(type)
  }

  /// The centres of the voxels, shape `[V, 1, 3]`.
  private func centers(_ type: ElementType) -> Tensor {
    let (low, size) = (lattice.low, lattice.voxelSize)
    let centers = Tensor(shape: [count, 1, 3], of: Double.self) { target in
      coordinates.withUnsafeElements(of: Int32.self) { cells in
        for v in 0..<count {
          for axis in 0..<3 {
            target[3 * v + axis] = low[axis] + (Double(cells[4 * v + 1 + axis]) + 0.5) * size[axis]
          }
        }
      }
    }
    return centers.converted(to: type)
  }

  /// 1 where a row holds a point, else 0; shape `[V, P, 1]`.
  private func isPoint(_ type: ElementType) -> Tensor {
    let rows = points.shape[1]
    let mask = Tensor(shape: [count, rows, 1], of: Float.self) { target in
      counts.withUnsafeElements(of: Int32.self) { counts in
        for v in 0..<count {
          for row in 0..<rows { target[v * rows + row] = row < Int(counts[v]) ? 1 : 0 }
        }
      }
    }
    return mask.converted(to: type)
  }
}
