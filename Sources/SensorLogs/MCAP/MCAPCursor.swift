/// Reads the messages of an MCAP file in (log time, topic, sequence) order.
///
/// A chunk is decompressed when the first of its messages may be next, and let go after its last: more than one is held
/// only where chunks overlap in time.
final class MCAPCursor: LogCursor {
  private let log: MCAPLog
  private let file: RandomAccessFile
  private let selection: LogSelection
  private var definitions: MCAPDefinitions
  /// Chunks not yet read, the earliest last.
  private var waiting: [MCAPChunkPlace]
  /// Sources with messages left.
  private var active: [Source] = []
  private var sequences: [String: UInt64] = [:]
  private var channels: [UInt16: Channel] = [:]
  private(set) var damage: [LogDamage]
  /// Bytes of decompressed chunks that are held.
  private var heldBytes = 0

  /// A chunk, or all messages outside of chunks, with the messages in order.
  private final class Source {
    var bytes: ArraySlice<UInt8>?
    let place: MCAPChunkPlace?
    var entries: [MCAPMessageEntry]
    var position = 0
    var key: (Int64, String, UInt32)

    init(
      bytes: ArraySlice<UInt8>?, place: MCAPChunkPlace?, entries: [MCAPMessageEntry],
      key: (Int64, String, UInt32)
    ) {
      (self.bytes, self.place, self.entries, self.key) = (bytes, place, entries, key)
    }
  }

  /// What all messages of a channel share.
  private struct Channel {
    var topic: String
    var type: String
    var messageEncoding: String
    var schemaEncoding: String
    var schema: [UInt8]
    var isSelected: Bool
    var decoder: Result<MessageDecoder, LogError>
  }

  init(_ log: MCAPLog, selection: LogSelection) {
    self.log = log
    self.selection = selection
    file = log.file
    definitions = log.contents.definitions
    damage = log.damage
    let wanted = selection.topics.map { topics in
      Set(log.contents.definitions.channels.values.filter { topics.contains($0.topic) }.map(\.id))
    }
    waiting = log.contents.chunks.filter { place in
      if let times = selection.times {
        guard Int64(clamping: place.startTime) < times.upperBound.nanoseconds,
          Int64(clamping: place.endTime) >= times.lowerBound.nanoseconds
        else { return false }
      }
      guard let wanted, let channels = place.channels else { return true }
      return !wanted.isDisjoint(with: channels)
    }
    waiting.sort { ($1.startTime, $1.offset) < ($0.startTime, $0.offset) }
    if log.contents.chunks.isEmpty || !log.contents.looseMessages.isEmpty {
      add(nil, nil, log.contents.looseMessages)
    }
  }

  func next() throws -> LogMessage? {
    while true {
      loadDueChunks()
      guard let (entry, source) = take() else { return nil }
      if let message = message(entry, of: source) { return message }
    }
  }

  private func loadDueChunks() {
    // Everything that may precede the earliest known message has to be there first.
    while let place = waiting.last {
      if let least = active.min(by: { $0.key < $1.key }),
        least.key.0 < Int64(clamping: place.startTime)
      {
        break
      }
      waiting.removeLast()
      load(place)
    }
  }

  /// The earliest message of all sources.
  private func take() -> (MCAPMessageEntry, Source)? {
    guard var source = active.first else { return nil }
    for other in active.dropFirst() where other.key < source.key { source = other }
    let entry = source.entries[source.position]
    source.position += 1
    if source.position == source.entries.count {
      heldBytes -= source.bytes?.count ?? 0
      active.removeAll { $0 === source }
    } else {
      source.key = key(source.entries[source.position])
    }
    return (entry, source)
  }

  private func key(_ entry: MCAPMessageEntry) -> (Int64, String, UInt32) {
    (entry.logTime, channel(entry.channelID).topic, entry.sequence)
  }

  private func load(_ place: MCAPChunkPlace) {
    do {
      let chunk = try MCAPLoadedChunk(place, of: file, definitions: &definitions)
      if log.isIndexed {
        for problem in chunk.problems { report(problem, place.place) }
      }
      heldBytes += chunk.bytes.count
      add(chunk.bytes, place, chunk.entries)
    } catch {
      guard log.isIndexed else { return }
      report(
        ((error as? FormatProblem)?.text ?? "\(error)") + "; its messages are lost", place.place)
    }
  }

  private func report(_ problem: String, _ place: String) {
    damage.append(LogDamage(file: file.path, place: place, problem: problem))
  }

