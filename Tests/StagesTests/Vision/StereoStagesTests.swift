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

@Suite struct StereoStagesTests {
  static let setup = StageSetup(definitionFolder: "", stageID: "s")
  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  static func inputs(_ payloads: [(String, any Payload)], frame: Int = 0) -> StageInputs {
    let header = MessageHeader(
      timestamp: Timestamp(nanoseconds: 7), frameName: "cam", topic: "t", sequence: 3)
    return StageInputs(
      frameIndex: frame,
      messages: Dictionary(
        uniqueKeysWithValues: payloads.map { ($0.0, AnyMessage(header: header, payload: $0.1)) }))
  }

  static func settings<Set: ParameterSet>(_ text: String, of type: Set.Type) throws -> Set {
    try Set(settings: YAMLNode(text: text, file: "x.yaml"))
  }

  @Test func `every stage has a name, a sentence, ports and documented settings`() {
    #expect(Set(visionStages.map { $0.name }).count == visionStages.count)
    let catalogue = StageCatalogue(visionStages)
    for stage in visionStages {
      #expect(stage.documentation.split(separator: "\n").first?.hasSuffix(".") == true)
      #expect(!stage.inputs.isEmpty)
      #expect(catalogue.names.contains(stage.name))
    }
    let names = StereoMatch.Parameters.parameterDescriptions.map(\.name)
    #expect(
      names == [
        "max_disparity", "min_disparity", "method", "paths", "fill_reach", "threads", "block_size",
        "p1", "p2", "uniqueness_ratio",
        "speckle_window_size", "speckle_range", "pre_filter_cap", "disp12_max_diff", "mode",
      ])
  }

  @Test(arguments: [
    "max_disparity: -16", "max_disparity: .nan", "max_disparity: [1, 2]", "max_disparity: 1e30",
    "max_disparity: 99999999999999999999", "max_disparity: many", "mode: best",
    "block_size: 1000", "max_dispariti: 16",
  ])
  func `settings out of range or of another type are refused`(text: String) {
    #expect(throws: ConfigurationErrors.self) {
      try Self.settings("{ \(text) }", of: StereoMatch.Parameters.self)
    }
  }

  @Test(arguments: [
    "max_disparity: 24", "block_size: 4", "p1: 9, p2: 3", "paths: 5", "p2: 800",
    "max_disparity: 1040",
    "method: opencv, max_disparity: 2048, min_disparity: 16",
  ])
  func `settings that the matcher has no use for are refused`(text: String) throws {
    let parameters = try Self.settings("{ \(text) }", of: StereoMatch.Parameters.self)
    #expect(throws: ConfigurationErrors.self) { try StereoMatch(parameters, setup: Self.setup) }
  }

  @Test func `a calibration that is missing is no mistake of the definition`() throws {
    var parameters = StereoRectify.Parameters()
    parameters.calibration = "nowhere.yaml"
    var setup = Self.setup
    setup.isValidation = true
    _ = try StereoRectify(parameters, setup: setup)
    #expect(throws: ConfigurationErrors.self) {
      try StereoRectify(parameters, setup: Self.setup)
    }
  }

  static func texture(_ width: Int, _ height: Int, shift: Int) -> Image {
    Image(
      pixels: Tensor(shape: [height, width, 3], of: UInt8.self) { target in
        for i in 0..<target.count {
          let (pixel, channel) = i.quotientAndRemainder(dividingBy: 3)
          let x = pixel % width + shift
          var hash = UInt64(x * 7919 + pixel / width * 104_729 + channel)
          hash = (hash ^ hash >> 9) &* 0x9E37_79B9_7F4A_7C15
          target[i] = UInt8(hash >> 56)
        }
      })
  }

  @Test func `from two pictures to depth with the stereo head, at half size`() throws {
    var parameters = StereoRectify.Parameters()
    parameters.calibration = "stereo-head.yaml"
    let setup = StageSetup(definitionFolder: Self.repository + "/sensors")
    let rectify = try StereoRectify(parameters, setup: setup)
    let (left, right) = (Self.texture(641, 555, shift: 0), Self.texture(641, 555, shift: 20))
    let pair = try rectify.process(Self.inputs([("left", left), ("right", right)]))
    #expect(pair.header.frameName == "cam" && pair.header.timestamp.nanoseconds == 7)
    // Rectified already: the pixels are untouched.
    #expect(pair.payload.left.pixels.array(of: UInt8.self) == left.pixels.array(of: UInt8.self))
    var settings = StereoMatch.Parameters()
    settings.maxDisparity = 32
    let disparity = try StereoMatch(settings, setup: setup)
      .process(Self.inputs([("pair", pair.payload)]))
    let depth = try DepthFromDisparity(.init(), setup: setup)
      .process(Self.inputs([("disparity", disparity.payload)]))
    let values = depth.payload.depths.array(of: Float.self).filter { $0 > 0 }.sorted()
    // 1870 px * 0.16 m / (20 + 135) px.
    #expect(abs(values[values.count / 2] - 1.9303) < 1e-3)
    let wrong = Self.inputs([
      ("left", Self.texture(64, 48, shift: 0)), ("right", Self.texture(64, 48, shift: 0)),
    ])
    #expect(throws: VisionError.self) { try rectify.process(wrong) }
  }

  @Test func `without a rig, disparities are found and depth explains what is missing`() throws {
    let image = Self.texture(64, 32, shift: 0)
    let pair = try StereoRectify(.init(), setup: Self.setup)
      .process(Self.inputs([("left", image), ("right", image)]))
    #expect(pair.payload.rig == nil)
    let disparity = try StereoMatch(.init(), setup: Self.setup)
      .process(Self.inputs([("pair", pair.payload)]))
    do {
      _ = try DepthFromDisparity(.init(), setup: Self.setup)
        .process(Self.inputs([("disparity", disparity.payload)]))
      Issue.record("made depth without a rig")
    } catch let error as VisionError {
      #expect(error.description.contains("calibration file"))
    }
    let small = Self.texture(64, 31, shift: 0)
    #expect(throws: VisionError.self) {
      try StereoRectify(.init(), setup: Self.setup)
        .process(Self.inputs([("left", image), ("right", small)]))
    }
  }

  @Test func `a baseline turns two cameras of the log into a rig`() throws {
    var parameters = StereoRectify.Parameters()
    parameters.baseline = 0.25
    var image = Self.texture(64, 32, shift: 0)
    image.camera = CameraModel(
      width: 64, height: 32, focalLength: [50, 50], principalPoint: [31.5, 15.5])
    let pair = try StereoRectify(parameters, setup: Self.setup)
      .process(Self.inputs([("left", image), ("right", image)]))
    #expect(pair.payload.rig?.baseline == 0.25)
  }

  @Test func `colour stages keep the size and blacken what has no value`() throws {
    let disparities = Tensor([0, 10, 500, 1] as [Float], shape: [2, 2])
    let painted = try DisparityColor(.init(), setup: Self.setup)
      .process(Self.inputs([("disparity", DisparityImage(disparities: disparities))]))
    #expect(painted.payload.pixels.shape == [2, 2, 3])
    #expect(Array(painted.payload.pixels.array(of: UInt8.self)[0..<3]) == [0, 0, 0])
    let depths = try DepthColor(.init(), setup: Self.setup)
      .process(Self.inputs([("depth", DepthImage(depths: disparities))]))
    let values = depths.payload.pixels.array(of: UInt8.self)
    #expect(Array(values[0..<3]) == [0, 0, 0])
    #expect(values[3..<6].contains { $0 > 0 })
    var wrong = DepthColor.Parameters()
    wrong.minDepth = 60
    #expect(throws: ConfigurationErrors.self) { try DepthColor(wrong, setup: Self.setup) }
  }
}
