/// Something that streams carry: an image, a cloud, boxes.
public protocol Payload: Sendable {
  /// The name of this kind of payload in definitions and in the output of `inspect`, for example `image`.
  static var typeName: String { get }
}

/// When, where and in which order a message belongs.
public struct MessageHeader: Sendable, Equatable {
  /// The instant of measurement.
  public var timestamp: Timestamp
  /// Coordinate frame of the payload; empty when unknown.
  public var frameName: String
  /// The topic that it came by.
  public var topic: String
  /// Running number within the topic.
  public var sequence: UInt64

  /// A header from its parts.
  ///
  /// - Parameters:
  ///   - timestamp: The instant of measurement.
  ///   - frameName: Coordinate frame of the payload.
  ///   - topic: The topic that it came by.
  ///   - sequence: Running number within the topic.
  public init(
    timestamp: Timestamp, frameName: String = "", topic: String = "", sequence: UInt64 = 0
  ) {
    self.timestamp = timestamp
    self.frameName = frameName
    self.topic = topic
    self.sequence = sequence
  }
}

/// A payload with its header.
public struct Message<Body: Payload>: Sendable {
  /// When, where and in which order.
  public var header: MessageHeader
  /// What.
  public var payload: Body

  /// A message from its parts.
  ///
  /// - Parameters:
  ///   - header: When, where and in which order.
  ///   - payload: What.
  public init(header: MessageHeader, payload: Body) {
    self.header = header
    self.payload = payload
  }

  /// A message with another payload, for the same instant.
  ///
  /// - Parameters:
  ///   - payload: The new payload.
  ///   - frameName: Its coordinate frame; that of this message when left out.
  /// - Returns: A message with this message's header.
  public func replacing<Other: Payload>(_ payload: Other, frameName: String? = nil) -> Message<
    Other
  > {
    var header = header
    if let frameName { header.frameName = frameName }
    return Message<Other>(header: header, payload: payload)
  }
}

/// A message whose payload type is known at run time only.
public struct AnyMessage: Sendable {
  /// When, where and in which order.
  public var header: MessageHeader
  /// What.
  public var payload: any Payload

  /// A message from its parts.
  ///
  /// - Parameters:
  ///   - header: When, where and in which order.
  ///   - payload: What.
  public init(header: MessageHeader, payload: any Payload) {
    self.header = header
    self.payload = payload
  }

  /// The same message with its type forgotten.
  ///
  /// - Parameter message: A typed message.
  public init<Body: Payload>(_ message: Message<Body>) {
    self.init(header: message.header, payload: message.payload)
  }
}
