import Foundation
import Geometry
import PointClouds
import Tensors

/// Registration of two scans, on the peers' own inputs.
///
/// The check value is the error in translation in metres, their `trans_err_m`.
enum RegistrationBenchmarks {
  static func operations(data folder: String, threads: Int) throws -> [BenchOperation] {
    guard let target = try CloudBenchmarks.cloud("lidar_seq_0", in: folder),
      let source = try CloudBenchmarks.cloud("lidar_seq_1", in: folder),
      let truth = try truth(in: folder)
    else { return [] }
    let scene = Scene(source: source, target: target, truth: truth, threads: threads)
    // Errors of pairs on one surface are far below this; edges and seen-through points are above.
    let kernel = RobustKernel.gemanMcClure(width: 0.1)
    let reduced: [(String, Registration)] = [
      ("reg_p2p_0.25", Registration(method: .pointToPoint)),
      ("reg_p2plane_0.25", Registration(method: .pointToPlane)),
      ("reg_gicp_0.25", Registration(kernel: kernel)),
    ]
    return try reduced.map { try scene.reduced($0.0, $0.1) } + [
      scene.raw("reg_full_icp_raw120k", Registration(method: .pointToPoint)),
      scene.raw("reg_full_gicp_raw120k", Registration(kernel: kernel)),
    ]
  }

  private struct Scene {
    var source, target: PointCloud
    var truth: Pose
    var threads: Int
    static let voxel = 0.25

    /// From reduced clouds: indices, normals and alignment.
    func reduced(_ name: String, _ registration: Registration) throws -> BenchOperation {
      let (a, b) = (try reducedAsOpen3D(source), try reducedAsOpen3D(target))
      return BenchOperation(name: name, count: a.count) {
        error(try registration.align(a, to: b, threads: threads))
      }
    }

    /// From raw scans: the voxel filter as well.
    func raw(_ name: String, _ registration: Registration) -> BenchOperation {
      BenchOperation(name: name, count: source.count) {
        let clouds = try [source, target].map {
          try $0.voxelDownsampled(voxelSize: Self.voxel, threads: threads)
        }
        return error(try registration.align(clouds[0], to: clouds[1], threads: threads))
      }
    }

    private func error(_ result: RegistrationResult) -> Double {
      (truth.inverse * result.targetFromSource).translation.length
    }

    /// The peers' script reduces with Open3D, whose grid begins half a voxel below the smallest coordinates.
    private func reducedAsOpen3D(_ cloud: PointCloud) throws -> PointCloud {
      guard let lower = cloud.bounds()?.lower else { return cloud }
      let shift = lower - Self.voxel / 2
      let thin = try cloud.moved(toOrigin: shift).voxelDownsampled(voxelSize: Self.voxel)
      return thin.moved(toOrigin: .zero)
    }
  }

  /// The pose of the second scan in the first: poses are 4 x 4 matrices in Double.
  private static func truth(in folder: String) throws -> Pose? {
    let path = "\(folder)/lidar_poses.npy"
    guard let data = FileManager.default.contents(atPath: path), data.count >= 10 else {
      return nil
    }
    let start = 10 + Int(data[8]) + 256 * Int(data[9])
    guard data.count >= start + 256 else { return nil }
    let m = (0..<32).map { i -> Double in
      let bits = (0..<8).reduce(UInt64(0)) { $0 | UInt64(data[start + 8 * i + $1]) << (8 * $1) }
      return Double(bitPattern: bits)
    }
    func pose(_ m: ArraySlice<Double>) -> Pose {
      let m = Array(m)
      return Pose(
        rotation: Quaternion(
          Matrix3(rowMajor: [m[0], m[1], m[2], m[4], m[5], m[6], m[8], m[9], m[10]])),
        translation: Vector3(m[3], m[7], m[11]))
    }
    return pose(m[0..<16]).inverse * pose(m[16..<32])
  }
}
