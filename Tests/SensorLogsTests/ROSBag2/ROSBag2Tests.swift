import Foundation
import SensorLogs
import TestSupport
import Testing

@Suite struct ROSBag2Tests {
  /// Made by `make_fixtures.py` there.
  static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/ROSBag2").path

  private func text(_ message: LogMessage) throws -> String? {
    guard let record = try message.decoded().payload as? Record,
      case .text(let value)? = record["data"]
    else { return nil }
    return value
  }

  @Test(arguments: ["old.db3", "no_index.db3"])
  func `rows come by time, then topic, then row, with definitions that Parallax brings`(
    name: String
  )
    throws
  {
    let reading = try LogReading(Self.fixtures + "/" + name)
    #expect(reading.isOrdered)
    #expect(
      reading.messages.map(\.header.topic) == ["/a/text", "/z/text", "/z/text", "/odd", "/z/text"])
    let texts = try reading.messages.filter { $0.header.topic != "/odd" }.map { try text($0) }
    #expect(texts == ["a same time", "z first", "z second", "z late"])
    #expect(reading.of("/z/text").map(\.header.sequence) == [0, 1, 2])
  }

  @Test func `a message of an unknown type says what is missing and keeps its bytes`() throws {
    let message = try #require(try LogReading(Self.fixtures + "/old.db3").of("/odd").first)
    let error = #expect(throws: LogError.self) { try message.decoded() }
    #expect(error?.kind == .undecodable)
    #expect(error?.problem.contains("no definition of acme_msgs/msg/Thing") == true)
    #expect(message.encoded?.data.count == 7)
  }

  @Test func `messages of a topic that is not defined are damage`() throws {
    let inspection = try RecordedLogs.open(Self.fixtures + "/old.db3").inspect()
    #expect(inspection.damage.count == 1)
    #expect(inspection.damage[0].problem.contains("topic 9") == true)
    #expect(inspection.streams.map(\.messageCount) == [1, 1, 3])
  }

  @Test func `a range of times keeps the numbers of the messages`() throws {
    let times = Timestamp(nanoseconds: 200)..<Timestamp(nanoseconds: 301)
    let reading = try LogReading(
      Self.fixtures + "/old.db3", LogSelection(topics: ["/z/text"], times: times))
    #expect(reading.messages.map(\.header.sequence) == [2])
    let none = LogSelection(times: Timestamp(nanoseconds: 200)..<Timestamp(nanoseconds: 200))
    #expect(try LogReading(Self.fixtures + "/old.db3", none).messages.isEmpty)
  }

  @Test func `a cut file gives what is readable or says that it is damaged`() throws {
    let folder = try TemporaryFolder()
    let whole = try bytes(of: Self.fixtures + "/old.db3")
    for count in stride(from: 16, to: whole.count, by: 512) {
      let path = folder.file("cut.db3")
      try write(Array(whole.prefix(count)), to: path)
      do {
        let inspection = try RecordedLogs.open(path).inspect()
        #expect(!inspection.damage.isEmpty)
      } catch {
        #expect((error as? LogError)?.kind == .unreadable)
      }
    }
  }

  @Test func `flipped bytes never crash`() throws {
    let folder = try TemporaryFolder()
    var whole = try bytes(of: Self.fixtures + "/old.db3")
    for position in stride(from: 16, to: whole.count, by: 37) {
      let kept = whole[position]
      whole[position] ^= 0xFF
      let path = folder.file("flipped.db3")
      try write(whole, to: path)
      _ = try? RecordedLogs.open(path).inspect()
      whole[position] = kept
    }
  }

  @Test func `an SQLite file of something else is refused`() throws {
    let folder = try TemporaryFolder()
    var header = Array("SQLite format 3\0".utf8)
    header += [UInt8](repeating: 0, count: 4096 - header.count)
    try write(header, to: folder.file("x y%?#.db3"))
    #expect(failure(folder.file("x y%?#.db3"))?.kind == .unreadable)
  }

  @Test func `the parts of a folder are one log whose numbers run on`() throws {
    let folder = try TemporaryFolder()
    let part = try bytes(of: Self.fixtures + "/old.db3")
    try write(part, to: folder.file("bag/bag_0.db3"))
    try write(part, to: folder.file("bag/bag_1.db3"))
    try write(
      "rosbag2_bagfile_information:\n  relative_file_paths:\n    - bag_0.db3\n    - bag_1.db3\n"
        + "    - bag_2.db3\n  compression_mode: \"\"\n", to: folder.file("bag/metadata.yaml"))
    let reading = try LogReading(folder.file("bag"))
    #expect(reading.isOrdered)
    #expect(reading.of("/z/text").map(\.header.sequence) == [0, 1, 3, 4, 2, 5])
    #expect(
      try reading.of("/z/text").map { try $0.decoded().header.sequence } == [0, 1, 3, 4, 2, 5])
    #expect(reading.damage.contains { $0.file == "bag_2.db3" })
    let inspection = try RecordedLogs.open(folder.file("bag")).inspect()
    #expect(inspection.streams.map(\.messageCount) == [2, 2, 6])
  }

  @Test func `parts without metadata are found by their names, with a word about it`() throws {
    let folder = try TemporaryFolder()
    let part = try bytes(of: Self.fixtures + "/old.db3")
    for name in ["run_0.db3", "run_1.db3"] { try write(part, to: folder.file("bag/" + name)) }
    let reading = try LogReading(folder.file("bag"))
    #expect(reading.of("/z/text").count == 6)
    #expect(reading.damage.contains { $0.file == "metadata.yaml" })
    for name in ["a.db3", "b.db3"] { try write(part, to: folder.file("other/" + name)) }
    #expect(failure(folder.file("other"))?.problem.contains("2 entries") == true)
  }

  @Test func `a compressed bag and one whose files lie elsewhere are refused clearly`() throws {
    let folder = try TemporaryFolder()
    try write(
      "rosbag2_bagfile_information:\n  relative_file_paths: [a.db3.zstd]\n  compression_format: zstd\n"
        + "  compression_mode: FILE\n", to: folder.file("packed/metadata.yaml"))
    #expect(failure(folder.file("packed"))?.problem.contains("zstd, mode FILE") == true)
    try write(
      "rosbag2_bagfile_information:\n  relative_file_paths:\n  - ../secret.db3\n",
      to: folder.file("outside/metadata.yaml"))
    #expect(failure(folder.file("outside"))?.problem.contains("outside") == true)
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `real databases give the messages that SQLite counts`() throws {
    let root = "rosbag2/"
    let typed = try LogReading(
      SharedData.path(root + "rosbag2_tests/resources/sqlite3/cdr_test"))
    #expect(typed.counts == ["/array_topic": 4, "/test_topic": 3])
    #expect(typed.isOrdered)
    #expect(typed.damage.isEmpty)
    #expect(typed.messages.first?.logTime.nanoseconds == 1_586_406_456_763_032_325)
    for message in typed.messages { #expect(try message.decoded().payload is Record) }
    let services = try LogReading(
      SharedData.path(root + "rosbag2_cpp/test/rosbag2_cpp/bags/topics_and_services.db3"))
    #expect(services.counts == ["/add_two_ints/_service_event": 6, "/parameter_events": 7])
    let empty = try RecordedLogs.open(
      SharedData.path(root + "ros2bag/test/resources/empty_bag/empty_bag_0.db3"))
    #expect(empty.streams.allSatisfy { $0.messageCount == 0 })
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `the same bag as MCAP and as SQLite decodes to equal messages`() throws {
    let root = "rosbag2/rosbag2_tests/resources/"
    let mcap = try LogReading(SharedData.path(root + "mcap/cdr_test"))
    let sqlite = try LogReading(SharedData.path(root + "sqlite3/cdr_test"))
    #expect(mcap.messages.map(\.header) == sqlite.messages.map(\.header))
    #expect(mcap.messages.map(\.encoded?.data) == sqlite.messages.map(\.encoded?.data))
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `five MCAP parts are one log`() throws {
    let path = SharedData.path("rosbag2/rosbag2_py/test/resources/mcap/wbag")
    let reading = try LogReading(path)
    #expect(reading.messages.count == 6074)
    #expect(reading.counts["/HHH"] ?? reading.counts["HHH"] == 726)
    #expect(
      zip(reading.messages, reading.messages.dropFirst()).allSatisfy { $0.logTime <= $1.logTime })
  }
}
