/// One run of a conversion to MCAP.
final class MCAPConversion {
  private let log: any RecordedLog
  private let cursor: any LogCursor
  private let writer: MCAPLogWriter
  private var report = ConversionReport()
  private var numbers: [String: Int] = [:]
  private var transcoders: [String: ROSTranscoder] = [:]
  private static let greatestDamageCount = 1000

  init(log: any RecordedLog, cursor: any LogCursor, writer: MCAPLogWriter) {
    (self.log, self.cursor, self.writer) = (log, cursor, writer)
  }

  func run(_ progress: (Int) throws -> Void) throws -> ConversionReport {
    var handled = 0
    while let message = try cursor.next() {
      try copy(message)
      handled += 1
      try progress(handled)
    }
    try copyAttachments()
    try writer.finish()
    report.damage = cursor.damage + report.damage
    return report
  }

  private func note(_ error: LogError, _ message: LogMessage, _ number: Int) {
    guard report.damage.count < Self.greatestDamageCount else { return }
    report.damage.append(
      LogDamage(
        file: error.file, place: "\(message.header.topic) message \(number)", problem: error.problem
      ))
  }

  private func copy(_ message: LogMessage) throws {
    let topic = message.header.topic
    let number = numbers[topic, default: 0]
    numbers[topic] = number + 1
    var payload: AnyMessage?
    do {
      payload = try message.decoded()
    } catch let error as LogError {
      note(error, message, number)
    }
    if let encoded = message.encoded {
      if payload == nil { report.passedThroughUndecoded += 1 }
      try append(encoded, of: message, isSound: payload != nil)
    } else if let payload {
      try writer.write(payload, logTime: message.logTime)
    } else {
      report.messagesSkipped += 1
      return
    }
    report.messagesWritten += 1
  }

  private func append(
    _ encoded: EncodedMessage, of message: LogMessage, isSound: Bool
  ) throws {
    var (copy, type) = (encoded, message.type)
    if encoded.messageEncoding == "ros1", isSound, let transcoder = transcoder(message, encoded),
      let data = try? transcoder.transcode(encoded.data, file: "", place: message.header.topic)
    {
      type = transcoder.type
      copy = EncodedMessage(
        messageEncoding: "cdr", schemaEncoding: "ros2msg", schema: [UInt8](transcoder.text.utf8),
        data: data[...])
    }
    try writer.appendEncoded(
      topic: message.header.topic, type: type, encoded: copy, header: message.header,
      logTime: message.logTime,
      channelMetadata: (log as? MCAPLog)?.channelMetadata(of: message.header.topic) ?? [:])
  }

  private func transcoder(_ message: LogMessage, _ encoded: EncodedMessage) -> ROSTranscoder? {
    let key = message.header.topic + "\n" + message.type
    if let known = transcoders[key] { return known }
    guard
      let decoder = try? ROSMessageDecoder(
        schemaName: message.type, schemaText: String(decoding: encoded.schema, as: UTF8.self),
        encoding: .ros1)
    else { return nil }
    let made = ROSTranscoder(decoder)
    transcoders[key] = made
    return made
  }

  private func copyAttachments() throws {
    guard let source = log as? MCAPLog else { return }
    for index in source.attachments {
      do {
        try writer.write(try source.attachment(index))
      } catch let error as LogError where error.kind != .unwritable {
        report.damage.append(
          LogDamage(file: error.file, place: error.place, problem: error.problem))
      }
    }
    for index in source.metadata {
      do {
        try writer.write(try source.metadata(index))
      } catch let error as LogError where error.kind != .unwritable {
        report.damage.append(
          LogDamage(file: error.file, place: error.place, problem: error.problem))
      }
    }
  }
}

extension MCAPLog {
  /// The free text of the first channel of a topic.
  func channelMetadata(of topic: String) -> [String: String] {
    contents.definitions.channels.values.filter { $0.topic == topic }
      .min { $0.id < $1.id }?.metadata ?? [:]
  }
}
