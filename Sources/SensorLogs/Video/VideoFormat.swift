import Foundation
import Vision

/// A video file: `/camera/image`, times from the container.
enum VideoFormat: LogFormat {
  static let name = "video"

  static func recognizes(_ path: LogPath) -> Bool { !path.isFolder && container(path.head) != nil }

  static func open(_ path: LogPath) throws -> any RecordedLog {
    do {
      return VideoLog(path: path.path, reader: try VideoReader(path: path.path))
    } catch {
      throw LogError(
        .unreadable, file: path.path,
        problem: "the \(container(path.head) ?? "video") file cannot be opened: \(error)")
    }
  }

  /// The container that bytes start with.
  private static func container(_ head: [UInt8]) -> String? {
    func text(_ offset: Int) -> String {
      String(decoding: head.dropFirst(offset).prefix(4), as: UTF8.self)
    }
    if ["ftyp", "moov", "mdat"].contains(text(4)) { return "MP4" }
    if text(0) == "RIFF", text(8) == "AVI " { return "AVI" }
    if head.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) { return "Matroska" }
    if text(0) == "OggS" { return "Ogg" }
    if head.starts(with: Array("FLV".utf8)) { return "FLV" }
    if head.starts(with: [0, 0, 1, 0xBA]) || head.starts(with: [0, 0, 1, 0xB3]) { return "MPEG" }
    // MPEG transport stream: a sync byte every 188 bytes.
    if head.count > 565, stride(from: 0, through: 564, by: 188).allSatisfy({ head[$0] == 0x47 }) {
      return "MPEG-TS"
    }
    return nil
  }
}

/// An opened video.
///
/// A frame depends on the ones before it, so frames are decoded in order by the cursor, not by the messages.
struct VideoLog: RecordedLog {
  let format = VideoFormat.name
  let path: String
  let streams: [LogStream]
  let damage: [LogDamage] = []

  init(path: String, reader: VideoReader) {
    self.path = path
    var stream = LogStream(topic: "/camera/image", type: "image", payloadType: Image.typeName)
    if let count = reader.frameCount, count > 0 {
      stream.messageCount = count
      stream.first = Timestamp(nanoseconds: 0)
      if let rate = reader.framesPerSecond, rate > 0.001, count < 1_000_000_000 {
        stream.last = Timestamp(seconds: Double(count - 1) / rate)
      }
    }
    streams = [stream]
  }

  func messages(_ selection: LogSelection) throws -> any LogCursor {
    try VideoCursor(path: path, selection: selection)
  }

  func inspect() throws -> LogInspection {
    let cursor = try VideoCursor(path: path, selection: LogSelection())
    var stream = streams[0]
    stream.messageCount = 0
    stream.first = nil
    while let message = try cursor.next() {
      if stream.first == nil { stream.first = message.logTime }
      stream.last = message.logTime
      stream.messageCount = Int(message.header.sequence) + 1
    }
    guard stream.messageCount != 0 else {
      throw LogError(.unreadable, file: path, problem: "no frame of the video can be decoded")
    }
    return LogInspection(format: format, streams: [stream], damage: cursor.damage)
  }
}

/// Decodes a video from the start.
final class VideoCursor: LogCursor {
  private let path: String
  private let reader: VideoReader
  private let selection: LogSelection
  private var sequence: UInt64 = 0
  private var isAtEnd = false
  private(set) var damage: [LogDamage] = []

  init(path: String, selection: LogSelection) throws {
    self.path = path
    self.selection = selection
    do {
      reader = try VideoReader(path: path)
    } catch {
      throw LogError(.unreadable, file: path, problem: "the video cannot be opened: \(error)")
    }
    if let topics = selection.topics, !topics.contains("/camera/image") { isAtEnd = true }
  }

  func next() throws -> LogMessage? {
    while !isAtEnd {
      guard let frame = decodeNext() else {
        isAtEnd = true
        return nil
      }
      let time = Timestamp(seconds: frame.seconds)
      let header = MessageHeader(
        timestamp: time, frameName: "camera", topic: "/camera/image", sequence: sequence)
      sequence += 1
      if let times = selection.times {
        if time >= times.upperBound { isAtEnd = true }
        if !times.contains(time) { continue }
      }
      let image = frame.image
      return LogMessage(header: header, logTime: time, type: Image.typeName) {
        AnyMessage(header: header, payload: image)
      }
    }
    return nil
  }

  private func decodeNext() -> (image: Image, seconds: Double)? {
    do {
      guard let frame = try reader.next() else {
        if let problem = reader.problem { report(problem) }
        return nil
      }
      guard frame.seconds.isFinite, abs(frame.seconds) < 9e9 else {
        report("the frame has no valid time; the rest is left out")
        return nil
      }
      return frame
    } catch {
      report("\(error); the rest is left out")
      return nil
    }
  }

  private func report(_ problem: String) {
    damage.append(
      LogDamage(
        file: FolderListing.lastComponent(path), place: "frame \(sequence)", problem: problem))
  }
}
