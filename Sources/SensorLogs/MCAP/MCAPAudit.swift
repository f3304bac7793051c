/// Compares what a file says about itself with what it holds.
struct MCAPAudit {
  private var chunks: [(place: MCAPChunkPlace, chunk: MCAPLoadedChunk?)] = []
  private var indexes: [UInt16: MCAPMessageIndex] = [:]
  private var indexed = false
  private var chunkIndexes: [(index: MCAPChunkIndex, offset: Int)] = []
  private var rawCounts: [UInt16: UInt64] = [:]
  private var first: UInt64?
  private var last: UInt64?
  private var looseCount = 0
  private var lostAny = false
  private var pending: [LogDamage] = []

  private mutating func see(_ channel: UInt16, _ time: UInt64) {
    rawCounts[channel, default: 0] += 1
    first = min(first ?? time, time)
    last = max(last ?? time, time)
  }

  mutating func message(_ channel: UInt16, _ time: UInt64) {
    see(channel, time)
    looseCount += 1
  }

  mutating func chunk(
    _ chunk: MCAPLoadedChunk, _ place: MCAPChunkPlace, _ contents: inout MCAPContents,
    file: RandomAccessFile
  ) {
    compareMessageIndex(file)
    for entry in chunk.index { see(entry.channelID, entry.logTime) }
    let times = chunk.index.map(\.logTime)
    let (start, end) = (chunk.chunk.startTime, chunk.chunk.endTime)
    if chunk.problems.isEmpty, (times.min() ?? 0) != start || (times.max() ?? 0) != end {
      contents.damage.append(
        LogDamage(
          file: file.path, place: place.place,
          problem: "its start or end time does not fit its messages"))
    }
    var light = chunk
    light.bytes = []
    if !chunk.problems.isEmpty { lostAny = true }
    chunks = [(place, light)]
    allPlaces.append(place)
  }

  mutating func lostChunk(_ place: MCAPChunkPlace) {
    lostAny = true
    chunks = [(place, nil)]
    allPlaces.append(place)
  }

  private var allPlaces: [MCAPChunkPlace] = []

  mutating func messageIndex(_ index: MCAPMessageIndex, at offset: Int) {
    indexed = true
    indexes[index.channelID] = index
  }

  /// Compares the message index records behind the latest chunk with its messages.
  private mutating func compareMessageIndex(_ file: RandomAccessFile) {
    defer {
      indexes = [:]
      chunks = []
      indexed = false
    }
    guard indexed, let (place, chunk) = chunks.first, let chunk, chunk.problems.isEmpty else {
      return
    }
    var inside: [UInt16: [MCAPMessageIndex.Entry]] = [:]
    for entry in chunk.index {
      inside[entry.channelID, default: []].append(
        .init(logTime: entry.logTime, offset: entry.offset))
    }
    func sorted(_ entries: [MCAPMessageIndex.Entry]) -> [MCAPMessageIndex.Entry] {
      entries.sorted { ($0.logTime, $0.offset) < ($1.logTime, $1.offset) }
    }
    let wrong = Set(inside.keys).union(indexes.keys).filter { channel in
      sorted(inside[channel] ?? []) != sorted(indexes[channel]?.entries ?? [])
    }
    for channel in wrong.sorted() {
      pending.append(
        LogDamage(
          file: file.path, place: place.place,
          problem: "the message index of channel \(channel) does not fit its messages"))
    }
  }

  mutating func chunkIndex(_ index: MCAPChunkIndex, at offset: Int) {
    chunkIndexes.append((index, offset))
  }

