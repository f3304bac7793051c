import Foundation
import TestSupport
import Testing

@testable import SensorLogs

struct MCAPWriterTests {
  @Test(
    .enabled(if: SharedData.isPresent, "the recordings are absent"),
    arguments: MCAPConformanceTests.names)
  func `a file written from its description equals the official one`(_ name: String) throws {
    let description = try ConformanceCase(name)
    let folder = try TemporaryFolder()
    let path = folder.file("out.mcap")
    func has(_ feature: String) -> Bool { description.features.contains(feature) }
    var options = MCAPWriterOptions()
    options.chunkByteCount = has("ch") ? 1 << 20 : nil
    options.compression = .none
    options.hasMessageIndex = has("mx")
    options.hasStatistics = has("st")
    options.repeatsSchemas = has("rsh")
    options.repeatsChannels = has("rch")
    options.hasAttachmentIndex = has("ax")
    options.hasMetadataIndex = has("mdx")
    options.hasChunkIndex = has("chx")
    options.hasSummaryOffsets = has("sum")
    options.padding = has("pad") ? [0x01, 0xFF, 0xFF] : []
    options.profile = ""
    options.library = ""
    let writer = try MCAPWriter(path, options: options)
    for (type, fields) in description.raw {
      func number<Value: FixedWidthInteger>(_ name: String) -> Value {
        Value(fields[name] as? String ?? "") ?? 0
      }
      func text(_ name: String) -> String { fields[name] as? String ?? "" }
      func bytes(_ name: String) -> [UInt8] {
        (fields[name] as? [String] ?? []).compactMap { UInt8($0) }
      }
      let map = fields["metadata"] as? [String: String] ?? [:]
      switch type {
      case "Schema":
        try writer.add(
          MCAPSchema(
            id: number("id"), name: text("name"), encoding: text("encoding"), data: bytes("data")))
      case "Channel":
        try writer.add(
          MCAPChannel(
            id: number("id"), schemaID: number("schema_id"), topic: text("topic"),
            messageEncoding: text("message_encoding"), metadata: map))
      case "Message":
        try writer.write(
          MCAPMessage(
            channelID: number("channel_id"), sequence: number("sequence"),
            logTime: number("log_time"), publishTime: number("publish_time"),
            data: bytes("data")[...]))
      case "Attachment":
        try writer.write(
          MCAPAttachment(
            logTime: number("log_time"), createTime: number("create_time"), name: text("name"),
            mediaType: text("media_type"), data: bytes("data")[...]))
      case "Metadata": try writer.write(MCAPMetadata(name: text("name"), metadata: map))
      default: break
      }
    }
    try writer.finish()
    let official = FileManager.default.contents(
      atPath: SharedData.path("mcap/conformance/\(name).mcap"))
    #expect(FileManager.default.contents(atPath: path) == official)
  }

  /// Messages with bytes that differ, at times that are not in order.
  private func messages(_ count: Int) -> [MCAPMessage] {
    (0..<count).map { index in
      MCAPMessage(
        channelID: UInt16(1 + index % 3), sequence: UInt32(index),
        logTime: UInt64(1000 + (index * 37) % count), publishTime: UInt64(index),
        data: (0..<(index % 200)).map { UInt8(truncatingIfNeeded: $0 * index) }[...])
    }
  }

  private func define(_ writer: MCAPWriter) throws {
    for id in UInt16(1)...3 {
      try writer.add(MCAPSchema(id: id, name: "T\(id)", encoding: "", data: [1, 2]))
      try writer.add(
        MCAPChannel(id: id, schemaID: id, topic: "/t\(id % 3)", messageEncoding: "raw"))
    }
  }

