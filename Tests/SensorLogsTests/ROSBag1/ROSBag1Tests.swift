import CCompression
import Foundation
import PointClouds
import TestSupport
import Testing
import Vision

@testable import SensorLogs

@Suite struct ROSBag1Tests {
  private typealias M = BagBuilder.Message

  /// Three chunks that overlap in time.
  private static let overlapping = BagBuilder(
    topics: ["/b", "/a"],
    chunks: [
      [
        M(connection: 0, nanoseconds: 10, text: "b0"),
        M(connection: 0, nanoseconds: 50, text: "b1"),
      ],
      [
        M(connection: 1, nanoseconds: 20, text: "a0"),
        M(connection: 0, nanoseconds: 30, text: "b2"),
      ],
      [
        M(connection: 1, nanoseconds: 50, text: "a2"),
        M(connection: 1, nanoseconds: 50, text: "a3"),
      ],
    ])

  private func read(_ builder: BagBuilder, _ selection: LogSelection = LogSelection()) throws
    -> LogReading
  {
    let folder = try TemporaryFolder()
    try write(builder.bytes(), to: folder.file("x.bag"))
    return try LogReading(folder.file("x.bag"), selection)
  }

  private func texts(_ reading: LogReading) throws -> [String] {
    try reading.messages.map { message in
      guard let record = try message.decoded().payload as? Record,
        case .text(let text)? = record["data"]
      else { return "?" }
      return text
    }
  }

  @Test func `messages of overlapping chunks come by time, topic and sequence`() throws {
    let reading = try read(Self.overlapping)
    #expect(reading.damage.isEmpty)
    // /b's number 1 (time 50) was written before its number 2 (time 30).
    #expect(try texts(reading) == ["b0", "a0", "b2", "a2", "a3", "b1"])
    #expect(reading.messages.map(\.header.sequence) == [0, 0, 2, 1, 2, 1])
  }

  @Test func `a scan without an index gives the same messages and says so`() throws {
    var builder = Self.overlapping
    builder.hasIndex = false
    let reading = try read(builder)
    #expect(try texts(reading) == ["b0", "a0", "b2", "a2", "a3", "b1"])
    #expect(reading.damage.count == 1)
    #expect(reading.damage[0].problem.contains("no index"))
  }

  @Test func `chunks whose bytes are not kept are read again`() throws {
    let folder = try TemporaryFolder()
    try write(Self.overlapping.bytes(), to: folder.file("x.bag"))
    let log = try #require(try RecordedLogs.open(folder.file("x.bag")) as? ROSBag1Log)
    for count in [0, 100, 200] {
      let cursor = ROSBag1Cursor(log, LogSelection(), keepingBytes: count)
      var reading = try LogReading(log, LogSelection(topics: []))
      while let message = try cursor.next() { reading.messages.append(message) }
      #expect(try texts(reading) == ["b0", "a0", "b2", "a2", "a3", "b1"])
    }
  }

  @Test func `a selection of topics and times keeps numbers`() throws {
    let times = Timestamp(nanoseconds: 30)..<Timestamp(nanoseconds: 51)
    let part = try read(Self.overlapping, LogSelection(topics: ["/b"], times: times))
    #expect(try texts(part) == ["b2", "b1"])
    #expect(part.messages.map(\.header.sequence) == [2, 1])
    #expect(try read(Self.overlapping, LogSelection(topics: ["/none"])).messages.isEmpty)
  }

  @Test func `a scan finds the chunks behind a damaged one`() throws {
    var builder = Self.overlapping
    builder.hasIndex = false
    builder.topics = ["/b", "/a"]
    var bytes = builder.bytes()
    // Break the header length of the second chunk.
    let pattern = Array("compression=none".utf8)
    let hits = bytes.indices.filter { bytes[$0...].starts(with: pattern) }
    let second = hits[1]
    let start = second - 4 - (4 + 4) - 4
    bytes[start + 3] = 0x7F
    let folder = try TemporaryFolder()
    try write(bytes, to: folder.file("x.bag"))
    let reading = try LogReading(folder.file("x.bag"))
    #expect(reading.of("/b").count == 2)
    // /a is introduced in the lost chunk only: its messages cannot be named.
    #expect(reading.damage.contains { $0.problem.contains("length") })
    #expect(reading.damage.contains { $0.problem.contains("connection 1") })
  }

  @Test func `every truncation is survived and gives a prefix of the messages`() throws {
    let whole = Self.overlapping.bytes()
    let folder = try TemporaryFolder()
    let path = folder.file("x.bag")
    for count in stride(from: 13, to: whole.count, by: 29) {
      try write(Array(whole.prefix(count)), to: path)
      do {
        let reading = try LogReading(path)
        #expect(reading.messages.count <= 6)
        #expect(!reading.damage.isEmpty)
      } catch {
        #expect((error as? LogError)?.kind == .unreadable)
      }
    }
  }

