import Foundation
import SensorLogs
import TestSupport
import Testing

@Suite struct RecordedLogsTests {
  @Test(
    .enabled(if: SharedData.isPresent, "\(SharedData.absence)"),
    arguments: [
      ("kitti_object", "kitti-object"), ("kitti_object/training", "kitti-object"),
      ("kitti_object_reduced", "kitti-object"), ("kitti_odometry/00", "kitti-odometry"),
      ("kitti_mono/sequence_1", "kitti-odometry"), ("stereo/aloe", "stereo-folder"),
      ("stereo/cones", "stereo-folder"), ("stereo/cloth3", "stereo-folder"),
      ("stereo/kitti_pair", "stereo-folder"), ("checkerboard/opencv", "stereo-folder"),
      ("checkerboard/stereo_set1", "stereo-folder"), ("rgbd/7scenes", "rgbd-folder"),
      ("rgbd/open3d", "rgbd-folder"), ("video/frames", "image-folder"), ("pcd", "cloud-folder"),
      ("registration/source.ply", "cloud"), ("kitti_odometry/00/velodyne", "cloud-folder"),
      ("video/tree.avi", "video"), ("video/mmaction_test.mp4", "video"),
      ("video/flipping_a_pancake.mkv", "video"), ("aprilgrid/EuRoC.png", "image"),
      ("rosbag/drive-lz4.bag", "rosbag1"), ("mcap/drive-zstd.mcap", "mcap"),
      ("rosbag2/rosbag2_tests/resources/mcap/cdr_test", "rosbag2"),
      ("rosbag2/rosbag2_tests/resources/sqlite3/cdr_test", "rosbag2"),
      ("rosbag2/rosbag2_cpp/test/rosbag2_cpp/bags/topics_and_services.db3", "rosbag2"),
    ])
  func `the format is found by content`(path: String, format: String) throws {
    #expect(try RecordedLogs.open(SharedData.path(path)).format == format)
  }

  @Test func `an unknown text file is described with what is supported`() throws {
    let folder = try TemporaryFolder()
    try write("hello world\nsecond line", to: folder.file("notes.txt"))
    let error = failure(folder.file("notes.txt"))
    #expect(error?.kind == .unreadable)
    #expect(error?.problem.contains("text that starts with 'hello world'") == true)
    #expect(error?.problem.contains("ROS 1 bags") == true)
  }

  @Test func `empty files, empty folders, odd folders and missing paths say what they are`() throws
  {
    let folder = try TemporaryFolder()
    try write("", to: folder.file("nothing"))
    try FileManager.default.createDirectory(
      atPath: folder.file("empty"), withIntermediateDirectories: false)
    try write("x", to: folder.file("odd/a.doc"))
    #expect(failure(folder.file("nothing"))?.problem.contains("empty (0 bytes)") == true)
    #expect(failure(folder.file("empty"))?.problem.contains("empty directory") == true)
    #expect(failure(folder.file("odd"))?.problem.contains("1 entries (a.doc)") == true)
    #expect(failure(folder.file("absent"))?.kind == .unreadable)
  }

  @Test func `binary data are described by their first bytes`() throws {
    let folder = try TemporaryFolder()
    try write([0xDE, 0xAD, 0, 0xEF], to: folder.file("x"))
    try write([0xFF, 0xFE, 0x41, 0], to: folder.file("y"))
    #expect(failure(folder.file("x"))?.problem.contains("DE AD 00 EF") == true)
    #expect(failure(folder.file("y"))?.problem.contains("UTF-16") == true)
  }
}
