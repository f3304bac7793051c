import Foundation
import Geometry
import PointClouds
import SensorLogs
import Testing
import TestSupport
import Vision

@testable import Reports

/// Folders and pages for looking at in a browser: written only where PARALLAX_REPORT_SAMPLES names a folder.
struct ReportSamples {
  static let folder = ProcessInfo.processInfo.environment["PARALLAX_REPORT_SAMPLES"]

  @Test(.enabled(if: folder != nil, "set PARALLAX_REPORT_SAMPLES"))
  func `sample pages can be written`() throws {
    let root = try #require(Self.folder)
    let runs = [
      "street": SampleRun(), "video": SampleRun(hasClouds: false),
      "cloud": SampleRun(hasImages: false), "large": SampleRun(frameCount: 60, pointsPerCloud: 90_000),
    ]
    for (name, run) in runs.sorted(by: { $0.key < $1.key }) {
      try? FileManager.default.removeItem(atPath: root + "/" + name)
      try FileManager.default.createDirectory(
        atPath: root + "/" + name, withIntermediateDirectories: true)
      try run.write(to: root + "/" + name)
      let summary = try RunReport.write(folder: root + "/" + name)
      #expect(summary.byteCount <= RunReport.defaultByteLimit)
    }
    if SharedData.isPresent { try writeRecorded(root + "/kitti") }
  }

  /// Real scans with the pictures beside them, as a folder without run.json.
  private func writeRecorded(_ folder: String) throws {
    let files = FileManager.default
    try? files.removeItem(atPath: folder)
    for name in ["cloud", "image"] {
      try files.createDirectory(atPath: folder + "/" + name, withIntermediateDirectories: true)
    }
    let source = SharedData.path("kitti_object")
    let scans = try files.subpathsOfDirectory(atPath: source).filter { $0.hasSuffix(".bin") }
    for scan in scans.sorted() {
      let stem = URL(fileURLWithPath: scan).deletingPathExtension().lastPathComponent
      let cloud = try PointCloudFile.read(path: source + "/" + scan).cloud
      try PointCloudFile.write(cloud, path: folder + "/cloud/\(stem).ply")
      let picture = scan.replacingOccurrences(of: "velodyne", with: "image_2")
        .replacingOccurrences(of: ".bin", with: ".png")
      try? files.copyItem(atPath: source + "/" + picture, toPath: folder + "/image/\(stem).png")
    }
    _ = try RunReport.write(folder: folder)
  }
}
