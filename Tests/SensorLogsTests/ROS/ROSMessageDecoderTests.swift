import Geometry
import PointClouds
import Tensors
import Testing
import Vision

@testable import SensorLogs

struct ROSMessageDecoderTests {
  private func decoder(_ fixture: ROSFixture, _ encoding: ROSEncoding = .cdr) throws
    -> ROSMessageDecoder
  {
    try ROSMessageDecoder(
      schemaName: fixture.type, schemaText: fixture.schema, encoding: encoding)
  }

  private func payload(
    _ fixture: ROSFixture, _ bytes: [UInt8], _ encoding: ROSEncoding = .cdr
  ) throws -> any Payload {
    let header = MessageHeader(timestamp: Timestamp(nanoseconds: 0))
    return try decoder(fixture, encoding).decode(bytes[...], header: header).payload
  }

  @Test func `a calibration is the same in every byte order and from ROS 1`() throws {
    let expected = CameraModel(
      width: 640, height: 480, focalLength: Vector2(500, 510), principalPoint: Vector2(320, 240),
      distortion: .brownConrady([0.1, -0.2, 0.001, 0.002, 0.05]))
    #expect(try payload(.camera, ROSFixture.camera.bytes) as? CameraModel == expected)
    #expect(try payload(.camera, ROSFixture.camera.bigEndianBytes) as? CameraModel == expected)
    #expect(try payload(.camera1, ROSFixture.camera1.bytes, .ros1) as? CameraModel == expected)
  }

  @Test func `a cloud is the same in every byte order and from ROS 1`() throws {
    for (fixture, bytes, encoding) in [
      (ROSFixture.cloud, ROSFixture.cloud.bytes, ROSEncoding.cdr),
      (.cloud, ROSFixture.cloud.bigEndianBytes, .cdr), (.cloud1, ROSFixture.cloud1.bytes, .ros1),
    ] {
      let cloud = try #require(try payload(fixture, bytes, encoding) as? PointCloud)
      #expect(cloud.positions.array(of: Float.self) == [0.5, 0, 0, 1.5, -1, 2, 2.5, -2, 4])
      #expect(cloud.attributes["intensity"]?.array(of: Float.self) == [0, 10, 20])
      #expect(cloud.attributes["ring"]?.array(of: Int32.self) == [300, 301, 302])
      #expect(cloud.attributes["time"]?.array(of: Double.self) == [0, 0.25, 0.5])
    }
  }

  @Test func `stamp and frame are found without decoding`() throws {
    for (fixture, encoding) in [(ROSFixture.cloud, ROSEncoding.cdr), (.camera1, .ros1)] {
      let (stamp, frame) = try #require(
        try decoder(fixture, encoding).peekHeader(fixture.bytes[...]))
      #expect(stamp.nanoseconds == 1_000_000_002)
      #expect(frame == "cam")
    }
  }

  @Test(arguments: [(ROSFixture.boxes, "9"), (.boxesOld, "9")])
  func `detections take the surest hypothesis, whatever its fields are called`(
    _ fixture: ROSFixture, _ label: String
  ) throws {
    let boxes = try #require(try payload(fixture, fixture.bytes) as? Detections3D).boxes
    let box = try #require(boxes.first)
    #expect(boxes.count == 1)
    #expect(box.center == Vector3(1, 2, 3))
    #expect(box.size == Vector3(4, 1.8, 1.5))
    #expect(abs(box.yaw - 0.5) < 1e-12)
    #expect(box.label == label)
    #expect(box.score == 0.75)
  }

  @Test func `a record encoded through its schema gives the same bytes`() throws {
    for fixture in [ROSFixture.camera, .cloud, .boxes, .boxesOld] {
      let decoder = try decoder(fixture)
      let record = try decoder.decodeRecord(fixture.bytes[...])
      #expect(try ROSRecordEncoder(schema: decoder.schema).encode(record) == fixture.bytes)
      let swapped = try decoder.decodeRecord(fixture.bigEndianBytes[...])
      #expect(try ROSRecordEncoder(schema: decoder.schema).encode(swapped) == fixture.bytes)
    }
  }

  @Test func `messages of ROS 1 become those of ROS 2`() throws {
    for (old, new) in [(ROSFixture.camera1, ROSFixture.camera), (.cloud1, .cloud)] {
      let transcoder = ROSTranscoder(try decoder(old, .ros1))
      #expect(transcoder.type == new.type)
      #expect(try transcoder.transcode(old.bytes[...], file: "", place: "") == new.bytes)
      let again = try ROSMessageDecoder(
        schemaName: transcoder.type, schemaText: transcoder.text, encoding: .cdr)
      _ = try again.decodeRecord(new.bytes[...])
    }
  }

  @Test func `plain XCDR2 aligns eight-byte numbers to four`() throws {
    let decoder = try ROSMessageDecoder(
      schemaName: "p/T", schemaText: "uint8 a\nfloat64 b", encoding: .cdr)
    let bits = (1.5).bitPattern
    let number = (0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
    let two = try decoder.decodeRecord(([0, 7, 0, 0, 9, 0, 0, 0] + number)[...])
    let one = try decoder.decodeRecord(([0, 1, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0] + number)[...])
    for record in [one, two] {
      guard case .real(1.5)? = record["b"] else {
        Issue.record("b is \(String(describing: record["b"]))")
        continue
      }
    }
  }

  @Test func `no cut or flipped byte crashes the decoder`() throws {
    var generator = SeededGenerator(seed: 7)
    for (fixture, encoding) in [
      (ROSFixture.camera, ROSEncoding.cdr), (.cloud, .cdr), (.boxes, .cdr), (.cloud1, .ros1),
    ] {
      let decoder = try decoder(fixture, encoding)
      let header = MessageHeader(timestamp: Timestamp(nanoseconds: 0))
      let bytes = fixture.bytes
      for end in 0..<bytes.count {
        #expect(throws: LogError.self) { try decoder.decode(bytes[..<end], header: header) }
      }
      for _ in 0..<2000 {
        var broken = bytes
        for _ in 0..<3 {
          broken[Int.random(in: 0..<bytes.count, using: &generator)] =
            UInt8.random(in: 0...255, using: &generator)
        }
        _ = try? decoder.decode(broken[...], header: header)
        _ = decoder.peekHeader(broken[...])
      }
    }
  }
}
