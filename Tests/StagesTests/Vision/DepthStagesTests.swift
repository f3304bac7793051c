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

@Suite struct DepthStagesTests {
  static let setup = StereoStagesTests.setup
  static let camera = CameraModel(
    width: 4, height: 3, focalLength: [2, 4], principalPoint: [1.5, 1], skew: 0)

  func project(
    _ depth: DepthImage, _ parameters: DepthBackProject.Parameters = .init(), color: Image? = nil
  ) throws -> PointCloud {
    var payloads: [(String, any Payload)] = [("depth", depth)]
    if let color { payloads.append(("color", color)) }
    return try DepthBackProject(parameters, setup: Self.setup)
      .process(StereoStagesTests.inputs(payloads)).payload
  }

  @Test func `each pixel with a depth becomes its point, row by row`() throws {
    let depths: [Float] = [0, 2, 0, 0, 0, 0, 0, 0, 3, 0, 0, .nan]
    let depth = DepthImage(depths: Tensor(depths, shape: [3, 4]), camera: Self.camera)
    let cloud = try project(depth)
    // ((1 - 1.5) / 2 * 2, (0 - 1) / 4 * 2, 2) and ((0 - 1.5) / 2 * 3, (2 - 1) / 4 * 3, 3).
    #expect(cloud.positions.array(of: Float.self) == [-0.5, -0.5, 2, -2.25, 0.75, 3])
    #expect(cloud.attributes.isEmpty)
  }

  @Test func `a ray depth is the point's distance`() throws {
    var parameters = DepthBackProject.Parameters()
    parameters.rayDepth = true
    let depth = DepthImage(
      depths: Tensor(repeating: 5 as Float, shape: [3, 4]), camera: Self.camera)
    let positions = try project(depth, parameters).positions.array(of: Float.self)
    #expect(positions.count == 36)
    for i in 0..<12 {
      let p = positions[(3 * i)..<(3 * i + 3)]
      #expect(abs(p.map { $0 * $0 }.reduce(0, +).squareRoot() - 5) < 1e-5)
    }
  }

  @Test func `depth range and stride choose pixels, colours follow them`() throws {
    var parameters = DepthBackProject.Parameters()
    parameters.minDepth = 2
    parameters.maxDepth = 9
    parameters.stride = 2
    let depth = DepthImage(
      depths: Tensor((1...12).map { Float($0) }, shape: [3, 4]), camera: Self.camera)
    let pixels = Tensor((0..<36).map { UInt8($0) }, shape: [3, 4, 3])
    let cloud = try project(depth, parameters, color: Image(pixels: pixels))
    // Rows 0 and 2, columns 0 and 2: depths 1, 3, 9, 11; kept 3 and 9.
    #expect(cloud.count == 2)
    let colors = try #require(cloud.attributes["color"])
    #expect(colors.array(of: UInt8.self) == [6, 7, 8, 24, 25, 26])
  }

  @Test func `colours of a picture twice the size come from the nearest pixel`() throws {
    let depth = DepthImage(
      depths: Tensor(repeating: 1 as Float, shape: [3, 4]), camera: Self.camera)
    let pixels = Tensor((0..<48).map { UInt8($0) }, shape: [6, 8, 1])
    let cloud = try project(depth, color: Image(pixels: pixels))
    let colors = try #require(cloud.attributes["color"]).array(of: UInt8.self)
    #expect(Array(colors[0..<6]) == [9, 9, 9, 11, 11, 11])
    #expect(Array(colors[33..<36]) == [47, 47, 47])
  }

  @Test func `a distorted depth camera's points project back onto their pixels`() throws {
    let camera = CameraModel(
      width: 40, height: 30, focalLength: [35, 36], principalPoint: [19, 15],
      distortion: .brownConrady([-0.2, 0.05, 0.001, -0.002, 0]))
    let depth = DepthImage(depths: Tensor(repeating: 2 as Float, shape: [30, 40]), camera: camera)
    let positions = try project(depth).positions.array(of: Float.self)
    #expect(positions.count == 3600)
    for i in stride(from: 0, to: 1200, by: 37) {
      let point = Vector3(
        Double(positions[3 * i]), Double(positions[3 * i + 1]), Double(positions[3 * i + 2]))
      let pixel = try #require(camera.project(point))
      #expect(abs(pixel.x - Double(i % 40)) < 1e-4 && abs(pixel.y - Double(i / 40)) < 1e-4)
    }
  }

  @Test func `the camera comes from the port, the sensor file or the image`() throws {
    let bare = DepthImage(depths: Tensor(repeating: 1 as Float, shape: [48, 64]))
    #expect(throws: VisionError.self) { try project(bare) }
    var parameters = DepthBackProject.Parameters()
    parameters.sensor = StereoStagesTests.repository + "/sensors/primesense.yaml"
    let cloud = try project(bare, parameters)
    // A tenth of the size: f = 52.5, c = (319.5 + 0.5) / 10 - 0.5.
    #expect(abs(cloud.positions.array(of: Float.self)[0] - Float(-31.5 / 52.5)) < 1e-6)
    let stage = try DepthBackProject(.init(), setup: Self.setup)
    let camera = CameraModel(
      width: 64, height: 48, focalLength: [10, 10], principalPoint: [0, 0])
    let other = try stage.process(StereoStagesTests.inputs([("depth", bare), ("camera", camera)]))
    #expect(Array(other.payload.positions.array(of: Float.self)[0..<3]) == [0, 0, 1])
    parameters.cameraName = "nose"
    #expect(throws: VisionError.self) {
      try DepthBackProject(parameters, setup: Self.setup)
    }
  }

  @Test func `an image without depths becomes an empty cloud`() throws {
    let depth = DepthImage(
      depths: Tensor(repeating: 0 as Float, shape: [3, 4]), camera: Self.camera)
    #expect(try project(depth).count == 0)
  }

  @Test func `undistortion passes a picture without distortion and needs a camera`() throws {
    var image = StereoStagesTests.texture(4, 3, shift: 0)
    let stage = try ImageUndistort(.init(), setup: Self.setup)
    #expect(throws: VisionError.self) {
      try stage.process(StereoStagesTests.inputs([("image", image)]))
    }
    image.camera = Self.camera
    let same = try stage.process(StereoStagesTests.inputs([("image", image)])).payload
    #expect(same.pixels.array(of: UInt8.self) == image.pixels.array(of: UInt8.self))
    image.camera?.distortion = .brownConrady([-0.1, 0, 0, 0, 0])
    let changed = try stage.process(StereoStagesTests.inputs([("image", image)])).payload
    #expect(changed.camera?.distortion == Distortion.none)
    #expect(changed.pixels.array(of: UInt8.self) != image.pixels.array(of: UInt8.self))
  }
}
