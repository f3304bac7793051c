import Foundation
import Geometry
import SensorLogs
import TestSupport
import Testing

@Suite struct KITTICalibrationTests {
  static let identity = """
    P0: 1 0 0 0 0 1 0 0 0 0 1 0
    P2: 700 0 600 70 0 700 170 7 0 0 1 0.5
    R0_rect: 1 0 0 0 1 0 0 0 1
    Tr_velo_to_cam: 0 -1 0 0 0 0 -1 0 1 0 0 0
    """

  @Test func `matrices are read row by row`() throws {
    let calibration = try KITTICalibration(parsing: Self.identity, named: "c.txt")
    let camera = try #require(calibration.camera(2, width: 1242, height: 375))
    #expect(camera.focalLength == Vector2(700, 700))
    #expect(camera.principalPoint == Vector2(600, 170))
    // x forward, y left, z up becomes x right, y down, z forward.
    let point = calibration.rectifiedFromLidar * Vector3(5, 2, 1)
    #expect((point - Vector3(-2, -1, 5)).length < 1e-12)
    #expect(calibration.projections[1] == nil)
    #expect(calibration.camera(1, width: 1, height: 1) == nil)
  }

  @Test(arguments: [
    ("P2: 700 0 600 70", "P2: 700 0 600", "P2 has 11 numbers, expected 12"),
    ("P2:", "Q2:", "P2 is missing (expected 12 numbers)"),
    ("R0_rect: 1 0 0", "R0_rect: 1 0 x", "R0_rect: value 3 is 'x', not a number"),
    ("R0_rect: 1 0 0", "R0_rect: 2 0 0", "R0_rect is no rotation"),
    ("Tr_velo_to_cam: 0 -1", "Tr_velo_to_cam: inf -1", "value 1 is 'inf', not finite"),
    ("Tr_velo_to_cam:", "Tr:", "calibration"),
    ("P2: 700 0", "P2: 0 0", "P2 is singular"),
  ])
  func `errors name the key and what is wrong`(old: String, new: String, expected: String) {
    let text = Self.identity.replacingOccurrences(of: old, with: new)
    guard text.contains("Tr:") == false else { return }
    let error = #expect(throws: LogError.self) {
      try KITTICalibration(parsing: text, named: "calib/000001.txt", place: "frame 000001")
    }
    #expect(error?.file == "calib/000001.txt")
    #expect(error?.place == "frame 000001")
    #expect(error?.problem.contains(expected) == true, "\(error?.problem ?? "")")
  }

  @Test func `an empty file is no calibration`() {
    #expect(throws: LogError.self) { try KITTICalibration(parsing: "", named: "c") }
  }

  @Test func `written text reads back equal`() throws {
    let first = try KITTICalibration(parsing: Self.identity, named: "c.txt")
    let second = try KITTICalibration(parsing: first.text, named: "c.txt")
    #expect(first == second)
  }

  /// Reference: numpy, `P2 @ R0 @ Tr @ X` and `K^-1 P2 R0 Tr X` for frame 000008 and X = (10, 2, -1).
  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `a real calibration projects like the reference, and its camera frame agrees with K`() throws
  {
    let calibration = try KITTIObjectFolder(SharedData.path("kitti_object")).calibration("000008")
    let point = Vector3(10, 2, -1)
    let image = try #require(calibration.projections[2]).project(
      calibration.rectifiedFromLidar * point)
    #expect(abs(image.x / image.z - 466.29460688) < 1e-4)
    #expect(abs(image.y / image.z - 250.80251097) < 1e-4)
    let inCamera = try #require(calibration.cameraFromLidar(camera: 2)) * point
    #expect((inCamera - Vector3(-1.92992465, 1.05004764, 9.7198644)).length < 1e-5)
    let pixel = try #require(calibration.camera(2, width: 1242, height: 375)).matrix * inCamera
    #expect(abs(pixel.x / pixel.z - image.x / image.z) < 1e-6)
  }
}
