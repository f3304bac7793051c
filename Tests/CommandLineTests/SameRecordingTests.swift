import Foundation
import TestSupport
import Testing

/// Runs a definition on a folder and on the MCAP file that it converts to.
private func resultsOfFolderAndFile(
  _ definition: String, log: String
) throws -> (folder: [String: Data], file: [String: Data]) {
  let folder = try TemporaryFolder()
  let converted = try Tool.run("convert", SharedData.path(log), folder.file("log.mcap"))
  #expect(converted.status == 0, "\(converted.messages)")
  let pipeline = "\(repositoryFolder)/pipelines/\(definition)"
  var results: [[String: Data]] = []
  for (name, path) in [("a", SharedData.path(log)), ("b", folder.file("log.mcap"))] {
    let run = try Tool.run("run", pipeline, "--log", path, "--out", folder.file(name))
    #expect(run.status == 0, "\(run.messages)")
    results.append(try folderContents(folder.file(name)) { $0 != "run.json" })
  }
  return (results[0], results[1])
}

@Test(
  .enabled(if: SharedData.isPresent, "\(SharedData.absence)"),
  arguments: [
    ("lidar-obstacles.yaml", "kitti_object_reduced"), ("stereo-depth.yaml", "stereo/aloe"),
    ("video-flow.yaml", "video/frames"), ("rgbd-cloud.yaml", "rgbd/open3d"),
  ])
func `a folder and the MCAP file made of it give equal results`(definition: String, log: String)
  throws
{
  let (folder, file) = try resultsOfFolderAndFile(definition, log: log)
  #expect(folder.count >= 2)
  #expect(Set(folder.keys) == Set(file.keys))
  for (name, bytes) in folder { #expect(file[name] == bytes, "\(name) differs") }
}

@Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
func `MCAP compressions and ROS 1 bags of one recording give equal results`() throws {
  let folder = try TemporaryFolder()
  let pipeline = "\(repositoryFolder)/pipelines/lidar-obstacles.yaml"
  let groups = [
    [
      "mcap/drive-zstd.mcap", "mcap/drive-lz4.mcap", "mcap/drive-uncompressed.mcap",
      "mcap/drive-unchunked.mcap",
    ],
    ["rosbag/drive-none.bag", "rosbag/drive-lz4.bag", "rosbag/drive-bz2.bag"],
  ]
  for group in groups {
    var first: [String: Data]?
    for log in group {
      let out = folder.file((log as NSString).lastPathComponent)
      let run = try Tool.run("run", pipeline, "--log", SharedData.path(log), "--out", out)
      #expect(run.status == 0, "\(log): \(run.messages)")
      let results = try folderContents(out) { $0 != "run.json" }
      #expect(results.count >= 5)
      if let first { #expect(results == first, "\(log) differs") } else { first = results }
    }
  }
}
