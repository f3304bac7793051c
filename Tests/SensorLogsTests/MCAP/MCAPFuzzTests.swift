import Foundation
import Tensors
import TestSupport
import Testing

@testable import SensorLogs

/// Random damage: whatever the bytes, reading ends, without a crash, and says that something is wrong.
struct MCAPFuzzTests {
  private func read(_ path: String) throws -> (messages: Int, isDamaged: Bool) {
    let log = try MCAPLog(path)
    let cursor = try log.messages(LogSelection())
    var count = 0
    while let message = try cursor.next() {
      _ = try? message.decoded()
      count += 1
    }
    let inspection = try log.inspect()
    return (count, !inspection.damage.isEmpty || !cursor.damage.isEmpty)
  }

  private func sample(_ compression: MCAPWriterOptions.Compression, chunked: Bool) throws -> [UInt8]
  {
    let folder = try TemporaryFolder()
    var options = MCAPWriterOptions()
    options.compression = compression
    options.chunkByteCount = chunked ? 600 : nil
    let writer = try MCAPWriter(folder.file("a.mcap"), options: options)
    for id in UInt16(1)...2 {
      let fixture = id == 1 ? ROSFixture.cloud : ROSFixture.camera
      try writer.add(
        MCAPSchema(
          id: id, name: fixture.type, encoding: "ros2msg", data: [UInt8](fixture.schema.utf8)))
      try writer.add(
        MCAPChannel(id: id, schemaID: id, topic: "/\(id)", messageEncoding: "cdr"))
    }
    for index in 0..<12 {
      let fixture = index % 2 == 0 ? ROSFixture.cloud : ROSFixture.camera
      try writer.write(
        MCAPMessage(
          channelID: UInt16(1 + index % 2), sequence: UInt32(index), logTime: UInt64(index * 10),
          publishTime: 0, data: fixture.bytes[...]))
    }
    try writer.write(MCAPMetadata(name: "m", metadata: ["k": "v"]))
    try writer.write(
      MCAPAttachment(logTime: 1, createTime: 1, name: "a", mediaType: "b", data: [1, 2, 3]))
    try writer.finish()
    return [UInt8](FileManager.default.contents(atPath: folder.file("a.mcap")) ?? Data())
  }

  @Test(arguments: [
    (MCAPWriterOptions.Compression.none, true), (.zstd(level: 1), true), (.lz4, true),
    (.none, false),
  ])
  func `flipped bytes are survived and noticed`(
    _ compression: MCAPWriterOptions.Compression, _ chunked: Bool
  ) throws {
    let folder = try TemporaryFolder()
    let bytes = try sample(compression, chunked: chunked)
    let path = folder.file("broken.mcap")
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<120 {
      var broken = bytes
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: 8..<bytes.count, using: &generator)
        broken[place] ^= UInt8.random(in: 1...255, using: &generator)
      }
      try Data(broken).write(to: URL(fileURLWithPath: path))
      #expect(try read(path).isDamaged)
    }
  }

  @Test func `a file that ends anywhere is survived and noticed`() throws {
    let folder = try TemporaryFolder()
    let bytes = try sample(.zstd(level: 1), chunked: true)
    let path = folder.file("cut.mcap")
    for end in stride(from: 8, to: bytes.count, by: 37) {
      try Data(bytes[..<end]).write(to: URL(fileURLWithPath: path))
      let (messages, isDamaged) = try read(path)
      #expect(isDamaged && messages <= 12)
    }
  }
}
