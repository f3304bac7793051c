import Foundation
import Geometry
import Pipelines
import PointClouds
import SensorLogs
import Tensors
import TestSupport
import Testing
import Vision

@testable import Stages

@Suite struct RecordedDepthTests {
  static func depth(_ frame: Int) throws -> DepthImage {
    let path = SharedData.path(String(format: "rgbd/7scenes/frame-%06d.depth.png", frame))
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    return try ImageCodec.decodeDepth(bytes, metresPerUnit: 0.001, named: path)
  }

  /// Camera to world.
  static func pose(_ frame: Int) throws -> Pose {
    let path = SharedData.path(String(format: "rgbd/7scenes/frame-%06d.pose.txt", frame))
    let n = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isWhitespace)
      .compactMap { Double($0) }
    let rotation = Matrix3(rowMajor: [n[0], n[1], n[2], n[4], n[5], n[6], n[8], n[9], n[10]])
    return Pose(rotation: Quaternion(rotation), translation: [n[3], n[7], n[11]])
  }

  @Test(.enabled(if: SharedData.isPresent, "recordings absent"))
  func `clouds of neighbouring RGB-D frames lie on each other by their poses`() throws {
    var parameters = DepthBackProject.Parameters()
    parameters.sensor = StereoStagesTests.repository + "/sensors/7scenes.yaml"
    parameters.stride = 7
    let stage = try DepthBackProject(parameters, setup: StereoStagesTests.setup)
    let camera = CameraModel(
      width: 640, height: 480, focalLength: [585, 585], principalPoint: [320, 240])
    for frame in [0, 100] {
      let next = frame + 5
      let cloud = try stage.process(StereoStagesTests.inputs([("depth", Self.depth(next))])).payload
      let earlier = try Self.depth(frame).depths.array(of: Float.self)
      let earlierFromNext = try Self.pose(frame).inverse * Self.pose(next)
      let positions = cloud.positions.array(of: Float.self)
      var gaps: [Double] = []
      for i in 0..<cloud.count {
        let point =
          earlierFromNext
          * Vector3(
            Double(positions[3 * i]), Double(positions[3 * i + 1]), Double(positions[3 * i + 2]))
        guard let pixel = camera.project(point) else { continue }
        let (x, y) = (Int(pixel.x.rounded()), Int(pixel.y.rounded()))
        guard x >= 0, y >= 0, x < 640, y < 480, earlier[640 * y + x] > 0 else { continue }
        gaps.append(abs(point.z - Double(earlier[640 * y + x])))
      }
      gaps.sort()
      #expect(gaps.count > 2000)
      // Sensor noise at 2 m is about a centimetre.
      #expect(gaps[gaps.count / 2] < 0.02, "\(gaps[gaps.count / 2])")
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "recordings absent"))
  func `a KITTI pair becomes depth in front of the car`() throws {
    func image(_ name: String) throws -> Image {
      let path = SharedData.path("stereo/kitti_pair/" + name)
      return try ImageCodec.decode(
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))), named: name)
    }
    var (left, right) = (try image("left.png"), try image("right.png"))
    let camera = CameraModel(
      width: left.width, height: left.height, focalLength: [718.856, 718.856],
      principalPoint: [607.1928, 185.2157])
    left.camera = camera
    right.camera = camera
    var rectify = StereoRectify.Parameters()
    rectify.baseline = 0.573
    let setup = StereoStagesTests.setup
    let pair = try StereoRectify(rectify, setup: setup)
      .process(StereoStagesTests.inputs([("left", left), ("right", right)])).payload
    var settings = StereoMatch.Parameters()
    settings.blockSize = 9
    settings.maxDisparity = 96
    settings.uniquenessRatio = 10
    let disparity = try StereoMatch(settings, setup: setup)
      .process(StereoStagesTests.inputs([("pair", pair)])).payload
    let depth = try DepthFromDisparity(.init(), setup: setup)
      .process(StereoStagesTests.inputs([("disparity", disparity)])).payload
    // The road 40 rows above the lower edge: the camera is about 1.65 m above it.
    let row = left.height - 40
    let values = depth.depths.array(of: Float.self)[(row * left.width)..<((row + 1) * left.width)]
    let road = values[(values.startIndex + 400)..<(values.startIndex + 800)].filter { $0 > 0 }
      .sorted()
    let expected = 718.856 * 1.65 / (Double(row) - 185.2157)
    #expect(
      abs(Double(try #require(road.isEmpty ? nil : road[road.count / 2])) / expected - 1) < 0.15)
  }
}