  @Test func `flipped bytes never crash`() throws {
    var whole = Self.overlapping.bytes()
    let folder = try TemporaryFolder()
    let path = folder.file("x.bag")
    for position in Array(13..<90) + Array(stride(from: 4109, to: whole.count, by: 3)) {
      let kept = whole[position]
      whole[position] ^= 0xFF
      try write(whole, to: path)
      _ = try? RecordedLogs.open(path).inspect()
      whole[position] = kept
    }
  }

  /// Counts and CRC-32 of all payloads of a topic in order, from PyPI rosbags 0.11.9:
  /// `for c, t, raw in Reader(file).messages(): crc[c.topic] = zlib.crc32(raw, crc.get(c.topic, 0))`.
  @Test(
    .enabled(if: SharedData.isPresent, "\(SharedData.absence)"),
    arguments: ["drive-none.bag", "drive-lz4.bag", "drive-bz2.bag"])
  func `the payloads are those of the reference reader`(name: String) throws {
    let reading = try LogReading(SharedData.path("rosbag/" + name))
    #expect(reading.damage.isEmpty)
    #expect(reading.isOrdered)
    let expected: [String: (Int, UInt32)] = [
      "/camera/left/camera_info": (2, 0xe0ff_b2cc), "/camera/left/image": (2, 0x4220_1f59),
      "/imu": (6, 0x4e3_f79c), "/lidar/points": (2, 0xec68_c5a6),
      "/lidar/points_padded": (1, 0x2f55_e3a9), "/tf_static": (1, 0x73fd_4da9),
    ]
    #expect(reading.counts == expected.mapValues(\.0))
    for (topic, (_, crc)) in expected { #expect(self.crc(reading.of(topic)) == crc) }
    #expect(reading.messages.first?.logTime.nanoseconds == 1_317_042_272_001_000_000)
  }

  private func crc(_ messages: [LogMessage]) -> UInt32 {
    messages.reduce(0) { crc, message in
      guard let data = message.encoded?.data else { return 0 }
      return data.withUnsafeBufferPointer {
        ccompression_crc32(crc, $0.baseAddress, $0.count)
      }
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `real recordings have the reference's counts and payloads`() throws {
    let turtle: [String: (Int, UInt32)] = [
      "/rosout": (10, 0x4ac0_eb07), "/tf": (2688, 0xb61c_d70d), "/tf_static": (1, 0x4782_bbff),
      "/turtle1/cmd_vel": (357, 0xb08a_270a), "/turtle1/color_sensor": (1351, 0x3a0d_2e6a),
      "/turtle1/pose": (1344, 0xa2ed_176c), "/turtle2/cmd_vel": (208, 0x23ca_ecdd),
      "/turtle2/color_sensor": (1344, 0x11f_f1eb), "/turtle2/pose": (1344, 0x4ec5_778b),
    ]
    let scan: [String: (Int, UInt32)] = [
      "/gravity_vector": (356, 0x26a4_c72f), "/imu_data": (356, 0x8c05_467e),
      "/info_gps": (356, 0x457a_85a7), "/magnetic_vector": (356, 0xfc77_bd07),
      "/position_gps": (356, 0xc645_6eee), "/scan": (178, 0x7e57_2e8c),
      "/temperature": (712, 0x9b64_d205), "/tf": (711, 0xc318_52fe),
      "/velocity": (712, 0xe29e_6bac),
    ]
    for (name, expected) in [("example-lz4.bag", turtle), ("tilt_laser.bag", scan)] {
      let reading = try LogReading(SharedData.path("rosbag1/" + name))
      #expect(reading.damage.isEmpty)
      #expect(reading.isOrdered)
      #expect(reading.counts == expected.mapValues(\.0))
      for (topic, (_, crc)) in expected { #expect(self.crc(reading.of(topic)) == crc, "\(topic)") }
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `payloads decode to clouds, cameras, images, transforms and records`() throws {
    let reading = try LogReading(SharedData.path("rosbag/drive-lz4.bag"))
    let counts = try reading.of("/lidar/points").map {
      (try $0.decoded().payload as? PointCloud)?.count
    }
    #expect(counts == [17238, 18630])
    let image = try #require(try reading.first("/camera/left/image", as: Image.self))
    #expect((image.width, image.height) == (1242, 375))
    let transforms = try #require(try reading.first("/tf_static", as: FrameTransforms.self))
    #expect(transforms.edges.contains { $0.child == "camera_left" && $0.parent == "lidar" })
    let imu = try #require(try reading.first("/imu", as: Record.self))
    #expect(imu["angular_velocity"] != nil)
    #expect(reading.of("/lidar/points").first?.header.frameName == "lidar")
    let laser = try LogReading(
      SharedData.path("rosbag1/tilt_laser.bag"), LogSelection(topics: ["/scan"]))
    let scan = try #require(try laser.first("/scan", as: Record.self))
    guard case .list(let ranges)? = scan["ranges"] else {
      Issue.record("a scan has ranges")
      return
    }
    #expect(ranges.count > 100)
  }
}
