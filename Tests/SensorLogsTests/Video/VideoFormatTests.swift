import SensorLogs
import TestSupport
import Testing
import Vision

@Suite struct VideoFormatTests {
  @Test(
    .enabled(if: SharedData.isPresent, "\(SharedData.absence)"),
    arguments: [("video/tree.avi", 68), ("video/mmaction_test.avi", 164)])
  func `every frame comes once, in order`(path: String, count: Int) throws {
    let inspection = try RecordedLogs.open(SharedData.path(path)).inspect()
    #expect(inspection.streams.map(\.messageCount) == [count])
    #expect(inspection.damage == [])
    #expect(inspection.duration > 1)
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `a range of times delivers the same frames as the whole`() throws {
    let path = SharedData.path("video/tree.avi")
    let whole = try LogReading(path)
    let times = whole.messages[10].logTime..<whole.messages[13].logTime
    let part = try LogReading(path, LogSelection(times: times))
    #expect(part.messages.map(\.header) == whole.messages[10..<13].map(\.header))
    let a = try #require(try part.messages[0].decoded().payload as? Image)
    let b = try #require(try whole.messages[10].decoded().payload as? Image)
    #expect(a.pixels.array(of: UInt8.self) == b.pixels.array(of: UInt8.self))
    #expect(try LogReading(path, LogSelection(topics: ["/other"])).messages.isEmpty)
  }

  @Test func `a file that starts like a video but is none is unreadable`() throws {
    let folder = try TemporaryFolder()
    try write([0, 0, 0, 24] + Array("ftypisom".utf8) + [0, 0, 0, 0], to: folder.file("x.mp4"))
    #expect(failure(folder.file("x.mp4"))?.kind == .unreadable)
  }
}
