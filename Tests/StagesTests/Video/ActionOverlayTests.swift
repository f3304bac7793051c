import Pipelines
import SensorLogs
import Tensors
import Testing
import Vision

@testable import Stages

@Suite struct ActionOverlayTests {
  private static func inputs(_ frame: Int, _ window: ClipScores.Window?, side: Int = 240)
    -> StageInputs
  {
    let header = MessageHeader(timestamp: Timestamp(nanoseconds: Int64(frame)))
    let image = Image(pixels: Tensor(repeating: UInt8(200), shape: [side, side, 3]))
    let scores = ClipScores(classes: ["jump", "run"], window: window)
    return StageInputs(
      frameIndex: frame,
      messages: [
        "image": AnyMessage(header: header, payload: image),
        "scores": AnyMessage(header: header, payload: scores),
      ])
  }

  private static func window(_ frame: Int, _ scores: [Double]) -> ClipScores.Window {
    ClipScores.Window(
      firstTime: Timestamp(nanoseconds: 0), lastTime: Timestamp(nanoseconds: Int64(frame)),
      firstFrame: 0, lastFrame: frame, scores: scores)
  }

  private static func isPlain(_ image: Image) -> Bool {
    image.pixels.array(of: UInt8.self).allSatisfy { $0 == 200 }
  }

  @Test func `scores stay on the frames after their window, for as long as they hold`() throws {
    var parameters = ActionOverlayStage.Parameters()
    parameters.hold = 3
    let stage = ActionOverlayStage(parameters, setup: StageSetup(definitionFolder: ""))
    var state = stage.initialState()
    var plain: [Bool] = []
    for frame in 0..<7 {
      let window = frame == 1 ? Self.window(1, [0.2, 0.8]) : nil
      plain.append(
        Self.isPlain(try stage.process(Self.inputs(frame, window), state: &state).payload))
    }
    #expect(plain == [true, false, false, false, true, true, true])
    #expect(stage.replayFrames == 3)
  }

  @Test func `the highest score has the first and longest bar`() throws {
    let stage = ActionOverlayStage(.init(), setup: StageSetup(definitionFolder: ""))
    var state = stage.initialState()
    let image = try stage.process(
      Self.inputs(1, Self.window(1, [0.25, 0.75])), state: &state
    ).payload
    let pixels = image.pixels.array(of: UInt8.self)
    // Bars of a colour of their own: neither grey (rail, dark panel) nor white ink.
    func colored(_ row: Int) -> Int {
      (0..<image.width).filter { x in
        let i = 3 * (row * image.width + x)
        let part = pixels[i..<(i + 3)].map(Int.init)
        return (part.max() ?? 0) - (part.min() ?? 0) > 40
      }.count
    }
    let lengths = (0..<image.height).map(colored).filter { $0 > 4 }
    let (longest, shortest) = (lengths.max() ?? 0, lengths.min() ?? 0)
    #expect(longest > 20)
    #expect(abs(Double(shortest) / Double(longest) - 1.0 / 3) < 0.12)
    #expect(colored(image.height - 2) == 0)
    let rows = (0..<image.height).filter { colored($0) > 4 }
    #expect(colored(rows[0]) > colored(rows[rows.count - 1]))
  }

  @Test(arguments: [1, 8, 32])
  func `small pictures are enlarged until text can be read`(side: Int) throws {
    let stage = ActionOverlayStage(.init(), setup: StageSetup(definitionFolder: ""))
    var state = stage.initialState()
    let image = try stage.process(
      Self.inputs(1, Self.window(1, [0.25, .nan]), side: side), state: &state
    ).payload
    #expect(image.width >= 240 && image.width % side == 0)
  }
}
