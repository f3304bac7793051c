import Calibration
import Foundation
import Geometry
import TestSupport
import Testing

@testable import SensorLogs

@Suite struct KITTICalibrationFileTests {
  static func calibration() throws -> KITTICalibration {
    let folder = SharedData.path("kitti_object/training/calib")
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted().first)
    return try KITTICalibration(
      parsing: String(contentsOfFile: folder + "/" + name, encoding: .utf8), named: name)
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `a calibration of the benchmark survives the way there and back`() throws {
    let known = try Self.calibration()
    let file = known.calibrationFile(width: 1242, height: 375)
    #expect(file.cameras.count == known.projections.count)
    let read = try CalibrationFile(text: file.yamlText, named: "x")
    let back = try KITTICalibration(parsing: KITTICalibration(read).text, named: "back.txt")
    // The form lets any rotation be part of R0_rect or of Tr_velo_to_cam; what counts is where points appear.
    for number in known.projections.keys {
      for point: Vector3 in [[12, -2, -0.7], [30, 8, 1], [5, 0, 0]] {
        let a = try #require(known.projections[number])
          .project(known.rectifiedFromLidar * point)
        let b = try #require(back.projections[number]).project(back.rectifiedFromLidar * point)
        #expect(abs(a.x / a.z - b.x / b.z) < 0.05 && abs(a.y / a.z - b.y / b.z) < 0.05)
      }
    }
  }

  @Test func `what the form cannot hold is refused with the reason`() throws {
    let camera = CameraModel(
      width: 640, height: 480, focalLength: [500, 500], principalPoint: [320, 240])
    var file = CalibrationFile(cameras: [.init(name: "eye", camera: camera)])
    func reason() -> String {
      do {
        _ = try KITTICalibration(file)
        return "none"
      } catch { return "\(error)" }
    }
    #expect(reason().contains("eye_from_velodyne"))
    file.transforms = [.init(target: "eye", source: "lidar", targetFromSource: .identity)]
    #expect(reason() == "none")
    file.cameras[0].camera.distortion = .brownConrady([0.1, 0, 0, 0, 0])
    #expect(reason().contains("distortion"))
  }
}
