public import Configuration
import Geometry
import PointClouds
import Tensors

/// The part of space that a detector of LiDAR scans looks at, and its cells.
public struct LidarRange: ParameterSet, ParameterValue {
  /// Lowest x, y and z, metres.
  @Setting("Lowest x, y and z, metres", in: -10_000...10_000) public var low = [0.0, -25.6, -3]
  /// Highest x, y and z, metres.
  @Setting("Highest x, y and z, metres", in: -10_000...10_000) public var high = [51.2, 25.6, 1.2]
  /// Edges of a voxel along x, y and z, metres.
  @Setting("Edges of a voxel along x, y and z, metres", in: 0.001...1000)
  public var voxelSize = [0.1, 0.1, 0.15]

  /// The defaults: what lies ahead within 50 m.
  public init() {}

  /// A range.
  ///
  /// - Parameters:
  ///   - low: Lowest x, y and z, metres.
  ///   - high: Highest x, y and z, metres.
  ///   - voxelSize: Edges of a voxel along x, y and z, metres.
  public init(low: [Double], high: [Double], voxelSize: [Double]) {
    (self.low, self.high, self.voxelSize) = (low, high, voxelSize)
  }

  /// The grid of voxels.
  ///
  /// - Throws: ``ModelError/configuration(_:)``.
  func lattice() throws -> VoxelLattice {
    guard low.count == 3, high.count == 3, voxelSize.count == 3 else {
      throw ModelError.configuration("low, high and voxel_size have three numbers: x, y and z")
    }
    func vector(_ n: [Double]) -> Vector3 { Vector3(n[0], n[1], n[2]) }
    do {
      return try VoxelLattice(
        from: vector(low), to: vector(high), voxelSize: vector(voxelSize))
    } catch { throw ModelError.configuration("\(error)") }
  }
}

extension VoxelLattice {
  /// Checks that a map and all its smaller versions have whole cells, and not too many of them.
  func requireMap(multiple step: Int) throws(ModelError) {
    guard cells[0] % step == 0, cells[1] % step == 0 else {
      throw .configuration(
        "the range has \(cells[0]) x \(cells[1]) voxels; the network needs multiples of \(step)")
    }
    let (count, overflow) = cells[0].multipliedReportingOverflow(by: cells[1])
    guard !overflow, count <= 1 << 26 else {
      throw .configuration(
        "the range has \(cells[0]) x \(cells[1]) voxels seen from above, over 2^26")
    }
  }
}

extension BirdsEyeGrid {
  /// The map of a grid of voxels, so many of them a cell.
  init(_ lattice: VoxelLattice, stride: Int) {
    self.init(
      low: (lattice.low.x, lattice.low.y),
      cell: (lattice.voxelSize.x * Double(stride), lattice.voxelSize.y * Double(stride)),
      rows: lattice.cells[1] / stride, columns: lattice.cells[0] / stride)
  }
}

/// The points of a cloud as detectors read them.
///
/// - Parameters:
///   - cloud: A cloud.
///   - usesIntensity: Whether the intensity is read; otherwise, and where there is none, it is 0.
/// - Returns: x, y, z in the cloud's frame, intensity; `[N, 4]`, float32.
func lidarPoints(_ cloud: PointCloud, usesIntensity: Bool) -> Tensor {
  let intensity = usesIntensity ? cloud.attributes["intensity"]?.converted(to: .float32) : nil
  let width = intensity?.shape[1] ?? 1
  return Tensor(shape: [cloud.count, 4], of: Float.self) { target in
    cloud.positions.withUnsafeElements(of: Float.self) { positions in
      for i in 0..<cloud.count {
        for k in 0..<3 { target[4 * i + k] = positions[3 * i + k] }
        target[4 * i + 3] = 0
      }
      if cloud.origin != .zero {
        for i in 0..<cloud.count {
          for k in 0..<3 {
            target[4 * i + k] = Float(Double(positions[3 * i + k]) + cloud.origin[k])
          }
        }
      }
    }
    guard width > 0 else { return }
    intensity?.withUnsafeElements(of: Float.self) { values in
      for i in 0..<cloud.count where values[width * i].isFinite {
        target[4 * i + 3] = values[width * i]
      }
    }
  }
}
