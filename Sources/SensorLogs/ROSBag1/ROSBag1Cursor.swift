/// Reads a bag in (time, topic, sequence) order.
///
/// Chunks may overlap in time: all that can hold the next message are open. Of these the list of messages stays in memory; the
/// bytes only up to a limit, and are read again when their turn comes.
final class ROSBag1Cursor: LogCursor {
  /// A message that waits for its turn.
  private struct Item {
    var time: Timestamp
    var topic: Int
    var sequence: UInt64
    var connection: UInt32
    var data: Range<Int>

    func precedes(_ other: Item) -> Bool {
      (time, topic, sequence) < (other.time, other.topic, other.sequence)
    }
  }

  /// A chunk whose messages are being delivered.
  private final class OpenChunk {
    let info: BagChunkInfo
    var items: ArraySlice<Item>
    var bytes: [UInt8]?

    init(info: BagChunkInfo, items: [Item], bytes: [UInt8]) {
      self.info = info
      self.items = items[...]
      self.bytes = bytes
    }
  }

  /// Bytes of open chunks that are kept.
  private let keptByteCount: Int
  private let log: ROSBag1Log
  private let topicIndices: [String: Int]
  private let selection: LogSelection
  /// By start.
  private var pending: ArraySlice<BagChunkInfo>
  private var open = PriorityQueue<OpenChunk> { left, right in
    guard let a = left.items.first, let b = right.items.first else { return left.items.isEmpty }
    return a.precedes(b)
  }
  private var openByteCount = 0
  private(set) var damage: [LogDamage]

  init(_ log: ROSBag1Log, _ selection: LogSelection, keepingBytes keptByteCount: Int = 128 << 20) {
    self.keptByteCount = keptByteCount
    self.log = log
    self.selection = selection
    damage = log.damage
    topicIndices = Dictionary(
      uniqueKeysWithValues: log.index.topics.enumerated().map { ($1, $0) })
    let wanted = log.index.chunks.filter { chunk in
      if let times = selection.times,
        chunk.end < times.lowerBound || chunk.start >= times.upperBound
      {
        return false
      }
      guard let topics = selection.topics else { return true }
      return chunk.counts.contains { number, _ in
        log.index.connections[number].map { topics.contains($0.topic) } ?? true
      }
    }
    pending = wanted.sorted { ($0.start, $0.position) < ($1.start, $1.position) }[...]
  }

  func next() throws -> LogMessage? {
    while let first = pending.first,
      open.first?.items.first.map({ first.start <= $0.time }) ?? true
    {
      pending.removeFirst()
      try openChunk(first)
    }
    guard let chunk = open.removeFirst(), let item = chunk.items.popFirst() else { return nil }
    let bytes = try bytes(of: chunk)
    if chunk.items.isEmpty { openByteCount -= bytes.count } else { open.insert(chunk) }
    guard let connection = log.index.connections[item.connection],
      item.data.upperBound <= bytes.count
    else {
      throw LogError(
        .unreadable, file: log.file.path, place: "chunk at byte \(chunk.info.position)",
        problem: "the file changed while it was read")
    }
    return connection.message(
      bytes[item.data], time: item.time, sequence: item.sequence, file: log.file.path)
  }

  private func openChunk(_ info: BagChunkInfo) throws {
    let chunk = try BagChunk(log.file, at: info.position)
    for item in chunk.damage where !damage.contains(item) { damage.append(item) }
    var next: [Int: UInt64] = [:]
    for (topic, first) in info.firstSequences { next[topic] = first }
    var items: [Item] = []
    var unknown: [UInt32: Int] = [:]
    for message in chunk.messages {
      guard let connection = log.index.connections[message.connection],
        let topic = topicIndices[connection.topic]
      else {
        unknown[message.connection, default: 0] += 1
        continue
      }
      let sequence = next[topic, default: 0]
      next[topic] = sequence + 1
      if let topics = selection.topics, !topics.contains(connection.topic) { continue }
      if let times = selection.times, !times.contains(message.time) { continue }
      items.append(
        Item(
          time: message.time, topic: topic, sequence: sequence, connection: message.connection,
          data: message.data))
    }
    report(chunk, info, unknown)
    guard !items.isEmpty else { return }
    items.sort { $0.precedes($1) }
    openByteCount += chunk.bytes.count
    makeRoom()
    open.insert(OpenChunk(info: info, items: items, bytes: chunk.bytes))
  }

  private func report(_ chunk: BagChunk, _ info: BagChunkInfo, _ unknown: [UInt32: Int]) {
    let place = "chunk at byte \(info.position)"
    for (number, count) in unknown.sorted(by: { $0.key < $1.key }) {
      damage.append(
        LogDamage(
          file: log.file.path, place: place,
          problem: "connection \(number) is not defined: \(count) of its messages are lost"))
    }
    let expected = info.counts.reduce(0) { $0 + $1.count }
    if chunk.damage.isEmpty && unknown.isEmpty && chunk.messages.count != expected {
      damage.append(
        LogDamage(
          file: log.file.path, place: place,
          problem: "holds \(chunk.messages.count) messages, the index says \(expected)"))
    }
  }

  private func bytes(of chunk: OpenChunk) throws -> [UInt8] {
    if let bytes = chunk.bytes { return bytes }
    let bytes = try BagChunk(log.file, at: chunk.info.position).bytes
    openByteCount += bytes.count
    makeRoom()
    chunk.bytes = bytes
    return bytes
  }

  /// Lets go of the bytes of chunks whose turn is far.
  private func makeRoom() {
    guard openByteCount > keptByteCount else { return }
    let latestFirst = open.all.filter { $0.bytes != nil }.sorted { left, right in
      guard let a = left.items.first, let b = right.items.first else { return false }
      return b.precedes(a)
    }
    for chunk in latestFirst where openByteCount > keptByteCount {
      openByteCount -= chunk.bytes?.count ?? 0
      chunk.bytes = nil
    }
  }
}
