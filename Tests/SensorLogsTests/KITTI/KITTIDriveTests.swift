import Foundation
import Geometry
import PointClouds
import SensorLogs
import TestSupport
import Testing
import Vision

@testable import enum SensorLogs.KITTIRawTime

/// KITTI raw drives and odometry sequences.
@Suite struct KITTIDriveTests {
  static let oxts =
    "49.015 8.434 116.4 0.035 0.001 -1.57 1 2 3 4 5 0.1 0.2 9.8 0.1 0.2 9.8 0.01 0.02 0.03 0.01 0.02 "
    + "0.03 0.5 0.1 4 11 5 5 6"

  /// A drive of two frames in the documented layout, made of two object frames.
  private func makeDrive(_ folder: TemporaryFolder) throws -> String {
    let day = folder.file("2011_09_26")
    let drive = day + "/2011_09_26_drive_0001_sync"
    let source = SharedData.path("kitti_object/training/")
    for (index, frame) in ["000001", "000002"].enumerated() {
      let name = "000000000\(index)"
      try write(
        bytes(of: source + "velodyne/\(frame).bin"), to: drive + "/velodyne_points/data/\(name).bin"
      )
      try write(
        bytes(of: source + "image_2/\(frame).png"), to: drive + "/image_02/data/\(name).png")
      try write(Self.oxts, to: drive + "/oxts/data/\(name).txt")
    }
    for sensor in ["velodyne_points", "image_02", "oxts"] {
      try write(
        "2011-09-26 13:02:25.964389445\n2011-09-26 13:02:26.074389445\n",
        to: drive + "/\(sensor)/timestamps.txt")
    }
    let object = try KITTIObjectFolder(source).calibration("000001")
    func row(_ values: [Double]) -> String { values.map { "\($0)" }.joined(separator: " ") }
    let p2 = try #require(object.projections[2])
    try write(
      "calib_time: 09-Jan-2012 13:57:47\nR_rect_00: \(row(object.rectification.elements))\n"
        + "P_rect_02: \(row(p2.elements))\n", to: day + "/calib_cam_to_cam.txt")
    let pose = object.cameraFromLidar
    try write(
      "R: \(row(pose.rotation.matrix.elements))\n"
        + "T: \(pose.translation.x) \(pose.translation.y) \(pose.translation.z)\n",
      to: day + "/calib_velo_to_cam.txt")
    return drive
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `a raw drive has times to the nanosecond, cameras, transforms and IMU records`() throws {
    let folder = try TemporaryFolder()
    let drive = try makeDrive(folder)
    let log = try RecordedLogs.open(drive)
    #expect(log.format == "kitti-raw")
    let reading = try LogReading(log)
    #expect(reading.isOrdered)
    #expect(reading.damage.isEmpty)
    #expect(
      reading.counts == [
        "/lidar/points": 2, "/camera/left/image": 2, "/imu": 2, "/gps/fix": 2, "/oxts": 2,
        "/tf_static": 1,
      ])
    // date -u -d '2011-09-26 13:02:25' +%s
    #expect(reading.messages.first?.logTime.nanoseconds == 1_317_042_145_964_389_445)
    let image = try #require(try reading.first("/camera/left/image", as: Image.self))
    #expect(image.camera?.focalLength.x == 721.5377)
    let edges = try #require(try reading.first("/tf_static", as: FrameTransforms.self)).edges
    let object = try KITTIObjectFolder(SharedData.path("kitti_object")).calibration("000001")
    let expected = try #require(object.cameraFromLidar(camera: 2)).inverse
    #expect(edges.map(\.child) == ["camera_left"])
    #expect((edges[0].parentFromChild.translation - expected.translation).length < 1e-6)
    let imu = try #require(try reading.first("/imu", as: Record.self))
    guard case .record(let q)? = imu["orientation"], case .real(let w)? = q["w"] else {
      Issue.record("an IMU record has an orientation")
      return
    }
    #expect(abs(w - cos(-1.57 / 2)) < 1e-3)
    // The folder of the day, with one drive, is the same log.
    #expect(try RecordedLogs.open(folder.file("2011_09_26")).streams == log.streams)
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `a missing scan, a bad time and a short sample are named`() throws {
    let folder = try TemporaryFolder()
    let drive = try makeDrive(folder)
    try FileManager.default.removeItem(atPath: drive + "/velodyne_points/data/0000000001.bin")
    try write("2011-09-26 13:02:25.9\nnonsense\n", to: drive + "/image_02/timestamps.txt")
    try write("1 2 3", to: drive + "/oxts/data/0000000000.txt")
    let inspection = try RecordedLogs.open(drive).inspect()
    let texts = inspection.damage.map(\.description)
    #expect(
      texts.contains { $0.contains("velodyne_points/data/0000000001") && $0.contains("missing") })
    #expect(
      texts.contains { $0.contains("image_02/timestamps.txt: frame 0000000001: has no time") })
    #expect(texts.contains { $0.contains("has 3 numbers, expected 30") })
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `an odometry sequence gives scans and poses of the same frames`() throws {
    let reading = try LogReading(SharedData.path("kitti_odometry/00"))
    #expect(reading.damage.isEmpty)
    #expect(reading.counts == ["/lidar/points": 2, "/tf": 2, "/tf_static": 1])
    #expect(
      reading.of("/lidar/points").map(\.header.timestamp.nanoseconds) == [
        9_400_000_000, 9_500_000_000,
      ])
    #expect(
      reading.of("/tf").map(\.header.timestamp.nanoseconds) == [9_400_000_000, 9_500_000_000])
    let tf = try #require(try reading.first("/tf", as: FrameTransforms.self)).edges[0]
    #expect(
      (tf.parentFromChild.translation - Vector3(-5.248892, -2.822088, 81.62286)).length < 1e-9)
    let tfStatic = try #require(try reading.first("/tf_static", as: FrameTransforms.self)).edges[0]
    #expect((tfStatic.parent, tfStatic.child) == ("lidar", "camera_gray_left"))
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `a monocular sequence with a calibration without keys has cameras and poses`() throws {
    let reading = try LogReading(SharedData.path("kitti_mono/sequence_1"))
    #expect(reading.damage.isEmpty)
    #expect(reading.counts["/stereo/left/image"] == 18)
    #expect(reading.counts["/tf"] == 18)
    let image = try #require(try reading.first("/stereo/left/image", as: Image.self))
    #expect(image.camera?.focalLength.x == 707.0912)
  }

  @Test func `times outside the calendar are refused`() {
    #expect(KITTIRawTime.parse("1970-01-01 00:00:00.000000001")?.nanoseconds == 1)
    #expect(KITTIRawTime.parse("2000-03-01 00:00:00")?.nanoseconds == 951_868_800_000_000_000)
    #expect(KITTIRawTime.parse("2011-9-26 13:02:25") == nil)
    #expect(KITTIRawTime.parse("2011-13-26 13:02:25.5") == nil)
    #expect(KITTIRawTime.parse("2011-09-26") == nil)
    #expect(KITTIRawTime.parse("99999999999-09-26 13:02:25") == nil)
  }
}
