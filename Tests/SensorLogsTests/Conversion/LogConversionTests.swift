import Foundation
import Geometry
import PointClouds
import Tensors
import TestSupport
import Testing
import Vision

@testable import SensorLogs

struct LogConversionTests {
  /// Topic, times and bytes of every message.
  private func messages(_ path: String) throws -> [String] {
    let cursor = try MCAPLog(path).messages(LogSelection())
    var all: [String] = []
    while let message = try cursor.next() {
      var sum = CRC32()
      sum.update(with: message.encoded?.data ?? [])
      all.append("\(message.header) \(message.logTime.nanoseconds) \(message.type) \(sum.value)")
    }
    return all
  }

  @Test(
    .enabled(if: SharedData.isPresent, "the recordings are absent"),
    arguments: ["drive-lz4.mcap", "drive-unchunked.mcap", "foxglove-json.mcap", "stereo.mcap"])
  func `a converted log holds the same bytes`(_ name: String) throws {
    let folder = try TemporaryFolder()
    let source = try MCAPLog(SharedData.path("mcap/" + name))
    var steps = 0
    let report = try LogConversion.convert(from: source, to: folder.file("out.mcap")) { steps = $0 }
    let expected = try messages(SharedData.path("mcap/" + name))
    #expect(try messages(folder.file("out.mcap")) == expected)
    #expect(report.damage == [] && report.passedThroughUndecoded == 0)
    #expect(report.messagesWritten == expected.count && steps == expected.count)
    let result = try MCAPLog(folder.file("out.mcap"))
    #expect(try result.inspect().damage == [])
    #expect(result.attachments.map(\.name) == source.attachments.map(\.name))
    #expect(result.metadata.map(\.name) == source.metadata.map(\.name))
  }

  @Test(.enabled(if: SharedData.isPresent, "the recordings are absent"))
  func `a message that does not decode is copied and reported`() throws {
    let folder = try TemporaryFolder()
    let path = SharedData.path("damaged/mcap/cdr-truncated-payload.mcap")
    let report = try LogConversion.convert(from: try MCAPLog(path), to: folder.file("out.mcap"))
    #expect(report.messagesWritten == 14 && report.passedThroughUndecoded == 1)
    #expect(report.damage.count == 1)
    #expect(report.damage.first?.problem.contains("PointCloud2") == true)
    #expect(try messages(folder.file("out.mcap")) == messages(path))
  }

  /// A log in memory, for formats that carry no bytes.
  private struct MadeLog: RecordedLog {
    var format: String { "made" }
    var streams: [LogStream] { [] }
    var damage: [LogDamage] { [] }
    var made: [LogMessage]

    func messages(_ selection: LogSelection) throws -> any LogCursor { Cursor(made) }
    func inspect() throws -> LogInspection {
      LogInspection(format: format, streams: [], damage: [])
    }

    final class Cursor: LogCursor {
      private var rest: [LogMessage]
      var damage: [LogDamage] { [] }
      init(_ messages: [LogMessage]) { rest = messages.reversed() }
      func next() throws -> LogMessage? { rest.popLast() }
    }
  }

  @Test func `messages of ROS 1 are rewritten for ROS 2`() throws {
    let folder = try TemporaryFolder()
    let header = MessageHeader(timestamp: Timestamp(nanoseconds: 5), topic: "/info")
    let fixture = ROSFixture.camera1
    let decoder = try ROSMessageDecoder(
      schemaName: fixture.type, schemaText: fixture.schema, encoding: .ros1)
    let message = LogMessage(
      header: header, logTime: header.timestamp, type: "sensor_msgs/CameraInfo",
      encoded: EncodedMessage(
        messageEncoding: "ros1", schemaEncoding: "ros1msg", schema: [UInt8](fixture.schema.utf8),
        data: fixture.bytes[...])
    ) { try decoder.decode(fixture.bytes[...], header: header) }
    let report = try LogConversion.convert(
      from: MadeLog(made: [message]), to: folder.file("out.mcap"))
    #expect(report.messagesWritten == 1 && report.damage == [])
    let copy = try #require(try MCAPLog(folder.file("out.mcap")).messages(LogSelection()).next())
    #expect(copy.type == "sensor_msgs/msg/CameraInfo")
    #expect(copy.encoded?.messageEncoding == "cdr")
    #expect(Array(copy.encoded?.data ?? []) == ROSFixture.camera.bytes)
  }

