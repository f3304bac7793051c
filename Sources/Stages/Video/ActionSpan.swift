import Configuration
import SensorLogs

/// A span of time in which a video shows one class.
struct ActionSpan: Equatable, Sendable {
  var label: String
  var start: Timestamp
  var end: Timestamp
  var startFrame: Int
  var endFrame: Int
  /// Mean score of the class over the windows.
  var score: Double
  /// Number of windows.
  var windows: Int

  /// Which windows count, and which of them are joined.
  struct Rules: Equatable, Sendable {
    /// Windows whose score of the class is lower do not count.
    var threshold = 0.5
    /// Whether only the class with the highest score of a window counts.
    var onlyBest = true
    /// So many windows in a row may fail to count without ending the span.
    var gap = 0
    /// Spans of fewer windows are left out.
    var fewestWindows = 1
  }

  /// Joins windows that count into spans.
  ///
  /// - Parameters:
  ///   - windows: Windows in order, each with the classes that its scores belong to.
  ///   - rules: Which windows count.
  /// - Returns: Spans by start, end and label.
  static func spans(of windows: [ClipScores], _ rules: Rules) -> [ActionSpan] {
    struct Open {
      var span: ActionSpan
      var sum: Double
      var last: Int
    }
    var open: [String: Open] = [:]
    var found: [ActionSpan] = []
    func close(_ label: String) {
      guard var one = open.removeValue(forKey: label), one.span.windows >= rules.fewestWindows
      else { return }
      one.span.score = one.sum / Double(one.span.windows)
      found.append(one.span)
    }
    var number = -1
    for scores in windows {
      guard let window = scores.window else { continue }
      number += 1
      let best = window.best
      for (k, label) in scores.classes.enumerated() {
        let score = window.scores[k]
        guard score >= rules.threshold, !rules.onlyBest || k == best else { continue }
        if let one = open[label], number - one.last > rules.gap + 1 { close(label) }
        var one =
          open[label]
          ?? Open(
            span: ActionSpan(
              label: label, start: window.firstTime, end: window.lastTime,
              startFrame: window.firstFrame, endFrame: window.lastFrame, score: 0, windows: 0),
            sum: 0, last: number)
        one.span.end = window.lastTime
        one.span.endFrame = window.lastFrame
        one.span.windows += 1
        one.sum += score
        one.last = number
        open[label] = one
      }
    }
    for label in open.keys.sorted() { close(label) }
    return found.sorted {
      ($0.startFrame, $0.endFrame, $0.label) < ($1.startFrame, $1.endFrame, $1.label)
    }
  }

  /// The span as a line of JSON.
  var json: JSONValue {
    .object([
      .init("label", .text(label)), .init("start_s", .number(start.seconds)),
      .init("end_s", .number(end.seconds)), .init("start_frame", .integer(startFrame)),
      .init("end_frame", .integer(endFrame)), .init("score", .number(score)),
      .init("windows", .integer(windows)),
    ])
  }
}
