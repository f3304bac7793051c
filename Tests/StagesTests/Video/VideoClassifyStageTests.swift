import Foundation
import Models
import Pipelines
import SensorLogs
import Tensors
import Testing
import Vision

@testable import Stages

@Suite struct VideoClassifyStageTests {
  /// Frame i of a video: every pixel is i.
  static func frame(_ number: Int, width: Int = 4) -> Image {
    Image(pixels: Tensor(repeating: UInt8(number), shape: [3, width, 3]))
  }

  /// Scores that say what the clip holds: numbers of its first and its last frame, and whether all are where they belong.
  static func classifier(frames: Int, step: Int) -> ClipClassifier {
    ClipClassifier(
      classes: ["first", "last", "sum"],
      form: ClipForm(frames: frames, step: step, height: 3, width: 4)
    ) { clips in
      clips.map { clip in
        let values = clip.frames.array(of: UInt8.self)
        let size = values.count / frames
        let numbers = (0..<frames).map { Double(values[$0 * size + size / 2]) }
        return [numbers[0], numbers[frames - 1], numbers.reduce(0, +)]
      }
    }
  }

  static func stage(frames: Int, step: Int, hop: Int, padStart: Bool = false) -> VideoClassifyStage
  {
    var parameters = VideoClassifyStage.Parameters()
    parameters.hop = hop
    parameters.padStart = padStart
    return VideoClassifyStage(parameters, classifier(frames: frames, step: step))
  }

  static func inputs(_ number: Int, width: Int = 4) -> StageInputs {
    let header = MessageHeader(timestamp: Timestamp(nanoseconds: Int64(number) * 40_000_000))
    return StageInputs(
      frameIndex: number,
      messages: ["image": AnyMessage(header: header, payload: frame(number, width: width))])
  }

  /// Windows by the number of the frame that they end with.
  static func windows(_ stage: VideoClassifyStage, frames: [Int]) throws -> [Int: ClipScores.Window]
  {
    var state = stage.initialState()
    var found: [Int: ClipScores.Window] = [:]
    for number in frames {
      let scores = try stage.process(inputs(number), state: &state).payload
      #expect(scores.classes == ["first", "last", "sum"])
      found[number] = scores.window
    }
    return found
  }

  @Test func `windows of every second frame end every third frame, with their frames and times`()
    throws
  {
    // A window of 4 frames, every second one, spans 7.
    let stage = Self.stage(frames: 4, step: 2, hop: 3)
    let found = try Self.windows(stage, frames: Array(0..<14))
    #expect(found.keys.sorted() == [6, 9, 12])
    let window = try #require(found[9])
    #expect(window.firstFrame == 3 && window.lastFrame == 9)
    #expect(
      window.firstTime.nanoseconds == 120_000_000 && window.lastTime.nanoseconds == 360_000_000)
    #expect(window.scores == [3, 9, 3 + 5 + 7 + 9])
    #expect(stage.replayFrames == 7)
  }

  @Test func `a hop of 0 is half a window`() throws {
    let found = try Self.windows(Self.stage(frames: 8, step: 1, hop: 0), frames: Array(0..<20))
    #expect(found.keys.sorted() == [7, 11, 15, 19])
  }

  @Test(arguments: [5, 6, 7, 8, 11])
  func `replaying a window's frames gives the windows of a run from the start`(start: Int) throws {
    let stage = Self.stage(frames: 3, step: 2, hop: 2)
    let whole = try Self.windows(stage, frames: Array(0..<30))
    let replay = try #require(stage.replayFrames)
    let part = try Self.windows(stage, frames: Array((start + 7 - replay)..<30))
    #expect(part.filter { $0.key >= start + 7 } == whole.filter { $0.key >= start + 7 })
  }

  @Test func `a window that should end with a missing frame ends with the next one`() throws {
    let stage = Self.stage(frames: 2, step: 1, hop: 4)
    // Windows end with 1, 5, 9; 5 was skipped.
    let found = try Self.windows(stage, frames: [0, 1, 2, 3, 4, 6, 7, 8, 9])
    #expect(found.keys.sorted() == [1, 6, 9])
    #expect(found[6]?.scores == [4, 6, 10])
    #expect(found[6]?.firstFrame == 4)
  }

  @Test func `a video shorter than a window gives windows when its start is repeated`() throws {
    let short = Array(0..<3)
    #expect(try Self.windows(Self.stage(frames: 4, step: 2, hop: 2), frames: short).isEmpty)
    let padded = Self.stage(frames: 4, step: 2, hop: 2, padStart: true)
    let found = try Self.windows(padded, frames: Array(0..<9))
    // Windows that would end with 6 and every second frame before and after it.
    #expect(found.keys.sorted() == [0, 2, 4, 6, 8])
    #expect(found[2]?.scores == [0, 2, 2])
    #expect(found[2]?.firstFrame == 0 && found[2]?.firstTime.nanoseconds == 0)
    #expect(found[6]?.scores == [0, 6, 0 + 2 + 4 + 6])
  }

  @Test func `a frame of another size starts a new window`() throws {
    let stage = Self.stage(frames: 3, step: 1, hop: 1)
    var state = stage.initialState()
    var ends: [Int] = []
    for number in 0..<8 {
      let message = try stage.process(Self.inputs(number, width: number < 4 ? 4 : 5), state: &state)
      if message.payload.window != nil { ends.append(number) }
    }
    #expect(ends == [2, 3, 6, 7])
  }

  @Test func `a failure leaves the state as it was`() throws {
    struct Refusal: Error {}
    let classifier = ClipClassifier(
      classes: ["a"], form: ClipForm(frames: 1, height: 3, width: 4)
    ) { _ in throw Refusal() }
    let stage = VideoClassifyStage(.init(), classifier)
    var state = stage.initialState()
    #expect(throws: Refusal.self) { try stage.process(Self.inputs(0), state: &state) }
    #expect(state.ring.count == 0 && state.last == nil)
  }

  @Test func `weights that are missing are named, and not needed to validate`() throws {
    let setup = StageSetup(definitionFolder: "/none", stageID: "action")
    let error = #expect(throws: ModelError.self) { try VideoClassifyStage(.init(), setup: setup) }
    #expect(error?.description.contains("'weights' is missing") == true)
    var validation = setup
    validation.isValidation = true
    _ = try VideoClassifyStage(.init(), setup: validation)
  }
}
