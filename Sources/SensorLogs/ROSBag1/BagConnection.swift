/// A connection of a ROS 1 bag: one publisher's topic and message type.
struct BagConnection: Sendable {
  var number: UInt32
  var topic: String
  var type: String
  var definition: [UInt8]
  /// Nil when the definition cannot be used; ``problem`` says why.
  var decoder: ROSMessageDecoder?
  var problem = ""

  /// Reads a connection record: the header's topic, and the data's `type` and `message_definition`.
  init(_ header: BagRecordHeader, data: UnsafeRawBufferPointer) throws {
    guard let number = header.connection, let topic = header.topic else {
      throw FormatProblem("a connection record lacks the field 'conn' or 'topic'")
    }
    self.number = number
    self.topic = topic
    type = ""
    definition = []
    var reader = ByteReader(data)
    while !reader.isAtEnd {
      let length = Int(try reader.integer(UInt32.self))
      let range = try reader.range(length)
      let field = UnsafeRawBufferPointer(rebasing: data[range])
      guard let equals = field.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let value = field[(equals + 1)...]
      switch String(decoding: field[..<equals], as: UTF8.self) {
      case "type": type = String(decoding: value, as: UTF8.self)
      case "message_definition": definition = Array(value)
      default: break
      }
    }
    do {
      decoder = try ROSMessageDecoder(
        schemaName: type, schemaText: String(decoding: definition, as: UTF8.self), encoding: .ros1)
    } catch {
      problem = (error as? LogError)?.problem ?? "\(error)"
    }
  }

  /// A message of this connection.
  func message(
    _ data: ArraySlice<UInt8>, time: Timestamp, sequence: UInt64, file: String
  ) -> LogMessage {
    var header = MessageHeader(timestamp: time, topic: topic, sequence: sequence)
    if let (stamp, frame) = decoder?.peekHeader(data) {
      header.frameName = frame
      // A stamp of 0 means that the sender set none.
      if stamp.nanoseconds != 0 { header.timestamp = stamp }
    }
    let encoded = EncodedMessage(
      messageEncoding: "ros1", schemaEncoding: "ros1msg", schema: definition, data: data)
    let place = "message \(sequence) of \(topic)"
    let (decoder, type, problem, known) = (decoder, type, problem, header)
    return LogMessage(header: header, logTime: time, type: type, encoded: encoded) {
      guard let decoder else {
        throw LogError(
          .undecodable, file: file, place: place,
          problem: "the definition of \(type) in the bag cannot be used: \(problem)")
      }
      return try decoder.decode(data, header: known, file: file, place: place)
    }
  }
}
