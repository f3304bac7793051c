/// One topic of a log.
public struct LogStream: Sendable, Equatable {
  /// The topic.
  public var topic: String
  /// Its type as the log names it (`sensor_msgs/msg/PointCloud2`), or the payload's name for folders (`cloud`).
  public var type: String
  /// The kind of payload that its messages decode to (``Payload/typeName``).
  public var payloadType: String
  /// Number of messages, when known without reading them all.
  public var messageCount: Int?
  /// Log time of the first message, when known.
  public var first: Timestamp?
  /// Log time of the last message, when known.
  public var last: Timestamp?

  /// A topic of a log.
  ///
  /// - Parameters:
  ///   - topic: The topic.
  ///   - type: Its type as the log names it.
  ///   - payloadType: The kind of payload that its messages decode to.
  ///   - messageCount: Number of messages, when known.
  ///   - first: Log time of the first message, when known.
  ///   - last: Log time of the last message, when known.
  public init(
    topic: String, type: String, payloadType: String, messageCount: Int? = nil,
    first: Timestamp? = nil, last: Timestamp? = nil
  ) {
    self.topic = topic
    self.type = type
    self.payloadType = payloadType
    self.messageCount = messageCount
    self.first = first
    self.last = last
  }
}

/// A message as the log holds it: its payload is decoded when asked for, on whatever thread asks.
public struct LogMessage: Sendable {
  /// Header; its timestamp is the instant of measurement (the payload's own stamp where it has one, else ``logTime``).
  public var header: MessageHeader
  /// When the recorder took it.
  public var logTime: Timestamp
  /// Its type as the log names it.
  public var type: String
  /// Bytes, encoding and schema, for copying without loss; nil for folders.
  public var encoded: EncodedMessage?
  private let decoder: @Sendable () throws -> AnyMessage

  /// A message of a log.
  ///
  /// - Parameters:
  ///   - header: Header with the instant of measurement.
  ///   - logTime: When the recorder took it.
  ///   - type: Its type as the log names it.
  ///   - encoded: Bytes, encoding and schema, for copying without loss.
  ///   - decoder: Decodes the payload; throws ``LogError`` when it cannot.
  public init(
    header: MessageHeader, logTime: Timestamp, type: String, encoded: EncodedMessage? = nil,
    decoder: @escaping @Sendable () throws -> AnyMessage
  ) {
    self.header = header
    self.logTime = logTime
    self.type = type
    self.encoded = encoded
    self.decoder = decoder
  }

  /// Decodes the payload.
  ///
  /// - Returns: The payload with its header.
  /// - Throws: ``LogError`` that names the file, the message and what is wrong.
  public func decoded() throws -> AnyMessage { try decoder() }
}

/// The bytes of a message with what is needed to understand them.
public struct EncodedMessage: Sendable, Equatable {
  /// For example `cdr`, `ros1`, `json`.
  public var messageEncoding: String
  /// For example `ros2msg`, `ros1msg`, `jsonschema`; empty for none.
  public var schemaEncoding: String
  /// The schema's text.
  public var schema: [UInt8]
  /// The message's bytes: a slice of the chunk that they came in, so that reading copies nothing.
  public var data: ArraySlice<UInt8>

  /// An encoded message.
  ///
  /// - Parameters:
  ///   - messageEncoding: How `data` is encoded.
  ///   - schemaEncoding: How `schema` is written.
  ///   - schema: The schema's text.
  ///   - data: The message's bytes.
  public init(
    messageEncoding: String, schemaEncoding: String, schema: [UInt8], data: ArraySlice<UInt8>
  ) {
    self.messageEncoding = messageEncoding
    self.schemaEncoding = schemaEncoding
    self.schema = schema
    self.data = data
  }
}

/// Which part of a log to read.
public struct LogSelection: Sendable {
  /// Topics to deliver; all when nil.
  public var topics: Set<String>?
  /// Log times to deliver, half-open; all when nil.
  public var times: Range<Timestamp>?

  /// Everything, or a part.
  ///
  /// - Parameters:
  ///   - topics: Topics to deliver; all when nil.
  ///   - times: Log times to deliver, half-open; all when nil.
  public init(topics: Set<String>? = nil, times: Range<Timestamp>? = nil) {
    self.topics = topics
    self.times = times
  }
}