  /// Takes the selected messages of a source, in order.
  private func add(
    _ bytes: ArraySlice<UInt8>?, _ place: MCAPChunkPlace?, _ entries: [MCAPMessageEntry]
  ) {
    var chosen = entries
    if selection.topics != nil || selection.times != nil {
      chosen = entries.filter { entry in
        channel(entry.channelID).isSelected
          && (selection.times?.contains(Timestamp(nanoseconds: entry.logTime)) ?? true)
      }
    }
    guard let first = chosen.first else {
      heldBytes -= bytes?.count ?? 0
      return
    }
    var ranks: [UInt16: Int] = [:]
    for (rank, id) in Set(chosen.map(\.channelID)).sorted(by: {
      (channel($0).topic, $0) < (channel($1).topic, $1)
    }).enumerated() {
      ranks[id] = rank
    }
    func precedes(_ a: MCAPMessageEntry, _ b: MCAPMessageEntry) -> Bool {
      if a.logTime != b.logTime { return a.logTime < b.logTime }
      if a.channelID != b.channelID {
        return ranks[a.channelID, default: 0] < ranks[b.channelID, default: 0]
      }
      return (a.sequence, a.offset) < (b.sequence, b.offset)
    }
    if !zip(chosen, chosen.dropFirst()).allSatisfy({ !precedes($1, $0) }) {
      chosen.sort(by: precedes)
    }
    active.append(
      Source(bytes: bytes, place: place, entries: chosen, key: key(chosen.first ?? first)))
    release()
  }

  /// Lets go of chunks whose turn is far when overlapping ones would fill the memory; they are read again then.
  private func release() {
    guard heldBytes > MCAPChunk.greatestByteCount else { return }
    for source in active.sorted(by: { $1.key < $0.key }) where source.place != nil {
      guard heldBytes > MCAPChunk.greatestByteCount / 2 else { break }
      heldBytes -= source.bytes?.count ?? 0
      source.bytes = nil
    }
  }

  private func channel(_ id: UInt16) -> Channel {
    if let known = channels[id] { return known }
    let definition =
      definitions.channels[id]
      ?? MCAPChannel(id: id, schemaID: 0, topic: "", messageEncoding: "")
    let schema = definitions.schemas[definition.schemaID]
    var decoder: Result<MessageDecoder, LogError>
    do {
      decoder = .success(
        try log.decoders.decoder(of: definition, schema: schema, file: file.path))
    } catch let error as LogError {
      decoder = .failure(error)
    } catch {
      decoder = .failure(LogError(.undecodable, file: file.path, problem: "\(error)"))
    }
    let channel = Channel(
      topic: definition.topic, type: schema?.name ?? "",
      messageEncoding: definition.messageEncoding, schemaEncoding: schema?.encoding ?? "",
      schema: schema?.data ?? [], isSelected: selection.topics?.contains(definition.topic) ?? true,
      decoder: decoder)
    channels[id] = channel
    return channel
  }

  /// The record of a message without its fixed fields; nil when it cannot be read any more.
  private func content(_ entry: MCAPMessageEntry, of source: Source) -> ArraySlice<UInt8>? {
    do {
      guard let place = source.place else {
        return try file.read(at: entry.offset, count: Int(entry.byteCount)).dropFirst(22)
      }
      if source.bytes == nil {
        source.bytes = try MCAPLoadedChunk(place, of: file, definitions: &definitions).bytes
        heldBytes += source.bytes?.count ?? 0
        release(keeping: source)
      }
      guard let bytes = source.bytes,
        entry.offset + Int(entry.byteCount) <= bytes.endIndex, entry.offset >= bytes.startIndex
      else { throw FormatProblem("the file changed while it was read") }
      return bytes[(entry.offset + 22)..<(entry.offset + Int(entry.byteCount))]
    } catch {
      report(
        (error as? FormatProblem)?.text ?? "\(error)", source.place?.place ?? "byte \(entry.offset)"
      )
      return nil
    }
  }

  private func release(keeping source: Source) {
    let bytes = source.bytes
    release()
    if source.bytes == nil, let bytes {
      source.bytes = bytes
      heldBytes += bytes.count
    }
  }

  private func message(_ entry: MCAPMessageEntry, of source: Source) -> LogMessage? {
    guard let data = content(entry, of: source) else { return nil }
    let channel = channel(entry.channelID)
    let number = sequences[channel.topic, default: 0]
    sequences[channel.topic] = number + 1
    let logTime = Timestamp(nanoseconds: entry.logTime)
    var header = MessageHeader(timestamp: logTime, topic: channel.topic, sequence: number)
    if case .success(let decoder) = channel.decoder, let (stamp, frame) = decoder.peekHeader(data) {
      (header.timestamp, header.frameName) = (stamp, frame)
    }
    let (result, path) = (channel.decoder, file.path)
    return LogMessage(
      header: header, logTime: logTime, type: channel.type,
      encoded: EncodedMessage(
        messageEncoding: channel.messageEncoding, schemaEncoding: channel.schemaEncoding,
        schema: channel.schema, data: data)
    ) { [header] in
      try result.get().decode(
        data, header: header, file: path, place: "\(header.topic) message \(header.sequence)")
    }
  }
}
