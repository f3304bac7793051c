import Configuration
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

@Suite struct UncertaintyStagesTests {
  static let setup = StereoStagesTests.setup
  static let lens = CameraModel(
    width: 40, height: 30, focalLength: [35, 36], principalPoint: [19, 15], skew: 0.4,
    distortion: .brownConrady([-0.2, 0.05, 0.001, -0.002, 0]))

  private func project(_ depth: DepthImage, _ parameters: DepthBackProject.Parameters) throws
    -> PointCloud
  {
    try DepthBackProject(parameters, setup: Self.setup)
      .process(StereoStagesTests.inputs([("depth", depth)])).payload
  }

  private func covariance(_ cloud: PointCloud, _ index: Int) throws -> [Double] {
    let values = try #require(cloud.attributes["covariance"]).array(of: Float.self)
    return values[6 * index..<6 * index + 6].map { Double($0) }
  }

  @Test func `a point's covariance is that of noisy depths and places, through a distorted lens`()
    throws
  {
    var parameters = DepthBackProject.Parameters()
    parameters.covariance = true
    parameters.pixelSigma = 0.4
    let depth = DepthImage(
      depths: Tensor(repeating: 2 as Float, shape: [30, 40]), camera: Self.lens,
      standardDeviations: Tensor(repeating: 0.05 as Float, shape: [30, 40]))
    let cloud = try project(depth, parameters)
    for pixel in [(19, 15), (5, 4), (33, 25)] {
      let stated = try covariance(cloud, pixel.1 * 40 + pixel.0)
      var generator = SeededGenerator(seed: 11)
      var points: [Vector3] = []
      for _ in 0..<30_000 {
        let place = Vector2(
          Double(pixel.0) + 0.4 * generator.normal(), Double(pixel.1) + 0.4 * generator.normal())
        let ray = try #require(Self.lens.ray(through: place))
        points.append(ray / ray.z * (2 + 0.05 * generator.normal()))
      }
      let mean = points.reduce(Vector3.zero, +) / Double(points.count)
      var found = [Double](repeating: 0, count: 6)
      for point in points {
        let e = point - mean
        for (k, value) in [e.x * e.x, e.x * e.y, e.x * e.z, e.y * e.y, e.y * e.z, e.z * e.z]
          .enumerated()
        { found[k] += value / Double(points.count) }
      }
      // Standard errors of 30000 draws: 0.8 % of the diagonal, 0.6 % of its geometric mean elsewhere.
      let scale = [
        found[0], (found[0] * found[3]).squareRoot(), (found[0] * found[5]).squareRoot(), found[3],
        (found[3] * found[5]).squareRoot(), found[5],
      ]
      for k in 0..<6 { #expect(abs(stated[k] - found[k]) < 0.035 * scale[k], "\(pixel) \(k)") }
    }
  }

  @Test func `hand value: a pinhole's point beside the axis`() throws {
    var parameters = DepthBackProject.Parameters()
    (parameters.covariance, parameters.pixelSigma, parameters.systematic) = (true, 0.5, true)
    let camera = CameraModel(width: 4, height: 3, focalLength: [2, 4], principalPoint: [1, 1])
    let depth = DepthImage(
      depths: Tensor(repeating: 2 as Float, shape: [3, 4]), camera: camera,
      standardDeviations: Tensor(repeating: 0.3 as Float, shape: [3, 4]),
      systematicDeviations: Tensor(repeating: 0.4 as Float, shape: [3, 4]))
    // Column 3, row 2: ray (1, 0.25, 1); sigma_Z² = 0.25; Z² s² / f² = 0.25 and 0.0625.
    let values = try covariance(try project(depth, parameters), 11)
    let expected = [0.5, 0.0625, 0.25, 0.25 / 16 + 0.0625, 0.0625, 0.25]
    for (a, b) in zip(values, expected) { #expect(abs(a - b) < 1e-6) }
    parameters.systematic = false
    #expect(abs(try covariance(try project(depth, parameters), 11)[5] - 0.09) < 1e-6)
  }

  @Test func `without deviations covariances are refused, or follow the given polynomial`() throws {
    var parameters = DepthBackProject.Parameters()
    parameters.covariance = true
    let camera = CameraModel(width: 2, height: 1, focalLength: [2, 2], principalPoint: [0, 0])
    let depth = DepthImage(depths: Tensor([2, 3] as [Float], shape: [1, 2]), camera: camera)
    #expect(throws: VisionError.self) { try project(depth, parameters) }
    (parameters.depthSigma, parameters.pixelSigma) = ([0.1, 0, 0.01], 0)
    let cloud = try project(depth, parameters)
    #expect(abs(try covariance(cloud, 0)[5] - 0.14 * 0.14) < 1e-7)
    #expect(abs(try covariance(cloud, 1)[5] - 0.19 * 0.19) < 1e-7)
    parameters.depthSigma = [1, 2, 3, 4]
    #expect(throws: ConfigurationErrors.self) { try project(depth, parameters) }
  }

  private static func disparities(_ values: [Float], sigmas: [Float]? = nil) -> DisparityImage {
    DisparityImage(
      disparities: Tensor(values, shape: [1, values.count]), rig: rig(width: values.count),
      standardDeviations: sigmas.map { Tensor($0, shape: [1, values.count]) })
  }

  private static func rig(width: Int) -> StereoRig {
    let camera = CameraModel(
      width: width, height: 1, focalLength: [10, 10], principalPoint: [0, 0])
    return StereoRig(
      left: camera, right: camera,
      rightFromLeft: Pose(rotation: .identity, translation: [-1, 0, 0]))
  }

  private func depth(_ disparity: DisparityImage, _ parameters: DepthFromDisparity.Parameters)
    throws -> DepthImage
  {
    try DepthFromDisparity(parameters, setup: Self.setup)
      .process(StereoStagesTests.inputs([("disparity", disparity)])).payload
  }

  @Test func `depths that are hidden, far or uncertain can be left out`() throws {
    let image = Self.disparities(
      [1, 1, 1, 1, 1, 1, 4, 4, 1, 0.5], sigmas: [Float](repeating: 0.1, count: 10))
    var parameters = DepthFromDisparity.Parameters()
    let all = try depth(image, parameters)
    #expect(all.depths.array(of: Float.self) == [10, 10, 10, 10, 10, 10, 2.5, 2.5, 10, 20])
    parameters.covisibleOnly = true
    let seen = try depth(image, parameters).depths.array(of: Float.self)
    #expect(seen == [0, 10, 10, 0, 0, 10, 2.5, 2.5, 10, 20])
    parameters = .init()
    // sigma / Z is 0.1 at 10 m, 0.025 at 2.5 m, 0.2 at 20 m.
    parameters.maxRelativeSigma = 0.15
    let sure = try depth(image, parameters)
    #expect(sure.depths.array(of: Float.self)[9] == 0)
    #expect(sure.standardDeviations?.array(of: Float.self)[9] == 0)
    #expect(sure.depths.array(of: Float.self)[8] == 10)
    parameters.maxDepth = 9
    #expect(try depth(image, parameters).depths.array(of: Float.self).filter { $0 > 0 }.count == 2)
  }

  @Test func `a constant deviation serves disparities that state none`() throws {
    var parameters = DepthFromDisparity.Parameters()
    #expect(try depth(Self.disparities([1, 2]), parameters).standardDeviations == nil)
    parameters.disparitySigma = 0.25
    let stated = try depth(Self.disparities([1, 2]), parameters).standardDeviations
    // Z² / (f B) sigma: 100 / 10 * 0.25 and 25 / 10 * 0.25.
    #expect(stated?.array(of: Float.self) == [2.5, 0.625])
  }

  @Test func `the co-visibility stage paints what both cameras see`() throws {
    let stage = StereoCoVisibility(.init(), setup: Self.setup)
    let mask = stage.process(
      StereoStagesTests.inputs([("disparity", Self.disparities([1, 1, 1, 3, 0]))])
    ).payload
    #expect(mask.pixels.array(of: UInt8.self) == [0, 0, 255, 255, 0])
  }

  @Test func `stated deviations reach the float map, missing ones are an error`() throws {
    let header = MessageHeader(
      timestamp: Timestamp(nanoseconds: 7), frameName: "cam", topic: "t", sequence: 3)
    let image = Self.disparities([1, 2], sigmas: [0.5, 0.25])
    func bytes(_ payload: any Payload, _ content: FloatMapFormat.Content) throws -> [UInt8] {
      var parameters = FloatMapFormat.Parameters()
      parameters.content = content
      return try FloatMapFormat(parameters, setup: Self.setup).encode(
        AnyMessage(header: header, payload: payload), frameIndex: 0)
    }
    let sigma = try FloatMap.decode(try bytes(image, .sigma), named: "a")
    #expect(sigma.array(of: Float.self) == [0.5, 0.25])
    let depth = try depth(image, .init())
    let values = try FloatMap.decode(try bytes(depth, .values), named: "a")
    #expect(values.array(of: Float.self) == [10, 5])
    #expect(throws: VisionError.self) { try bytes(image, .systematic) }
    #expect(throws: VisionError.self) { try bytes(Self.disparities([1]), .sigma) }
  }

  @Test func `the uncertainty stage states deviations and checks its coefficients`() throws {
    let image = StereoStagesTests.texture(20, 10, shift: 0)
    let disparity = DisparityImage(disparities: Tensor(repeating: 1 as Float, shape: [10, 20]))
    let pair = StereoPair(left: image, right: image)
    let stated = try StereoUncertaintyStage(.init(), setup: Self.setup).process(
      StereoStagesTests.inputs([("disparity", disparity), ("pair", pair)])
    ).payload
    #expect(stated.standardDeviations?.array(of: Float.self).allSatisfy { $0 > 0 } == true)
    var parameters = StereoUncertaintyStage.Parameters()
    parameters.coefficients = [1, 2]
    #expect(throws: ConfigurationErrors.self) {
      try StereoUncertaintyStage(parameters, setup: Self.setup)
    }
  }
}