  @Test(
    arguments: [
      MCAPWriterOptions.Compression.none, .lz4, .zstd(level: 1), .zstd(level: 9),
    ])
  func `messages come back in order of time, topic and sequence`(
    _ compression: MCAPWriterOptions.Compression
  ) throws {
    let folder = try TemporaryFolder()
    var options = MCAPWriterOptions()
    options.compression = compression
    options.chunkByteCount = 4000
    let writer = try MCAPWriter(folder.file("a.mcap"), options: options)
    try define(writer)
    let written = messages(500)
    for message in written { try writer.write(message) }
    try writer.finish()
    let log = try MCAPLog(folder.file("a.mcap"))
    #expect(log.isIndexed)
    #expect(try log.inspect().damage == [])
    let cursor = try log.messages(LogSelection())
    var found: [(Int64, String, [UInt8])] = []
    while let message = try cursor.next() {
      found.append(
        (message.logTime.nanoseconds, message.header.topic, Array(message.encoded?.data ?? [])))
    }
    let expected = written.sorted {
      ($0.logTime, "/t\($0.channelID % 3)", $0.sequence)
        < ($1.logTime, "/t\($1.channelID % 3)", $1.sequence)
    }
    #expect(found.map(\.0) == expected.map { Int64($0.logTime) })
    #expect(found.map(\.1) == expected.map { "/t\($0.channelID % 3)" })
    #expect(found.map(\.2) == expected.map { Array($0.data) })
    #expect(cursor.damage == [])
  }

  @Test func `a selection delivers the chosen topics and times only`() throws {
    let folder = try TemporaryFolder()
    var options = MCAPWriterOptions()
    options.chunkByteCount = 4000
    let writer = try MCAPWriter(folder.file("a.mcap"), options: options)
    try define(writer)
    let written = messages(500)
    for message in written { try writer.write(message) }
    try writer.finish()
    let times = Timestamp(nanoseconds: 1100)..<Timestamp(nanoseconds: 1200)
    let cursor = try MCAPLog(folder.file("a.mcap")).messages(
      LogSelection(topics: ["/t1"], times: times))
    var found: [UInt64] = []
    while let message = try cursor.next() {
      #expect(message.header.topic == "/t1")
      found.append(UInt64(message.logTime.nanoseconds))
    }
    let expected = written.filter { $0.channelID == 1 && (1100..<1200).contains($0.logTime) }
    #expect(!expected.isEmpty)
    #expect(found == expected.map(\.logTime).sorted())
  }

  @Test(arguments: [0, 1, 130, 250, 499])
  func `a resumed file equals one written without a break`(_ stop: Int) throws {
    let folder = try TemporaryFolder()
    var options = MCAPWriterOptions()
    options.chunkByteCount = 3000
    let written = messages(500)
    /// Writes from a message on; checkpoints close a chunk every 100 messages.
    func write(_ writer: MCAPWriter, from start: Int, to end: Int) throws -> (kept: Int, bytes: Int)
    {
      var safe = (kept: start, bytes: writer.durableByteCount)
      for index in start..<end {
        if index == 0 {
          try define(writer)
          try writer.write(MCAPMetadata(name: "run", metadata: ["a": "b", "c": "d"]))
        }
        try writer.write(written[index])
        if index % 100 == 99 {
          try writer.closeChunk()
          safe = (index + 1, writer.durableByteCount)
        }
      }
      return safe
    }
    let whole = try MCAPWriter(folder.file("whole.mcap"), options: options)
    _ = try write(whole, from: 0, to: 500)
    try whole.finish()
    var safe = (kept: 0, bytes: 0)
    do {
      let broken = try MCAPWriter(folder.file("resumed.mcap"), options: options)
      safe = try write(broken, from: 0, to: stop)
    }
    #expect(!FileManager.default.fileExists(atPath: folder.file("resumed.mcap")))
    let resumed = try MCAPWriter(
      resuming: folder.file("resumed.mcap.partial"), as: folder.file("resumed.mcap"),
      keeping: safe.bytes, options: options)
    _ = try write(resumed, from: safe.kept, to: 500)
    try resumed.finish()
    #expect(
      FileManager.default.contents(atPath: folder.file("resumed.mcap"))
        == FileManager.default.contents(atPath: folder.file("whole.mcap")))
  }

  @Test func `every closed chunk of an unfinished file is readable`() throws {
    let folder = try TemporaryFolder()
    let writer = try MCAPWriter(folder.file("a.mcap"))
    try define(writer)
    for message in messages(60) { try writer.write(message) }
    try writer.closeChunk()
    let log = try MCAPLog(writer.partialPath)
    let cursor = try log.messages(LogSelection())
    var count = 0
    while try cursor.next() != nil { count += 1 }
    #expect(count == 60)
    #expect(!log.damage.isEmpty)
  }

  @Test func `a folder that does not exist is named in the error`() throws {
    #expect(throws: LogError.self) { try MCAPWriter("/nowhere/at/all.mcap") }
  }
}
