public import Geometry

/// A regular grid of cells over a box in space.
///
/// Along each axis a point belongs to the cell `floor((p - low) / size)`, computed in the precision of the points (as spconv,
/// mmdetection3d and OpenPCDet do in float32), if that is at least 0 and below the number of cells. So a point on the wall between two
/// cells belongs to the upper one, a point at the low end to the first cell, a point at the high end to none; and a point that is nearer
/// to a wall than rounding can tell belongs to the side it is rounded to.
public struct VoxelLattice: Sendable, Equatable {
  /// Corner with the lowest coordinates, metres.
  public let low: Vector3
  /// Edges of a cell, metres.
  public let voxelSize: Vector3
  /// Numbers of cells along x, y and z.
  public let cells: [Int]

  /// A grid over a range.
  ///
  /// - Parameters:
  ///   - low: Lowest coordinates, metres.
  ///   - high: Highest coordinates, metres; where the range is no whole number of cells it is rounded to the nearest.
  ///   - voxelSize: Edges of a cell, metres, above 0.
  /// - Throws: ``PointCloudError/unsuitableInput(operation:reason:)`` for a range without cells or with 2^31 or more along an axis or
  ///   2^62 or more in all.
  public init(from low: Vector3, to high: Vector3, voxelSize: Vector3) throws {
    let extents = [high.x - low.x, high.y - low.y, high.z - low.z]
    let sizes = [voxelSize.x, voxelSize.y, voxelSize.z]
    var cells: [Int] = []
    for (extent, size) in zip(extents, sizes) {
      let number = (extent / size).rounded()
      guard size > 0, number >= 1, number < 0x1p31 else {
        throw PointCloudError.unsuitableInput(
          operation: "voxel lattice",
          reason: "a range of \(extent) m has no cells of \(size) m, or over 2^31 of them")
      }
      cells.append(Int(number))
    }
    let (columns, _) = cells[0].multipliedReportingOverflow(by: cells[1])
    let (all, overflow) = columns.multipliedReportingOverflow(by: cells[2])
    guard !overflow, all < 1 << 62 else {
      throw PointCloudError.unsuitableInput(
        operation: "voxel lattice", reason: "\(cells) cells are over 2^62")
    }
    self.low = low
    self.voxelSize = voxelSize
    self.cells = cells
  }

  /// Number of cells.
  public var count: Int { cells.reduce(1, *) }
}