  mutating func attachment(
    at start: Int, count: Int, name: String, of file: RandomAccessFile,
    _ contents: inout MCAPContents
  ) {
    guard let stored = try? file.read(at: start + count, count: 4) else { return }
    let claimed = stored.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)) }
    guard claimed != 0, let crc = try? Self.crc(file, start..<(start + count)), crc != claimed
    else { return }
    contents.damage.append(
      LogDamage(
        file: file.path, place: "byte \(start - MCAPOpcode.prefixByteCount)",
        problem: "the CRC of the attachment '\(name)' is wrong"))
  }

  mutating func dataEnd(
    _ claimed: UInt32, at offset: Int, of file: RandomAccessFile, _ contents: inout MCAPContents
  ) {
    compareMessageIndex(file)
    guard claimed != 0, let crc = try? Self.crc(file, 0..<offset), crc != claimed else { return }
    contents.damage.append(
      LogDamage(
        file: file.path, place: "byte \(offset)",
        problem:
          "the CRC of the data section is \(claimed.hexadecimal), but its bytes give \(crc.hexadecimal)"
      ))
  }

  mutating func footer(
    _ footer: MCAPFooter, at offset: Int, of file: RandomAccessFile, _ contents: inout MCAPContents
  ) {
    guard footer.summaryStart != 0, footer.summaryCRC != 0 else { return }
    guard footer.summaryStart <= UInt64(offset),
      let crc = try? Self.crc(file, Int(footer.summaryStart)..<(offset + 25))
    else { return }
    if crc != footer.summaryCRC {
      contents.damage.append(
        LogDamage(
          file: file.path, place: "byte \(offset)",
          problem:
            "the summary's CRC in the footer is \(footer.summaryCRC.hexadecimal), but its bytes give \(crc.hexadecimal)"
        ))
    }
  }

  /// Compares indexes and statistics with what was read.
  mutating func finish(_ contents: inout MCAPContents, file: RandomAccessFile) {
    compareMessageIndex(file)
    contents.damage += pending
    func report(_ place: String, _ problem: String) {
      contents.damage.append(LogDamage(file: file.path, place: place, problem: problem))
    }
    let places = Dictionary(allPlaces.map { ($0.offset, $0) }, uniquingKeysWith: { a, _ in a })
    for (index, offset) in chunkIndexes {
      guard let start = Int(exactly: index.chunkStart), let place = places[start] else {
        report(
          "byte \(offset)",
          "a chunk index gives the offset \(index.chunkStart), where no chunk record is")
        continue
      }
      if index.chunkLength != UInt64(place.byteCount) {
        report(
          "byte \(offset)",
          "the chunk index of \(place.place) says a length of \(index.chunkLength) bytes instead of \(place.byteCount)"
        )
      }
    }
    if !chunkIndexes.isEmpty, Set(chunkIndexes.map(\.index.chunkStart)).count < allPlaces.count {
      report("", "\(allPlaces.count) chunks are there, but \(chunkIndexes.count) chunk indexes")
    }
    if !chunkIndexes.isEmpty, looseCount > 0 {
      report("", "\(looseCount) messages lie outside of chunks and so are in no index")
    }
    if let statistics = contents.statistics { compare(statistics, contents, lost: lostAny, report) }
  }

  private func compare(
    _ statistics: MCAPStatistics, _ contents: MCAPContents, lost: Bool,
    _ report: (String, String) -> Void
  ) {
    let found = rawCounts.values.reduce(0, +)
    if statistics.messageCount != found {
      report(
        "statistics",
        "they count \(statistics.messageCount) messages, but \(found) are there")
    } else if !lost, statistics.channelMessageCounts.filter({ $0.value > 0 }) != rawCounts {
      report("statistics", "the counts of messages by channel do not fit the messages")
    }
    if !lost, found > 0, statistics.startTime != first || statistics.endTime != last {
      report("statistics", "start or end time do not fit the messages")
    }
    let counts = [
      ("chunks", Int(statistics.chunkCount), allPlaces.count),
      ("attachments", Int(statistics.attachmentCount), contents.attachments.count),
      ("metadata records", Int(statistics.metadataCount), contents.metadata.count),
    ]
    for (what, claimed, there) in counts where claimed != there {
      report("statistics", "they count \(claimed) \(what), but \(there) are there")
    }
  }

  private static func crc(_ file: RandomAccessFile, _ range: Range<Int>) throws -> UInt32 {
    var crc = CRC32()
    try crc.update(with: range, of: file)
    return crc.value
  }
}
