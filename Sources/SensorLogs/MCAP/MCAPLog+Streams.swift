extension MCAPLog {
  /// The topics of a file with what is known of their messages.
  static func streams(
    _ contents: MCAPContents, file: RandomAccessFile, decoders: MCAPDecoders
  ) -> [LogStream] {
    let definitions = contents.definitions
    var byTopic: [String: LogStream] = [:]
    var samples = MCAPFirstMessages(contents, file: file)
    for channel in definitions.channels.values.sorted(by: { $0.id < $1.id }) {
      let schema = definitions.schemas[channel.schemaID]
      var payloadType = Record.typeName
      if let decoder = try? decoders.decoder(of: channel, schema: schema, file: file.path) {
        payloadType =
          decoder.needsSample
          ? samples.first(of: channel.id).map { decoder.payloadType(of: $0) } ?? decoder.payloadType
          : decoder.payloadType
      }
      let count =
        contents.counts.map { $0[channel.id] ?? 0 }
        ?? contents.statistics.map {
          Int(clamping: $0.channelMessageCounts[channel.id] ?? 0)
        }
      let times = contents.times[channel.id]
      var stream = LogStream(
        topic: channel.topic, type: schema?.name ?? "", payloadType: payloadType,
        messageCount: count, first: times.map { Timestamp(nanoseconds: $0.first) },
        last: times.map { Timestamp(nanoseconds: $0.last) })
      if let known = byTopic[channel.topic] {
        (stream.type, stream.payloadType) = (known.type, known.payloadType)
        stream.messageCount = known.messageCount.flatMap { a in
          count.map { a.addingReportingOverflow($0).partialValue }
        }
        stream.first = [known.first, stream.first].compactMap { $0 }.min()
        stream.last = [known.last, stream.last].compactMap { $0 }.max()
      }
      byTopic[channel.topic] = stream
    }
    return byTopic.values.sorted { $0.topic < $1.topic }
  }
}

/// Finds the first message of a channel, for types whose payload only a message tells.
private struct MCAPFirstMessages {
  private let contents: MCAPContents
  private let file: RandomAccessFile
  private var loaded: [Int: MCAPLoadedChunk] = [:]

  init(_ contents: MCAPContents, file: RandomAccessFile) {
    self.contents = contents
    self.file = file
  }

  mutating func first(of channel: UInt16) -> ArraySlice<UInt8>? {
    if let entry = contents.looseMessages.first(where: { $0.channelID == channel }) {
      return (try? file.read(at: entry.offset, count: Int(entry.byteCount)))?.dropFirst(22)
    }
    for (index, place) in contents.chunks.enumerated()
    where place.channels?.contains(channel) ?? (index < 4) {
      if loaded[index] == nil {
        var definitions = contents.definitions
        loaded = [:]
        loaded[index] = try? MCAPLoadedChunk(place, of: file, definitions: &definitions)
      }
      guard let chunk = loaded[index],
        let entry = chunk.entries.first(where: { $0.channelID == channel })
      else { continue }
      return chunk.bytes[entry.offset..<(entry.offset + Int(entry.byteCount))].dropFirst(22)
    }
    return nil
  }
}
