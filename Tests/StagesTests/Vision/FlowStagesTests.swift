import Pipelines
import SensorLogs
import Tensors
import Testing
import Vision

@testable import Stages

@Suite struct FlowStagesTests {
  /// A smooth pattern that moves to the right.
  static func frame(_ shift: Float, width: Int = 96, height: Int = 64) -> Image {
    Image(
      pixels: Tensor(shape: [height, width, 1], of: Float.self) { target in
        for i in 0..<target.count {
          let (x, y) = (Float(i % width) - shift, Float(i / width))
          target[i] = 0.5 + 0.2 * wave(x * 0.35) + 0.2 * wave(y * 0.3 + x * 0.1)
        }
      })
  }

  static func wave(_ x: Float) -> Float {
    let turn = x / 6.283_185 - (x / 6.283_185).rounded()
    return 8 * turn * (1 - 2 * abs(turn))
  }

  @Test(arguments: FlowDense.Method.allCases)
  func `the first frame has no motion, the next one that of the pattern`(
    method: FlowDense.Method
  ) throws {
    if method == .tvl1, (try? OpticalFlow.tvl1(.init()).requireAvailable()) == nil { return }
    var parameters = FlowDense.Parameters()
    parameters.method = method
    parameters.preset = .medium
    let stage = try FlowDense(parameters, setup: StereoStagesTests.setup)
    #expect(stage.replayFrames == 1)
    var state = stage.initialState()
    let first = try stage.process(
      StereoStagesTests.inputs([("image", Self.frame(0))]), state: &state)
    #expect(first.payload.vectors.array(of: Float.self).allSatisfy { $0 == 0 })
    let second = try stage.process(
      StereoStagesTests.inputs([("image", Self.frame(2))]), state: &state)
    let values = second.payload.vectors.array(of: Float.self)
    let center = 2 * (32 * 96 + 48)
    #expect(abs(values[center] - 2) < 0.3 && abs(values[center + 1]) < 0.3)
  }

  @Test func `replaying one frame rebuilds the state`() throws {
    let stage = try FlowDense(.init(), setup: StereoStagesTests.setup)
    func run(from start: Int) throws -> [Float] {
      var state = stage.initialState()
      var last: [Float] = []
      for index in start...4 {
        let inputs = StereoStagesTests.inputs([("image", Self.frame(Float(index) * 1.5))])
        last = try stage.process(inputs, state: &state).payload.vectors.array(of: Float.self)
      }
      return last
    }
    #expect(try run(from: 0) == run(from: 3))
  }

  @Test func `a frame of another size starts anew`() throws {
    let stage = try FlowDense(.init(), setup: StereoStagesTests.setup)
    var state = stage.initialState()
    _ = try stage.process(StereoStagesTests.inputs([("image", Self.frame(0))]), state: &state)
    let other = try stage.process(
      StereoStagesTests.inputs([("image", Self.frame(0, width: 80))]), state: &state)
    #expect(other.payload.width == 80)
    #expect(other.payload.vectors.array(of: Float.self).allSatisfy { $0 == 0 })
  }

  @Test func `a frame that is too small fails and leaves the state`() throws {
    let stage = try FlowDense(.init(), setup: StereoStagesTests.setup)
    var state = stage.initialState()
    let tiny = StereoStagesTests.inputs([("image", Self.frame(0, width: 8, height: 8))])
    _ = try stage.process(tiny, state: &state)
    #expect(throws: VisionError.self) { try stage.process(tiny, state: &state) }
    #expect(state.previous?.width == 8)
  }

  @Test func `motion is painted in the frame's size`() {
    let field = FlowField(vectors: Tensor([3, 0, 0, 0] as [Float], shape: [1, 2, 2]))
    let image = FlowColor(.init(), setup: StereoStagesTests.setup)
      .process(StereoStagesTests.inputs([("flow", field)])).payload
    #expect(image.pixels.array(of: UInt8.self) == [255, 0, 0, 255, 255, 255])
  }

  @Test func `motion states its method, unit, direction, bound and subtracted mean`() throws {
    let parameters = try StereoStagesTests.settings(
      "{ method: farneback, bound: 1, subtract_mean: true }", of: FlowDense.Parameters.self)
    let stage = try FlowDense(parameters, setup: StereoStagesTests.setup)
    var state = stage.initialState()
    let first = try stage.process(
      StereoStagesTests.inputs([("image", Self.frame(0))]), state: &state
    ).payload.convention
    #expect(first.method == "farneback" && first.bound == 1 && first.subtractedMean == SIMD2(0, 0))
    let field = try stage.process(
      StereoStagesTests.inputs([("image", Self.frame(2))]), state: &state
    ).payload
    #expect(field.convention.unit == .pixelsPerFrame)
    #expect(field.convention.direction == .previousToThis)
    let mean = try #require(field.convention.subtractedMean)
    #expect(abs(mean.x - 2) < 0.3 && abs(mean.y) < 0.3)
    #expect(field.vectors.array(of: Float.self).allSatisfy { abs($0) <= 1 })
    let header = MessageHeader(timestamp: Timestamp(nanoseconds: 7))
    let line = try JSONLinesFormat(.init(), setup: StereoStagesTests.setup)
      .encode(AnyMessage(header: header, payload: field), frameIndex: 4)
    let text = String(decoding: line, as: UTF8.self)
    for part in [
      "\"frame\":4", "\"method\":\"farneback\"", "\"unit\":\"pixels_per_frame\"",
      "\"direction\":\"previous_to_this\"", "\"bound\":1", "\"mean_subtracted\":[",
    ] { #expect(text.contains(part), "\(text)") }
  }

  @Test func `TV-L1 works, or names the package that is missing`() throws {
    do {
      try OpticalFlow.tvl1(.init(.fast)).requireAvailable()
    } catch let error as VisionError {
      #expect(error.description.contains("libopencv-contrib-dev"))
      return
    }
    let flow = try OpticalFlow.tvl1(.init(.fast)).flow(from: Self.frame(0), to: Self.frame(1.5))
    #expect(flow.convention.method == "tvl1")
    let values = flow.vectors.array(of: Float.self)
    let center = 2 * (32 * 96 + 48)
    #expect(abs(values[center] - 1.5) < 0.2 && abs(values[center + 1]) < 0.2)
  }

  @Test func `the check passes right motion and refuses it with the wrong sign`() throws {
    let dense = try FlowDense(.init(), setup: StereoStagesTests.setup)
    let check = FlowCheckStage(.init(), setup: StereoStagesTests.setup)
    var (denseState, state) = (dense.initialState(), check.initialState())
    for shift in 0..<3 {
      let image = Self.frame(Float(shift) * 2)
      let field = try dense.process(
        StereoStagesTests.inputs([("image", image)]), state: &denseState
      ).payload
      let passed = try check.process(
        StereoStagesTests.inputs([("image", image), ("flow", field)]), state: &state)
      #expect(passed.payload.vectors.array(of: Float.self) == field.vectors.array(of: Float.self))
    }
    let image = Self.frame(6)
    let field = try dense.process(
      StereoStagesTests.inputs([("image", image)]), state: &denseState
    ).payload
    let negated = FlowField(vectors: field.vectors * -1)
    let error = #expect(throws: VisionError.self) {
      try check.process(
        StereoStagesTests.inputs([("image", image), ("flow", negated)]), state: &state)
    }
    #expect(error?.description.contains("the sign of the vectors is wrong") == true)
    // The frame counts as seen, so that the next field is judged by its own frames.
    #expect(state.previous?.width == 96)
  }
}
