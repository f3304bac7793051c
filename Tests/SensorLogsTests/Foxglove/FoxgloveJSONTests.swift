import Geometry
import PointClouds
import Testing

@testable import SensorLogs

struct FoxgloveJSONTests {
  private let header = MessageHeader(
    timestamp: Timestamp(nanoseconds: 1_500_000_000), frameName: "lidar", topic: "/boxes")

  private func decode(_ name: String, _ text: String) throws -> any Payload {
    try FoxgloveJSONDecoder(schemaName: name)
      .decode([UInt8](text.utf8)[...], header: header, file: "f", place: "p").payload
  }

  @Test func `boxes come back from a scene exactly`() throws {
    let boxes = Detections3D(boxes: [
      Box3D(
        center: Vector3(1.1, -2.2, 3.3), size: Vector3(4, 1.8, 1.5), yaw: -3.1,
        label: "Car \"é\"\n", score: 0.123456789),
      Box3D(center: .zero, size: Vector3(1, 1, 1), yaw: 7),
    ])
    let data = try FoxgloveSceneEncoder.encode(boxes, header)
    let decoder = FoxgloveJSONDecoder(schemaName: FoxgloveSceneEncoder.typeName)
    let back = try decoder.decode(data[...], header: header, file: "", place: "")
    #expect(back.payload as? Detections3D == boxes)
    let (stamp, frame) = try #require(decoder.peekHeader(data[...]))
    #expect(stamp == header.timestamp && frame == "lidar")
  }

  @Test func `numbers that JSON lacks are refused`() {
    let box = Box3D(center: Vector3(.nan, 0, 0), size: Vector3(1, 1, 1), yaw: 0)
    #expect(throws: FormatProblem.self) {
      try FoxgloveSceneEncoder.encode(Detections3D(boxes: [box]), header)
    }
  }

  @Test func `a cloud is decoded from base64 and moved by its pose`() throws {
    let cloud = try #require(
      try decode(
        "foxglove.PointCloud",
        """
        {"timestamp":{"sec":1,"nsec":2},"frame_id":"a","pose":{"position":{"x":1,"y":0,"z":0},
        "orientation":{"x":0,"y":0,"z":0,"w":1}},"point_stride":12,"fields":[
        {"name":"x","offset":0,"type":7},{"name":"y","offset":4,"type":7},
        {"name":"z","offset":8,"type":7}],"data":"AACAPwAAAEAAAEBA"}
        """) as? PointCloud)
    #expect(cloud.positions.array(of: Float.self) == [2, 2, 3])
  }

  @Test(arguments: [
    "", "{", "[]", "{\"a\":}", "{\"timestamp\":1}", "{\"a\":\"\\u12\"}", "{\"data\":\"A\"}",
    String(repeating: "[", count: 100_000), "{\"a\":1}x", "{\"a\":tru}", "{\"a\":1e999}",
  ])
  func `malformed text is refused`(_ text: String) {
    #expect(throws: LogError.self) { try decode("foxglove.PointCloud", text) }
  }

  @Test func `escapes and surrogate pairs are understood`() throws {
    let record = try #require(
      try decode("x", #"{"a":"\u00e9\ud83d\ude00\n\"","b":[1,-2.5,true,null]}"#) as? Record)
    guard case .text(let text)? = record["a"] else {
      Issue.record("a is no text")
      return
    }
    #expect(text == "é😀\n\"")
  }

  @Test(arguments: [
    ("", []), ("AA==", [0]), ("AAE=", [0, 1]), ("AAEC", [0, 1, 2]), ("/+8", [255, 239]),
  ])
  func `base64 of every length is decoded`(_ text: String, _ bytes: [UInt8]) throws {
    #expect(try [UInt8](text.utf8).withUnsafeBytes { try Base64.decode($0) } == bytes)
  }

  @Test(arguments: ["A", "A?==", "AAAAA"])
  func `base64 with other characters or lengths is refused`(_ text: String) {
    #expect(throws: FormatProblem.self) {
      try [UInt8](text.utf8).withUnsafeBytes { try Base64.decode($0) }
    }
  }
}