/// A place where a log cannot be read as it was written.
public struct LogDamage: Sendable, Equatable {
  /// The file, relative to the log's folder or as given.
  public var file: String
  /// Where in the file: "byte 1234", "chunk 2 at byte 1234", "frame 000001".
  public var place: String
  /// What is wrong and what it costs, as a sentence without a full stop.
  public var problem: String

  /// A place that cannot be read.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - place: Where in the file.
  ///   - problem: What is wrong and what it costs.
  public init(file: String, place: String, problem: String) {
    self.file = file
    self.place = place
    self.problem = problem
  }

  /// One line for a person.
  public var description: String {
    place.isEmpty ? "\(file): \(problem)" : "\(file): \(place): \(problem)"
  }
}

/// An opened log.
///
/// Opening reads only what is needed to list the streams; messages stream.
public protocol RecordedLog: Sendable {
  /// The format's name, for example `mcap`, `rosbag1`, `kitti-object`.
  var format: String { get }

  /// The topics, sorted by name.
  var streams: [LogStream] { get }

  /// Damage that opening found.
  var damage: [LogDamage] { get }

  /// Starts reading.
  ///
  /// - Parameter selection: Which part to read.
  /// - Returns: A cursor that yields messages in (log time, topic, sequence) order.
  /// - Throws: ``LogError`` when nothing can be read.
  func messages(_ selection: LogSelection) throws -> any LogCursor

  /// Reads the whole log and checks everything that can be checked without decoding payloads, plus what only a decoder sees
  /// in formats that have no checksum (images, clouds, calibration and label text).
  ///
  /// - Returns: The streams with counts and times, and all damage.
  /// - Throws: ``LogError`` when nothing can be read.
  func inspect() throws -> LogInspection
}

/// A position in a log that is being read; used from one thread at a time.
public protocol LogCursor: AnyObject {
  /// The next message, or nil at the end.
  ///
  /// - Returns: The next message in (log time, topic, sequence) order.
  /// - Throws: ``LogError`` only when reading cannot go on at all; what can be skipped is recorded in ``damage``.
  func next() throws -> LogMessage?

  /// Damage met so far, including what opening the log found.
  var damage: [LogDamage] { get }
}

/// What reading a whole log found.
public struct LogInspection: Sendable {
  /// The format's name.
  public var format: String
  /// The topics with counts and times.
  public var streams: [LogStream]
  /// All damage.
  public var damage: [LogDamage]
  /// What a person may want to know and is no damage, for example files that were left out on purpose.
  public var notes: [String]

  /// What reading a whole log found.
  ///
  /// - Parameters:
  ///   - format: The format's name.
  ///   - streams: The topics with counts and times.
  ///   - damage: All damage.
  ///   - notes: What a person may want to know and is no damage.
  public init(
    format: String, streams: [LogStream], damage: [LogDamage], notes: [String] = []
  ) {
    self.format = format
    self.streams = streams
    self.damage = damage
    self.notes = notes
  }

  /// Seconds from the first to the last message.
  public var duration: Double {
    guard let first = streams.compactMap(\.first).min(), let last = streams.compactMap(\.last).max()
    else { return 0 }
    return Double(last.nanoseconds &- first.nanoseconds) / 1e9
  }
}

/// Why a log, or one message of it, cannot be read or written.
public struct LogError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of failure, for the exit code.
  public enum Kind: Sendable {
    /// Missing, unreadable, or of no known format: exit code 5.
    case unreadable
    /// One message or frame cannot be decoded: exit code 3 when it is skipped.
    case undecodable
    /// Writing failed, for example because the disk is full: exit code 1.
    case unwritable
  }
  /// What kind of failure.
  public var kind: Kind
  /// The file.
  public var file: String
  /// Where in the file; may be empty.
  public var place: String
  /// What is wrong and what to do about it.
  public var problem: String

  /// A failure.
  ///
  /// - Parameters:
  ///   - kind: What kind of failure.
  ///   - file: The file.
  ///   - place: Where in the file; may be empty.
  ///   - problem: What is wrong and what to do about it.
  public init(_ kind: Kind, file: String, place: String = "", problem: String) {
    self.kind = kind
    self.file = file
    self.place = place
    self.problem = problem
  }

  /// One line for a person.
  public var description: String {
    place.isEmpty ? "\(file): \(problem)" : "\(file): \(place): \(problem)"
  }
}
