import Configuration
import SensorLogs
import Vision

extension JSONLinesFormat {
  /// A window's line; nothing where no window ends.
  static func line(_ scores: ClipScores, _ header: MessageHeader, frame: Int) -> [UInt8] {
    guard let window = scores.window else { return [] }
    var members = start(header, frame: frame)
    members += [
      .init("start_s", .number(window.firstTime.seconds)),
      .init("end_s", .number(window.lastTime.seconds)),
      .init("start_frame", .integer(window.firstFrame)),
      .init("end_frame", .integer(window.lastFrame)),
    ]
    if let best = window.best {
      members += [
        .init("label", .text(scores.classes[best])), .init("score", .number(window.scores[best])),
      ]
    }
    let all = zip(scores.classes, window.scores).map { JSONValue.Member($0, .number($1)) }
    members.append(.init("scores", .object(all)))
    return Array(JSONValue.object(members).compact.utf8)
  }

  /// What a field's numbers mean, and its extent.
  static func line(_ flow: FlowField, _ header: MessageHeader, frame: Int) -> [UInt8] {
    let (mean, most) = speeds(flow)
    let convention = flow.convention
    let members: [JSONValue.Member] =
      start(header, frame: frame) + [
        .init("method", .text(convention.method)), .init("unit", .text(convention.unit.rawValue)),
        .init("direction", .text(convention.direction.rawValue)),
        .init("bound", convention.bound.map { .number($0) } ?? .null),
        .init(
          "mean_subtracted",
          convention.subtractedMean.map { .list([.number($0.x), .number($0.y)]) } ?? .bool(false)),
        .init("mean_speed", .number(mean)), .init("max_speed", .number(most)),
      ]
    return Array(JSONValue.object(members).compact.utf8)
  }

  private static func start(_ header: MessageHeader, frame: Int) -> [JSONValue.Member] {
    [
      .init("frame", .integer(frame)),
      .init("timestamp_ns", .integer(Int(header.timestamp.nanoseconds))),
    ]
  }

  private static func speeds(_ flow: FlowField) -> (mean: Double, most: Double) {
    flow.vectors.withUnsafeElements(of: Float.self) { values in
      var (sum, most, count) = (0.0, Float(0), 0)
      var i = 0
      while i + 1 < values.count {
        let speed = (values[i] * values[i] + values[i + 1] * values[i + 1]).squareRoot()
        if speed.isFinite {
          sum += Double(speed)
          most = max(most, speed)
          count += 1
        }
        i += 2
      }
      return (sum / Double(max(1, count)), Double(most))
    }
  }
}
