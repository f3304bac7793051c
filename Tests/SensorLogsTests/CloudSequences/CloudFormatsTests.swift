import PointClouds
import SensorLogs
import TestSupport
import Testing

@Suite struct CloudFormatsTests {
  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `a folder of scans is a sequence at ten hertz`() throws {
    let reading = try LogReading(SharedData.path("kitti_odometry/00/velodyne"))
    #expect(reading.messages.map(\.header.timestamp.nanoseconds) == [0, 100_000_000])
    let cloud = try #require(try reading.first("/lidar/points", as: PointCloud.self))
    #expect(cloud.count > 100_000)
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `single clouds of each format are logs of one message`() throws {
    for name in ["damaged/pcd/ok-ascii.pcd", "damaged/ply/ok-ascii.ply", "damaged/kitti/ok.bin"] {
      let reading = try LogReading(SharedData.path(name))
      #expect(try reading.first("/lidar/points", as: PointCloud.self)?.count == 100)
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `a cut cloud in a folder names its frame; the others stay`() throws {
    let folder = try TemporaryFolder()
    try write(bytes(of: SharedData.path("damaged/kitti/ok.bin")), to: folder.file("000000.bin"))
    try write(
      bytes(of: SharedData.path("damaged/kitti/truncated.bin")), to: folder.file("000001.bin"))
    let inspection = try RecordedLogs.open(folder.path).inspect()
    #expect(inspection.damage.map(\.file) == ["000001.bin"])
    #expect(inspection.damage[0].place.contains("frame 000001"))
    #expect(inspection.streams[0].messageCount == 2)
  }
}
