import Foundation
import SensorLogs
import TestSupport
import Testing
import Vision

@Suite struct ImageFolderTests {
  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `ten frames at ten hertz in natural order`() throws {
    let log = try RecordedLogs.open(SharedData.path("video/frames"))
    #expect(log.streams.map(\.topic) == ["/camera/image"])
    #expect(log.streams[0].messageCount == 10)
    #expect(log.streams[0].last?.nanoseconds == 900_000_000)
    let reading = try LogReading(log)
    #expect(reading.isOrdered)
    #expect(try reading.messages.last?.decoded().payload is Image)
    #expect(try log.inspect().damage == [])
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `a size change in a numbered sequence is noted, among photographs it is not`() throws {
    let mixed = try RecordedLogs.open(SharedData.path("damaged/image/folder-mixed")).inspect()
    #expect(mixed.notes.count == 1)
    #expect(mixed.notes.first?.hasPrefix("000001.png: the image is ") == true)
    #expect(mixed.damage.map(\.file) == ["000002.png"])
    let folder = try TemporaryFolder()
    try write(bytes(of: SharedData.path("stereo/cones/im2.png")), to: folder.file("cones.png"))
    try write(bytes(of: SharedData.path("stereo/aloe/aloeL.jpg")), to: folder.file("aloe.jpg"))
    let photographs = try RecordedLogs.open(folder.path).inspect()
    #expect(photographs.damage == [])
    #expect(photographs.notes == [])
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `a single image is a log of one message`() throws {
    let reading = try LogReading(SharedData.path("stereo/tsukuba/imL2.bmp"))
    let image = try #require(try reading.first("/camera/image", as: Image.self))
    #expect((image.width, image.height) == (384, 288))
  }

  @Test func `a file that cannot be decoded throws with its name`() throws {
    let folder = try TemporaryFolder()
    try write([0x89, 0x50, 0x4E, 0x47, 1, 2, 3], to: folder.file("a/1.png"))
    let message = try #require(try LogReading(folder.file("a")).messages.first)
    let error = #expect(throws: LogError.self) { try message.decoded() }
    #expect(error?.file == "1.png")
    #expect(error?.place == "frame 1")
    #expect(failure(folder.file("a"))?.kind == .unreadable)
  }

  @Test func `a file that vanished after listing is missing when decoded`() throws {
    let folder = try TemporaryFolder()
    try write([1], to: folder.file("a/1.png"))
    let reading = try LogReading(folder.file("a"))
    try FileManager.default.removeItem(atPath: folder.file("a/1.png"))
    let error = #expect(throws: LogError.self) { try reading.messages[0].decoded() }
    #expect(error?.problem == "is missing")
  }
}
