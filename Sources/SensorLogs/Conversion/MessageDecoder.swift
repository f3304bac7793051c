/// Decodes the messages of one type in any of the encodings that logs use.
public struct MessageDecoder: Sendable {
  private enum Means: Sendable {
    case ros(ROSMessageDecoder)
    case json(FoxgloveJSONDecoder)
  }
  private let means: Means

  /// Chooses the decoder of an encoding.
  ///
  /// - Parameters:
  ///   - messageEncoding: `cdr`, `ros1` or `json`.
  ///   - schemaName: The type's name.
  ///   - schemaEncoding: `ros2msg`, `ros1msg` or `jsonschema`.
  ///   - schema: The schema's text.
  /// - Throws: ``LogError`` of kind `undecodable` when messages of this kind cannot be decoded.
  public init(
    messageEncoding: String, schemaName: String, schemaEncoding: String, schema: [UInt8]
  ) throws {
    switch (messageEncoding, schemaEncoding) {
    case ("cdr", "ros2msg"), ("ros1", "ros1msg"):
      means = .ros(
        try ROSMessageDecoder(
          schemaName: schemaName, schemaText: String(decoding: schema, as: UTF8.self),
          encoding: messageEncoding == "cdr" ? .cdr : .ros1))
    case ("json", _): means = .json(FoxgloveJSONDecoder(schemaName: schemaName))
    default:
      throw LogError(
        .undecodable, file: "", place: "schema '\(schemaName)'",
        problem:
          "messages encoded as '\(messageEncoding)' with a schema in '\(schemaEncoding)' cannot be decoded;"
          + " cdr with ros2msg, ros1 with ros1msg and json can")
    }
  }

  /// The ROS decoder, when the encoding is one of ROS.
  var ros: ROSMessageDecoder? {
    if case .ros(let decoder) = means { decoder } else { nil }
  }

  /// The kind of payload that messages decode to.
  public var payloadType: String {
    switch means {
    case .ros(let decoder): decoder.payloadType
    case .json(let decoder): decoder.payloadType
    }
  }

  /// Whether only a message tells what the payload is.
  var needsSample: Bool {
    switch means {
    case .ros(let decoder): decoder.kind == .image || decoder.kind == .compressedImage
    case .json(let decoder): decoder.kind == .rawImage || decoder.kind == .compressedImage
    }
  }

  /// The kind of payload, told by a message.
  ///
  /// - Parameter data: A message.
  /// - Returns: `depth` or `image` for pictures, else ``payloadType``.
  public func payloadType(of data: ArraySlice<UInt8>) -> String {
    switch means {
    case .ros(let decoder): decoder.payloadType(of: data)
    case .json(let decoder): decoder.payloadType(of: data)
    }
  }

  /// Stamp and frame of a message, without decoding the rest.
  ///
  /// - Parameter data: A message.
  /// - Returns: Stamp and frame, or nil where the message gives none.
  public func peekHeader(_ data: ArraySlice<UInt8>) -> (stamp: Timestamp, frameID: String)? {
    switch means {
    case .ros(let decoder): decoder.peekHeader(data)
    case .json(let decoder): decoder.peekHeader(data)
    }
  }

  /// Decodes a message.
  ///
  /// - Parameters:
  ///   - data: The message's bytes.
  ///   - header: The header of the result.
  ///   - file: The file, for errors.
  ///   - place: Where in the file, for errors.
  /// - Returns: The payload with its header.
  /// - Throws: ``LogError`` of kind `undecodable`.
  public func decode(
    _ data: ArraySlice<UInt8>, header: MessageHeader, file: String, place: String
  ) throws -> AnyMessage {
    switch means {
    case .ros(let decoder): try decoder.decode(data, header: header, file: file, place: place)
    case .json(let decoder): try decoder.decode(data, header: header, file: file, place: place)
    }
  }
}
