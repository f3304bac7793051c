/// What one file, or a few that belong together, contribute to a log as one message.
protocol FileContent: Sendable {
  /// The kind of payload (``Payload/typeName``).
  var payloadType: String { get }
  /// The file's name, relative to the log's folder.
  var file: String { get }
  /// For example "frame 000001"; may be empty.
  var place: String { get }

  /// Reads and decodes; damage that leaves something readable goes to `note`.
  func payload(_ note: (LogDamage) -> Void) throws -> any Payload

  /// Reads and checks as much as can be checked without keeping the payload.
  func check() -> FileCheck
}

extension FileContent {
  /// An error about this file.
  func failure(_ problem: String) -> LogError {
    LogError(.undecodable, file: file, place: place, problem: problem)
  }

  /// Damage of this file.
  func damage(_ problem: String) -> LogDamage {
    LogDamage(file: file, place: place, problem: problem)
  }

  /// Checks by decoding: right for small files.
  func checkByDecoding() -> FileCheck {
    var check = FileCheck()
    do {
      _ = try payload { check.damage.append($0) }
    } catch {
      check.isReadable = false
      check.damage.append(LogDamage(error, file: file, place: place))
    }
    return check
  }
}

/// What checking a file found.
struct FileCheck {
  var damage: [LogDamage] = []
  /// Whether a payload can be had from it.
  var isReadable = true
  /// Width and height of an image.
  var size: PixelSize?
}

/// Width and height in pixels.
struct PixelSize: Sendable, Equatable {
  var width: Int
  var height: Int
  var text: String { "\(width)x\(height)" }
}

extension LogDamage {
  /// The damage that an error reports; `file` and `place` serve where the error is another module's.
  init(_ error: any Error, file: String, place: String) {
    if let error = error as? LogError {
      self.init(file: error.file, place: error.place, problem: error.problem)
    } else {
      self.init(file: file, place: place, problem: "\(error)")
    }
  }
}

/// One message of a ``FileLog``.
struct FileEntry: Sendable {
  var topic: String
  var timestamp: Timestamp
  var frameName: String
  var content: any FileContent
  /// Set by the log.
  var sequence: UInt64 = 0

  init(topic: String, timestamp: Timestamp, frameName: String, content: any FileContent) {
    self.topic = topic
    self.timestamp = timestamp
    self.frameName = frameName
    self.content = content
  }
}
