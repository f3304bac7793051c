import Configuration
import Foundation
import Geometry
import TestSupport
import Testing

@testable import Calibration

@Suite struct CalibrationFileTests {
  static let sensors = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("sensors").path

  static func read(_ text: String) throws -> CalibrationFile {
    try CalibrationFile(node: YAMLNode(text: text, file: "x.yaml"))
  }

  static let text = """
    source: by hand
    cameras:
      left:  { width: 640, height: 480, model: pinhole, fx: 500, fy: 501.5, cx: 319.5, cy: 239.5 }
      right: { width: 640, height: 480, model: pinhole5, fx: 500, fy: 501.5, cx: 320, cy: 239.5,
               distortion: [-0.3, 0.1, 0, 0, 0.01], skew: 0.25 }
    stereo:
      left: left
      right: right
      right_from_left: { rotation: [1, 0, 0, 0], translation: [-0.12, 0, 0.001] }
    transforms:
      left_from_lidar: { rotation: [0.5, 0.5, -0.5, 0.5], translation: [0, -0.1, -0.3] }
    """

  @Test func `a file holds cameras, a rig and transforms`() throws {
    let file = try Self.read(Self.text)
    #expect(file.source == "by hand")
    #expect(file.cameras.map(\.name) == ["left", "right"])
    let right = try #require(file.camera(named: "right"))
    #expect(right.distortion == .brownConrady([-0.3, 0.1, 0, 0, 0.01]) && right.skew == 0.25)
    let rig = try #require(file.stereoRig)
    #expect(rig.rightFromLeft.translation == [-0.12, 0, 0.001] && !rig.isRectified)
    let pose = try #require(file.transform(to: "left", from: "lidar"))
    // Forward of the LiDAR is the camera's z.
    #expect((pose.rotation.rotate([1, 0, 0]) - [0, 0, 1]).length < 1e-12)
    let inverse = try #require(file.transform(to: "lidar", from: "left"))
    #expect(((inverse * (pose * [1, 2, 3])) - [1, 2, 3]).length < 1e-12)
    #expect(file.transform(to: "left", from: "right") == nil)
  }

  @Test func `what is saved is read again as it was`() throws {
    let folder = try TemporaryFolder()
    var file = try Self.read(Self.text)
    file.source = "said \"so\"\n\tby: x # \\ – ü"
    file.cameras.append(
      .init(
        name: "eye 1",
        camera: CameraModel(
          width: 3, height: 4, focalLength: [1.0 / 3, 1e-7], principalPoint: [-0.5, 1e22],
          distortion: .fisheye([1e-12, -2, 3, 0.1]))))
    file.cameras.append(
      .init(
        name: "no",
        camera: CameraModel(
          width: 3, height: 4, focalLength: [1, 1], principalPoint: [0, 0],
          distortion: .brownConrady([1, 2, 3, 4, 5, 6, 7, 8]))))
    try file.save(path: folder.file("a.yaml"))
    let back = try CalibrationFile.load(path: folder.file("a.yaml"))
    #expect(back.cameras == file.cameras && back.source == file.source)
    #expect(back.stereo == file.stereo && back.transforms == file.transforms)
    #expect(back.yamlText == file.yamlText)
  }

  @Test(arguments: [
    ("fx: 500", "fx: 0", "'fx'"), ("fx: 500", "fx: .nan", "fx"),
    ("width: 640", "width: -1", "width"),
    ("model: pinhole5", "model: pinhol5", "did you mean"), ("0.01]", "0.01, 7]", "coefficients"),
    ("right: right", "right: rihgt", "rihgt"), ("[1, 0, 0, 0]", "[1, 1, 0, 0]", "unit"),
    ("left_from_lidar", "lidar", "target_from_source"), ("cy: 239.5 }", "cz: 2 }", "cz"),
    ("  right_from_left", "  rectified: true\n  right_from_left", "rectified"),
    ("[-0.12, 0, 0.001]", "[-0.12, 0]", "3 numbers"), ("cameras:", "cams:", "cams"),
  ])
  func `a mistake is named with its line`(old: String, new: String, word: String) throws {
    let text = Self.text.replacingOccurrences(of: old, with: new)
    do {
      _ = try Self.read(text)
      Issue.record("accepted: \(new)")
    } catch let errors as ConfigurationErrors {
      #expect(errors.description.contains(word), "\(errors)")
      #expect(errors.errors.allSatisfy { $0.line > 0 })
    }
  }

  @Test func `a missing file says so`() throws {
    do {
      _ = try CalibrationFile.load(path: "/nowhere/rig.yaml")
      Issue.record("read a missing file")
    } catch let errors as ConfigurationErrors {
      #expect(errors.isOnlyMissing)
    }
  }

  @Test(arguments: ["kitti", "stereo-head", "primesense", "7scenes"])
  func `the sensors that come with the project are readable and name their source`(name: String)
    throws
  {
    let file = try CalibrationFile.load(path: Self.sensors + "/\(name).yaml")
    #expect(file.source.count > 40)
    #expect(!file.cameras.isEmpty)
    let back = try CalibrationFile(node: YAMLNode(text: file.yamlText, file: "x"))
    #expect(back.cameras == file.cameras)
    if ["kitti", "stereo-head"].contains(name) { #expect(file.stereoRig?.isRectified == true) }
  }

  @Test func `the KITTI rig puts a LiDAR point where the calibration file puts it`() throws {
    let file = try CalibrationFile.load(path: Self.sensors + "/kitti.yaml")
    // P2 * R0_rect * Tr_velo_to_cam * (12.3, -2.1, -0.7) with NumPy, from calib/000003.txt.
    let pose = try #require(file.transform(to: "image_02", from: "velodyne"))
    let pixel = try #require(file.camera(named: "image_02")?.project(pose * [12.3, -2.1, -0.7]))
    #expect(abs(pixel.x - 739.62764309) < 1e-3 && abs(pixel.y - 216.71369169) < 1e-3)
    #expect(abs((file.stereoRig?.baseline ?? 0) - 387.5744 / 721.5377) < 1e-8)
  }
}
