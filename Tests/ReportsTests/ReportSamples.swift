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
      "cloud": SampleRun(hasImages: false),
      "large": SampleRun(frameCount: 120, pointsPerCloud: 30_000),
    ]
    for (name, run) in runs.sorted(by: { $0.key < $1.key }) {
      try? FileManager.default.removeItem(atPath: root + "/" + name)
      try FileManager.default.createDirectory(
        atPath: root + "/" + name, withIntermediateDirectories: true)
      try run.write(to: root + "/" + name)
      let summary = try RunReport.write(folder: root + "/" + name)
      #expect(summary.byteCount <= RunReport.defaultByteLimit)
    }
    for name in try FileManager.default.contentsOfDirectory(atPath: root).sorted()
    where name.hasPrefix("made") {
      _ = try RunReport.write(folder: root + "/" + name)
    }
    if SharedData.isPresent {
      try writeRecorded(root + "/kitti")
      try writeOverlays(root)
    }
  }

  /// A labelled KITTI frame: its boxes and points in the picture and from above.
  private func writeOverlays(_ folder: String) throws {
    let root = SharedData.path("kitti_object/training")
    let stem = try FileManager.default.contentsOfDirectory(atPath: root + "/velodyne").sorted()[3]
      .replacingOccurrences(of: ".bin", with: "")
    var numbers: [String: [Double]] = [:]
    for line in try String(contentsOfFile: root + "/calib/\(stem).txt", encoding: .utf8)
      .split(separator: "\n")
    {
      let words = line.split(separator: " ")
      numbers[String(words[0].dropLast())] = words.dropFirst().compactMap { Double($0) }
    }
    let p = numbers["P2"] ?? []
    let t = numbers["Tr_velo_to_cam"] ?? []
    let rectification = Matrix3(rowMajor: numbers["R0_rect"] ?? [])
    let turn = Matrix3(rows: [
      Vector3(t[0], t[1], t[2]), Vector3(t[4], t[5], t[6]), Vector3(t[8], t[9], t[10]),
    ])
    let rectified = Pose(rotation: Quaternion(rectification), translation: .zero)
    let shift = Pose(
      rotation: .identity, translation: Vector3(p[3] / p[0], p[7] / p[5], p[11]))
    let camFromLidar =
      shift * rectified
      * Pose(rotation: Quaternion(turn), translation: Vector3(t[3], t[7], t[11]))
    let bytes = [UInt8](
      try Data(contentsOf: URL(fileURLWithPath: root + "/image_2/\(stem).png")))
    let image = try ImageCodec.decode(bytes, named: stem)
    let camera = CameraModel(
      width: image.width, height: image.height, focalLength: Vector2(p[0], p[5]),
      principalPoint: Vector2(p[2], p[6]))
    let lidarFromRectified = (shift.inverse * camFromLidar).inverse
    let boxes = try String(contentsOfFile: root + "/label_2/\(stem).txt", encoding: .utf8)
      .split(separator: "\n").compactMap { line -> Box3D? in
        let words = line.split(separator: " ")
        let n = words.map { Double($0) ?? 0 }
        guard words[0] != "DontCare" else { return nil }
        let bottom = lidarFromRectified * Vector3(n[11], n[12], n[13])
        return Box3D(
          center: bottom + Vector3(0, 0, n[8] / 2), size: Vector3(n[10], n[9], n[8]),
          yaw: -n[14] - .pi / 2, label: String(words[0]))
      }
    let cloud = try PointCloudFile.read(path: root + "/velodyne/\(stem).bin").cloud
    let pictures = [
      "overlay-boxes": try BoxOverlay().draw(
        boxes, on: image, camera: camera, cameraFromBoxes: camFromLidar),
      "overlay-cloud": try CloudOverlay().draw(
        cloud, on: image, camera: camera, cameraFromCloud: camFromLidar),
      "birds-eye": try BirdsEyeView().draw(cloud, boxes: boxes),
    ]
    for (name, picture) in pictures {
      try Data(ImageCodec.encode(picture, as: .png))
        .write(to: URL(fileURLWithPath: folder + "/\(name).png"))
    }
    let plot = LinePlot(
      title: "Time per frame", xLabel: "frame", yLabel: "ms",
      series: [
        .init("ground", x: [0, 1, 2, 3, 4], y: [6, 7.5, 6.2, 9, 6.4]),
        .init("clusters", x: [0, 1, 2, 3, 4], y: [21, 19, 30, 24, 22]),
      ])
    try Data(plot.svg.utf8).write(to: URL(fileURLWithPath: folder + "/plot.svg"))
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
