import Foundation
import Geometry
import PointClouds
import SensorLogs
import TestSupport
import Testing
import Vision

@Suite struct KITTIObjectFormatTests {
  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `twelve frames by their numbers`() throws {
    let log = try RecordedLogs.open(SharedData.path("kitti_object"))
    #expect(
      log.streams.map(\.topic) == [
        "/camera/left/camera_info", "/camera/left/image", "/labels", "/labels/image",
        "/lidar/points", "/tf_static",
      ])
    #expect(log.streams.allSatisfy { $0.messageCount == 12 })
    #expect(log.damage.isEmpty)
    let reading = try LogReading(log)
    #expect(reading.isOrdered)
    let scans = reading.of("/lidar/points")
    #expect(scans.last?.header.timestamp.nanoseconds == 14_200_000_000)
    #expect(scans.map(\.header.frameName).allSatisfy { $0 == "lidar" })
    #expect(log.streams[1].payloadType == "image")
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `one frame decodes: cloud, image with camera, boxes that hold points, transforms`() throws {
    let times = Timestamp(nanoseconds: 800_000_000)..<Timestamp(nanoseconds: 900_000_000)
    let reading = try LogReading(
      SharedData.path("kitti_object/training"), LogSelection(times: times))
    #expect(reading.messages.count == 6)
    let cloud = try #require(try reading.first("/lidar/points", as: PointCloud.self))
    let size = try bytes(of: SharedData.path("kitti_object/training/velodyne/000008.bin")).count
    #expect(cloud.count == size / 16)
    #expect(cloud.attributes["intensity"]?.shape == [cloud.count, 1])
    let image = try #require(try reading.first("/camera/left/image", as: Image.self))
    #expect(image.camera?.focalLength.x == 721.5377)
    #expect(image.camera?.width == image.width)
    let camera = try #require(try reading.first("/camera/left/camera_info", as: CameraModel.self))
    #expect(camera == image.camera)
    let boxes = try #require(try reading.first("/labels", as: Detections3D.self)).boxes
    #expect(boxes.map(\.label) == [String](repeating: "Car", count: 6))
    for box in boxes { #expect(points(of: cloud, in: box) > 10) }
    let seen = try #require(try reading.first("/labels/image", as: Detections2D.self)).boxes
    #expect(seen.count == 6)
    // From the label file: the first car.
    #expect(seen[0].x1 == 0 && seen[0].y1 == 192.37 && seen[0].x2 == 402.31 && seen[0].y2 == 374)
    let edge = try #require(try reading.first("/tf_static", as: FrameTransforms.self)).edges[0]
    #expect((edge.parent, edge.child, edge.isStatic) == ("lidar", "camera_left", true))
    // The camera looks along the LiDAR's x axis.
    let axis = edge.parentFromChild.rotation.rotate(Vector3(0, 0, 1))
    #expect(axis.x > 0.999)
  }

  private func points(of cloud: PointCloud, in box: Box3D) -> Int {
    cloud.positions.withUnsafeElements(of: Float.self) { p in
      var count = 0
      let (c, s) = (cos(box.yaw), sin(box.yaw))
      for i in 0..<cloud.count {
        let x = Double(p[3 * i]) - box.center.x
        let y = Double(p[3 * i + 1]) - box.center.y
        let z = Double(p[3 * i + 2]) - box.center.z
        if abs(c * x + s * y) < box.size.x / 2, abs(c * y - s * x) < box.size.y / 2,
          abs(z) < box.size.z / 2
        {
          count += 1
        }
      }
      return count
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `the whole folder is sound`() throws {
    let inspection = try RecordedLogs.open(SharedData.path("kitti_object")).inspect()
    #expect(inspection.damage == [])
    #expect(abs(inspection.duration - 14.2) < 1e-9)
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `damage names frame and file once`() throws {
    let folder = SharedData.path("damaged/kitti-folder/")
    let calibration = try RecordedLogs.open(folder + "calib-11-numbers").inspect()
    #expect(
      calibration.damage == [
        LogDamage(
          file: "training/calib/000001.txt", place: "frame 000001",
          problem: "calibration: P2 has 11 numbers, expected 12")
      ])
    #expect(
      calibration.streams.map(\.messageCount) == [2, 2, 2, 3, 3, 2],
      "what cannot be read is not counted")
    let missing = try RecordedLogs.open(folder + "missing-scan").inspect()
    #expect(missing.damage.map(\.file) == ["training/velodyne/000001.bin"])
    let label = try RecordedLogs.open(folder + "label-14-columns").inspect()
    #expect(label.damage.map(\.file) == ["training/label_2/000001.txt"])
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `a cut scan is delivered as far as it goes and recorded as damage`() throws {
    let log = try RecordedLogs.open(SharedData.path("damaged/kitti-folder/truncated-scan"))
    let cursor = try log.messages(LogSelection(topics: ["/lidar/points"]))
    var counts: [Int] = []
    while let message = try cursor.next() {
      if let cloud = try message.decoded().payload as? PointCloud { counts.append(cloud.count) }
    }
    #expect(counts.count == 3)
    #expect(cursor.damage.contains { $0.place.contains("000001") })
  }

  @Test func `listing reads no file bodies and leaves out names without numbers`() throws {
    let folder = try TemporaryFolder()
    try write("not a scan", to: folder.file("training/velodyne/000001.bin"))
    try write("x", to: folder.file("training/velodyne/readme.bin"))
    try write("nothing", to: folder.file("training/calib/000001.txt"))
    let log = try RecordedLogs.open(folder.path)
    #expect(log.format == "kitti-object")
    #expect(log.streams.map(\.topic) == ["/lidar/points", "/tf_static"])
  }
}
