import Configuration
import Pipelines
import SensorLogs
import Tensors
import Vision

@testable import Stages

/// A log of pictures in memory, and a stage that scores them without a network.
struct PictureLog: RecordedLog {
  let count: Int
  var format: String { "memory" }
  var damage: [LogDamage] { [] }
  var streams: [LogStream] {
    [LogStream(topic: "/camera/image", type: "image", payloadType: Image.typeName)]
  }

  func messages(_ selection: LogSelection) throws -> any LogCursor { Cursor(count: count) }

  func inspect() throws -> LogInspection {
    LogInspection(format: format, streams: streams, damage: [])
  }

  static func picture(_ number: Int) -> Image {
    Image(
      pixels: Tensor(shape: [48, 64, 3], of: UInt8.self) { target in
        for i in 0..<target.count {
          target[i] = UInt8((i / 3 % 64 * 2 + number * 5 + i % 3 * 40) % 256)
        }
      })
  }

  private final class Cursor: LogCursor {
    let count: Int
    var place = 0
    var damage: [LogDamage] { [] }

    init(count: Int) { self.count = count }

    func next() throws -> LogMessage? {
      guard place < count else { return nil }
      let number = place
      place += 1
      let time = Timestamp(nanoseconds: Int64(number) * 50_000_000)
      let header = MessageHeader(
        timestamp: time, frameName: "camera", topic: "/camera/image", sequence: UInt64(number))
      return LogMessage(header: header, logTime: time, type: "image") {
        AnyMessage(header: header, payload: PictureLog.picture(number))
      }
    }
  }
}

/// A window of 4 frames ends with every second frame; what it shows changes every 7 frames.
struct ScoringStage: StatefulStage {
  static let image = InputPort<Image>("image", "A picture")
  static var inputs: [any InputPortDescription] { [image] }
  static var name: String { "test.scores" }
  static var documentation: String { "Scores." }
  private let inner: VideoClassifyStage
  var replayFrames: Int? { inner.replayFrames }
  var burstFrames: Int { inner.burstFrames }

  init(_ parameters: NoParameters, setup: StageSetup) throws {
    var settings = VideoClassifyStage.Parameters()
    settings.hop = 2
    inner = VideoClassifyStage(
      settings,
      ClipClassifier(classes: ["walk", "run"], form: .init(frames: 4, height: 48, width: 64)) {
        clips in
        clips.map { clip in
          let phase = Int((clip.times[3] / 0.05).rounded()) / 7 % 2
          return phase == 0 ? [0.75, 0.25] : [0.125, 0.875]
        }
      })
  }

  func initialState() -> VideoClassifyStage.State { inner.initialState() }

  func process(
    _ inputs: StageInputs, state: inout VideoClassifyStage.State
  ) throws -> Message<ClipScores> {
    try inner.process(inputs, state: &state)
  }
}
