public import Configuration
import Geometry
public import Pipelines
public import SensorLogs
import Vision

/// `jsonl`: boxes of all frames, scores of windows or figures of motion in one file, one JSON object a line.
public struct JSONLinesFormat: StreamFileFormat {
  /// No settings.
  public typealias Parameters = NoParameters
  /// A line without its end.
  public typealias Encoded = [UInt8]
  /// What appends.
  public typealias Writer = LineFileWriter

  /// The name under `to:`.
  public static let name = "jsonl"
  /// What it writes.
  public static let documentation = """
    Writes the boxes of all frames, or scores of a video's windows, or figures of motion, into one file, one JSON object a line.
    `{"frame","timestamp_ns","frame_id","boxes":[{"label","score","center":[x,y,z],"size":[l,w,h],"yaw"}]}`: metres and radians
    in the coordinate frame `frame_id`; the centre is the box's centre, yaw turns about +z. A frame without a result gives a line
    without boxes. Tracked boxes also bear `"track"` and `"velocity":[x,y,z]`, metres per second. Scores give a line for each
    window, `{"frame","timestamp_ns","start_s","end_s","start_frame","end_frame","label","score","scores":{class: score}}` with the
    best class first named; frames without a window give none. Motion gives what its numbers mean, and its extent:
    `{"frame","timestamp_ns","method","unit","direction","bound","mean_subtracted","mean_speed","max_speed"}`, pixels.
    """
  /// Boxes, scores of windows, motion.
  public static let payloadTypes = [
    Detections3D.typeName, ClipScores.typeName, FlowField.typeName,
  ]

  /// Prepares the format.
  ///
  /// - Parameters:
  ///   - parameters: None.
  ///   - setup: Unused.
  public init(_ parameters: Parameters, setup: StageSetup) {}

  /// A frame's line.
  ///
  /// - Parameters:
  ///   - message: Boxes, scores or motion.
  ///   - frameIndex: Number of the frame.
  /// - Returns: The line without its end.
  /// - Throws: ``OutputFormatError`` for another payload.
  public func encode(_ message: AnyMessage, frameIndex: Int) throws -> [UInt8] {
    if let scores = message.payload as? ClipScores {
      return Self.line(scores, message.header, frame: frameIndex)
    }
    if let flow = message.payload as? FlowField {
      return Self.line(flow, message.header, frame: frameIndex)
    }
    let detections: Detections3D = try payload(of: message, for: Self.self)
    return line(
      frameIndex, message.header.timestamp, frameName: message.header.frameName,
      boxes: detections.boxes)
  }

  /// A line without boxes.
  ///
  /// - Parameters:
  ///   - frameIndex: Number of the frame.
  ///   - timestamp: The frame's instant.
  /// - Returns: The line without its end.
  public func encodeEmpty(frameIndex: Int, timestamp: Timestamp) -> [UInt8]? {
    line(frameIndex, timestamp, frameName: "", boxes: [])
  }

  /// Opens the file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - byteCount: Length to go on from; nil for a new file.
  /// - Returns: The writer.
  /// - Throws: When the file cannot be opened.
  public func makeWriter(path: String, resumingAt byteCount: Int?) throws -> LineFileWriter {
    try LineFileWriter(path: path, resumingAt: byteCount)
  }

  private func line(
    _ frame: Int, _ timestamp: Timestamp, frameName: String, boxes: [Box3D]
  ) -> [UInt8] {
    let content: JSONValue = .object([
      .init("frame", .integer(frame)),
      .init("timestamp_ns", .integer(Int(timestamp.nanoseconds))),
      .init("frame_id", .text(frameName)), .init("boxes", .list(boxes.map(json))),
    ])
    return Array(content.compact.utf8)
  }

  private func json(_ box: Box3D) -> JSONValue {
    .object(
      [
        .init("label", .text(box.label)), .init("score", .number(box.score)),
        .init("center", json(box.center)), .init("size", json(box.size)),
        .init("yaw", .number(box.yaw)),
      ] + (box.track.map { [.init("track", .integer($0))] } ?? [])
        + (box.velocity.map { [.init("velocity", json($0))] } ?? []))
  }

  private func json(_ vector: Vector3) -> JSONValue {
    .list([.number(vector.x), .number(vector.y), .number(vector.z)])
  }
}
