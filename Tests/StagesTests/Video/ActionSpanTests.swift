import SensorLogs
import Testing

@testable import Stages

@Suite struct ActionSpanTests {
  /// Windows of 4 frames at 10 Hz that end every second frame; scores of the classes a and b.
  static func windows(_ scores: [(Double, Double)]) -> [ClipScores] {
    scores.enumerated().map { index, score in
      let first = 2 * index
      return ClipScores(
        classes: ["a", "b"],
        window: ClipScores.Window(
          firstTime: Timestamp(nanoseconds: Int64(first) * 100_000_000),
          lastTime: Timestamp(nanoseconds: Int64(first + 3) * 100_000_000), firstFrame: first,
          lastFrame: first + 3, scores: [score.0, score.1]))
    }
  }

  private static let scores = [
    (0.9, 0.1), (0.7, 0.3), (0.4, 0.6), (0.8, 0.2), (0.45, 0.55), (0.3, 0.7),
  ]

  @Test func `windows in a row become one span`() {
    let spans = ActionSpan.spans(of: Self.windows(Self.scores), .init())
    #expect(spans.map(\.label) == ["a", "b", "a", "b"])
    #expect(spans.map(\.startFrame) == [0, 4, 6, 8])
    #expect(spans.map(\.endFrame) == [5, 7, 9, 13])
    #expect(spans.map(\.windows) == [2, 1, 1, 2])
    #expect(abs(spans[0].score - 0.8) < 1e-12)
    #expect(
      ActionSpan.spans(of: Self.windows([(0.75, 0.25), (0.25, 0.75)]), .init())[1].json.compact
        == #"{"label":"b","start_s":0.2,"end_s":0.5,"start_frame":2,"end_frame":5,"score":0.75,"windows":1}"#
    )
  }

  @Test func `gaps are bridged, short spans and low scores left out`() {
    var rules = ActionSpan.Rules()
    rules.gap = 1
    let bridged = ActionSpan.spans(of: Self.windows(Self.scores), rules)
    #expect(bridged.map(\.label) == ["a", "b"])
    #expect(bridged.map(\.windows) == [3, 3])
    #expect(bridged.map(\.endFrame) == [9, 13])
    rules = ActionSpan.Rules(threshold: 0.65, fewestWindows: 2)
    #expect(ActionSpan.spans(of: Self.windows(Self.scores), rules).map(\.endFrame) == [5])
    // Below one half two classes may count; only the best does unless asked.
    rules = ActionSpan.Rules(threshold: 0.3, onlyBest: false)
    #expect(ActionSpan.spans(of: Self.windows(Self.scores), rules).map(\.windows) == [6, 2, 2])
  }

  @Test func `no windows give no spans`() {
    #expect(ActionSpan.spans(of: [], .init()).isEmpty)
    #expect(ActionSpan.spans(of: [ClipScores(classes: ["a"])], .init()).isEmpty)
  }
}
