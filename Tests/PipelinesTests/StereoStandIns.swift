import Configuration
import Pipelines
import SensorLogs

// Stages with the names, ports and settings of the stereo pipeline, without its work.

struct FakeImage: Payload {
  static var typeName: String { "image" }
}
struct FakePair: Payload {
  static var typeName: String { "stereo_pair" }
}
struct FakeDisparity: Payload {
  static var typeName: String { "disparity" }
}
struct FakeDepth: Payload {
  static var typeName: String { "depth" }
}

struct RectifyStandIn: Stage {
  struct Parameters: ParameterSet {
    @Parameter("Calibration of the rig") var calibration = ""
  }
  static let left = InputPort<FakeImage>("left", "Left image")
  static let right = InputPort<FakeImage>("right", "Right image")
  static var inputs: [any InputPortDescription] { [left, right] }
  static var name: String { "stereo.rectify" }
  static var documentation: String { "Rectifies." }

  init(_ parameters: Parameters, setup: StageSetup) throws {}

  func process(_ inputs: StageInputs) throws -> Message<FakePair> {
    inputs[Self.left].replacing(FakePair())
  }
}

struct MatchStandIn: Stage {
  struct Parameters: ParameterSet {
    @Parameter("Number of disparities", in: 16...1024) var maxDisparity = 64
  }
  static let pair = InputPort<FakePair>("pair", "Rectified pair")
  static var inputs: [any InputPortDescription] { [pair] }
  static var name: String { "stereo.sgm" }
  static var documentation: String { "Matches." }

  init(_ parameters: Parameters, setup: StageSetup) throws {
    guard parameters.maxDisparity % 16 == 0 else { throw Problem() }
  }

  struct Problem: Error, CustomStringConvertible {
    var description: String { "max_disparity must be a multiple of 16" }
  }

  func process(_ inputs: StageInputs) throws -> Message<FakeDisparity> {
    inputs[Self.pair].replacing(FakeDisparity())
  }
}

struct DepthStandIn: Stage {
  static let disparity = InputPort<FakeDisparity>("disparity", "Disparity")
  static var inputs: [any InputPortDescription] { [disparity] }
  static var name: String { "depth.from_disparity" }
  static var documentation: String { "Divides." }

  init(_ parameters: NoParameters, setup: StageSetup) throws {}

  func process(_ inputs: StageInputs) throws -> Message<FakeDepth> {
    inputs[Self.disparity].replacing(FakeDepth())
  }
}

struct PNGStandIn: FrameFileFormat {
  static var name: String { "png16" }
  static var documentation: String { "Writes pictures." }
  static var payloadTypes: [String] { ["depth", "disparity"] }

  init(_ parameters: NoParameters, setup: StageSetup) throws {}

  func encode(_ message: AnyMessage, frameIndex: Int) throws -> [UInt8] { [] }
}

enum StereoStandIns {
  static let catalogue = StageCatalogue([
    RectifyStandIn.self, MatchStandIn.self, DepthStandIn.self,
  ])
  static let formats = OutputFormats([PNGStandIn.self, LineFormat.self])
}
