import Foundation
import Geometry
import SensorLogs
import TestSupport
import Testing
import Vision

@testable import struct SensorLogs.RGBDListing

@Suite struct RGBDFormatTests {
  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `7-Scenes: forty frames with depth in metres, camera and pose`() throws {
    let log = try RecordedLogs.open(SharedData.path("rgbd/7scenes"))
    #expect(
      log.streams.map(\.topic) == [
        "/camera/color/image", "/camera/depth/camera_info", "/camera/depth/image", "/tf",
      ])
    #expect(log.streams.allSatisfy { $0.messageCount == 40 })
    #expect(log.damage.isEmpty)
    let reading = try LogReading(
      log, LogSelection(times: Timestamp(nanoseconds: 0)..<Timestamp(nanoseconds: 1)))
    let depth = try #require(try reading.first("/camera/depth/image", as: DepthImage.self))
    #expect((depth.width, depth.height) == (640, 480))
    #expect(depth.camera?.focalLength == Vector2(585, 585))
    #expect(depth.camera?.principalPoint == Vector2(320, 240))
    let values = depth.depths.array(of: Float.self)
    #expect(values.max().map { $0 < 20 && $0 > 1 } == true)
    #expect(values.filter { $0 > 0 }.count > 150_000)
    let pose = try #require(try reading.first("/tf", as: FrameTransforms.self)).edges[0]
    #expect((pose.parent, pose.child) == ("world", "camera"))
    #expect(
      (pose.parentFromChild.translation - Vector3(-0.34045634, 0.01646981, 0.29656917)).length
        < 1e-6)
    #expect(reading.of("/camera/depth/image").first?.header.frameName == "camera")
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `Open3D: intrinsics from JSON and poses from the trajectory`() throws {
    let log = try RecordedLogs.open(SharedData.path("rgbd/open3d"))
    #expect(log.damage.isEmpty)
    let reading = try LogReading(log)
    #expect(reading.counts["/camera/depth/image"] == 5)
    #expect(reading.counts["/camera/color/image"] == 5)
    #expect(reading.counts["/tf"] == 5)
    let camera = try #require(try reading.first("/camera/depth/camera_info", as: CameraModel.self))
    #expect(camera.principalPoint == Vector2(319.5, 239.5))
    #expect(camera.width == 640)
    let pose = try #require(try reading.first("/tf", as: FrameTransforms.self)).edges[0]
    #expect(abs(pose.parentFromChild.translation.z - 2.1264800183565487) < 1e-12)
    #expect(try log.inspect().damage == [])
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `7-Scenes: 65535 is no depth, and a frame without pose or with a bad one is named`() throws {
    let folder = try TemporaryFolder()
    let source = SharedData.path("rgbd/7scenes/")
    for frame in ["000000", "000005"] {
      for part in ["color.jpg", "depth.png", "pose.txt"] {
        let name = "frame-\(frame).\(part)"
        try write(bytes(of: source + name), to: folder.file(name))
      }
    }
    try write("1 0 0 0\n0 1 0 0\n", to: folder.file("frame-000005.pose.txt"))
    try FileManager.default.removeItem(atPath: folder.file("frame-000000.color.jpg"))
    let inspection = try RecordedLogs.open(folder.path).inspect()
    #expect(
      inspection.damage.map(\.description) == [
        "frame-000000.color.jpg: frame 000000: the colour image of this frame is missing",
        "frame-000005.pose.txt: frame 000005: the pose has 8 numbers, expected 16 (4 x 4)",
      ])
    // Without camera-intrinsics.txt the published default holds.
    let camera = try LogReading(folder.path).first(
      "/camera/depth/camera_info", as: CameraModel.self)
    #expect(camera?.focalLength == Vector2(585, 585))
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `TUM: times from the lists, 5000 units a metre, poses x y z w`() throws {
    let folder = try TemporaryFolder()
    let formats = SharedData.path("rgbd/open3d/other_formats/")
    try write(bytes(of: formats + "TUM_color.png"), to: folder.file("rgb/1.png"))
    try write(bytes(of: formats + "TUM_depth.png"), to: folder.file("depth/2.png"))
    try write("# color images\n1305031102.175304 rgb/1.png\n", to: folder.file("rgb.txt"))
    try write(
      "# depth\n1305031102.160407 depth/2.png\n1305031102.2 ../x.png\nbad line\n",
      to: folder.file("depth.txt"))
    try write(
      "# ground truth\n1305031102.1758 1.5 0.25 2 0 0 0.6 0.8\n1305031102.2 1 2\n",
      to: folder.file("groundtruth.txt"))
    let reading = try LogReading(folder.path)
    #expect(reading.isOrdered)
    #expect(
      reading.messages.map(\.logTime.nanoseconds) == [
        1_305_031_102_160_407_000, 1_305_031_102_160_407_000, 1_305_031_102_175_304_000,
        1_305_031_102_175_800_000,
      ])
    let depth = try #require(try reading.first("/camera/depth/image", as: DepthImage.self))
    #expect(depth.camera?.focalLength == Vector2(525, 525))
    let nearest = depth.depths.array(of: Float.self).filter { $0 > 0 }.min() ?? 0
    #expect(nearest > 0.3 && nearest < 3)
    let pose = try #require(try reading.first("/tf", as: FrameTransforms.self)).edges[0]
    #expect(pose.parentFromChild.translation == Vector3(1.5, 0.25, 2))
    #expect(abs(pose.parentFromChild.rotation.w - 0.8) < 1e-12)
    #expect(abs(pose.parentFromChild.rotation.vector.z - 0.6) < 1e-12)
    #expect(
      reading.damage.map(\.place) == ["line 3", "line 4", "line 3"])
  }

  @Test func `decimal seconds are exact to the nanosecond`() {
    #expect(
      RGBDListing.decimalSeconds("1305031102.175304")?.nanoseconds == 1_305_031_102_175_304_000)
    #expect(RGBDListing.decimalSeconds("0.0000000019")?.nanoseconds == 1)
    #expect(RGBDListing.decimalSeconds("12")?.nanoseconds == 12_000_000_000)
    #expect(RGBDListing.decimalSeconds("-1.5")?.nanoseconds == -1_500_000_000)
    #expect(RGBDListing.decimalSeconds("1e300") == nil)
    #expect(RGBDListing.decimalSeconds("abc") == nil)
    #expect(RGBDListing.decimalSeconds("1.2.3") == nil)
  }
}