  @Test func `every payload that a folder can hold comes back`() throws {
    let folder = try TemporaryFolder()
    let pixels = Tensor((0..<48).map { UInt8($0 * 5) }, shape: [4, 4, 3])
    let values = pixels.array(of: UInt8.self)
    let camera = CameraModel(
      width: 4, height: 4, focalLength: Vector2(5, 5), principalPoint: Vector2(2, 2))
    let record = Record(
      schemaName: "made/Thing",
      fields: [("a", .integer(1)), ("b", .list([.real(0.5), .text("x")]))])
    let payloads: [any Payload] = [
      Image(pixels: pixels), DepthImage(depths: Tensor([Float(1), 2], shape: [1, 2])), camera,
      PointCloud(positions: Tensor([Float(1), 2, 3], shape: [1, 3])),
      FrameTransforms(edges: [
        .init(parent: "a", child: "b", parentFromChild: .identity, isStatic: false)
      ]), Detections3D(boxes: [Box3D(center: .zero, size: Vector3(1, 2, 3), yaw: 0.5)]), record,
    ]
    let made = payloads.enumerated().map { index, payload in
      let header = MessageHeader(
        timestamp: Timestamp(nanoseconds: Int64(index)), frameName: "f", topic: "/\(index)")
      return LogMessage(header: header, logTime: header.timestamp, type: "t") {
        AnyMessage(header: header, payload: payload)
      }
    }
    let report = try LogConversion.convert(from: MadeLog(made: made), to: folder.file("o.mcap"))
    #expect(report.messagesWritten == payloads.count)
    let log = try MCAPLog(folder.file("o.mcap"))
    #expect(
      log.streams.map(\.payloadType) == [
        "image", "depth", "camera", "cloud", "transforms", "boxes", "record",
      ])
    let cursor = try log.messages(LogSelection())
    var back: [any Payload] = []
    while let message = try cursor.next() { back.append(try message.decoded().payload) }
    #expect((back[0] as? Image)?.pixels.array(of: UInt8.self) == values)
    #expect((back[1] as? DepthImage)?.depths.array(of: Float.self) == [1, 2])
    #expect(back[2] as? CameraModel == camera)
    #expect((back[3] as? PointCloud)?.positions.array(of: Float.self) == [1, 2, 3])
    #expect(back[4] as? FrameTransforms == payloads[4] as? FrameTransforms)
    #expect(back[5] as? Detections3D == payloads[5] as? Detections3D)
    #expect((back[6] as? Record)?.fields.map(\.name) == ["a", "b"])
  }

  private func cloudMessage(_ index: Int) -> LogMessage {
    let header = MessageHeader(timestamp: Timestamp(nanoseconds: Int64(index)), topic: "/c")
    let cloud = PointCloud(positions: Tensor([Float(index), 2, 3], shape: [1, 3]))
    return LogMessage(header: header, logTime: header.timestamp, type: "cloud") {
      AnyMessage(header: header, payload: cloud)
    }
  }

  @Test(arguments: ["pcd", "ply", "bin", "xyz"])
  func `a single cloud becomes a cloud file`(_ ending: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("c." + ending)
    let report = try LogConversion.convert(from: MadeLog(made: [cloudMessage(7)]), to: path)
    #expect(report.messagesWritten == 1)
    #expect(try PointCloudFile.read(path: path).cloud.positions.array(of: Float.self) == [7, 2, 3])
  }

  @Test func `two clouds or none do not fit a cloud file`() throws {
    let folder = try TemporaryFolder()
    for made in [[], [cloudMessage(1), cloudMessage(2)]] {
      #expect(throws: LogError.self) {
        try LogConversion.convert(from: MadeLog(made: made), to: folder.file("c.ply"))
      }
    }
    #expect(!FileManager.default.fileExists(atPath: folder.file("c.ply")))
  }

  @Test func `an unknown extension is named`() {
    #expect(throws: LogError.self) {
      try LogConversion.convert(from: MadeLog(made: []), to: "/tmp/x.docx")
    }
  }
}
