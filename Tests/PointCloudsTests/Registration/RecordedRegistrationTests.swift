import Foundation
import Geometry
import Tensors
import TestSupport
import Testing

@testable import PointClouds

@Suite(.enabled(if: SharedData.isPresent, "no recordings"))
struct RecordedRegistrationTests {
  private typealias Scenes = RegistrationScenes

  private static func numbers(_ file: String) throws -> [[Double]] {
    try String(contentsOfFile: SharedData.path(file), encoding: .utf8)
      .split(separator: "\n").map { line in
        line.split(separator: " ").compactMap { Double($0) }
      }
  }

  private static func pose(_ m: [Double]) -> Pose {
    Pose(
      rotation: Quaternion(
        Matrix3(rowMajor: [m[0], m[1], m[2], m[4], m[5], m[6], m[8], m[9], m[10]])),
      translation: Vector3(m[3], m[7], m[11]))
  }

  /// Read once for all methods.
  private static let street = Result {
    (
      try reduced("registration/source.ply", voxel: 0.1),
      try reduced("registration/target.ply", voxel: 0.1)
    )
  }
  private static let drive = Result {
    (
      try reduced("kitti_odometry/00/velodyne/000095.bin", voxel: 0.25),
      try reduced("kitti_odometry/00/velodyne/000094.bin", voxel: 0.25)
    )
  }

  private static func reduced(_ file: String, voxel: Double) throws -> PointCloud {
    let cloud = try PointCloudFile.read(path: SharedData.path(file)).cloud
    return try PointCloud(positions: cloud.positions).voxelDownsampled(voxelSize: voxel)
  }

  @Test(arguments: [
    (Registration.Method.generalized, 0.0005, 0.003), (.pointToPlane, 0.05, 1),
    (.pointToPoint, 0.07, 0.5),
  ])
  func `two scans of a street meet as stated`(
    method: Registration.Method, shift: Double, degrees: Double
  ) throws {
    let (source, target) = try Self.street.get()
    let truth = Self.pose(
      try Self.numbers("registration/T_target_source.txt").flatMap { $0 })
    // The stated pose is what generalised ICP over ten neighbours finds on these voxels, to the digits given.
    let result = try Registration(
      method: method, neighbours: method == .generalized ? 10 : 20
    ).align(source, to: target)
    let error = Scenes.difference(truth, result.targetFromSource)
    #expect(result.isConverged)
    #expect(error.shift < shift)
    #expect(error.turn * 180 / .pi < degrees)
  }

  @Test(arguments: [
    (Registration.Method.generalized, 0.009, 0.03), (.pointToPlane, 0.01, 0.03),
    (.pointToPoint, 0.03, 0.06),
  ])
  func `KITTI scans meet as their poses say`(
    method: Registration.Method, shift: Double, degrees: Double
  ) throws {
    let folder = "kitti_odometry/00/"
    let (source, target) = try Self.drive.get()
    let poses = try Self.numbers(folder + "poses.txt").map { Self.pose(Array($0.dropFirst())) }
    let cameraFromLidar = Self.pose(try Self.numbers(folder + "calib_velo_to_cam0.txt")[0])
    let truth = cameraFromLidar.inverse * poses[0].inverse * poses[1] * cameraFromLidar
    let result = try Registration(method: method).align(source, to: target)
    let error = Scenes.difference(truth, result.targetFromSource)
    #expect(result.isConverged && result.fitness > 0.95)
    #expect(error.shift < shift)
    #expect(error.turn * 180 / .pi < degrees)
  }
}
