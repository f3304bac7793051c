import Foundation
import Geometry
import PointClouds
import Tensors
import TestSupport
import Testing
import Vision

@testable import SensorLogs

/// Encoded messages against vectors that rosbags and mcap-ros2-support agree on.
struct ROSPayloadEncoderTests {
  private let header = MessageHeader(
    timestamp: Timestamp(nanoseconds: 1_000_000_002), frameName: "cam", topic: "/t")

  private func golden(_ type: String) throws -> [UInt8] {
    let url = URL(fileURLWithPath: SharedData.path("mcap/cdr-golden.json"))
    let all = try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [[String: Any]]
    let entry = try #require(all?.first { $0["type"] as? String == type })
    return ROSFixture.bytes(entry["hex"] as? String ?? "")
  }

  @Test(.enabled(if: SharedData.isPresent, "the recordings are absent"))
  func `encoded messages equal the golden vectors`() throws {
    let pixels = Tensor((0..<12).map { UInt8($0) }, shape: [2, 2, 3])
    #expect(
      try ROSPayloadEncoder.image(Image(pixels: pixels), header).data
        == golden("sensor_msgs/msg/Image"))
    #expect(
      try ROSPayloadEncoder.compressed([0, 1, 2, 3, 4], format: "jpeg", header).data
        == golden("sensor_msgs/msg/CompressedImage"))
    let cloud = PointCloud(positions: Tensor(repeating: Float(0), shape: [2, 3]))
    #expect(
      try ROSPayloadEncoder.cloud(cloud, header).data == golden("sensor_msgs/msg/PointCloud2"))
    let edge = FrameTransforms.Edge(
      parent: "cam", child: "lidar",
      parentFromChild: Pose(rotation: .identity, translation: Vector3(1, 2, 3)))
    #expect(
      try ROSPayloadEncoder.transforms(FrameTransforms(edges: [edge]), header).data
        == golden("tf2_msgs/msg/TFMessage"))
  }

  @Test(
    .enabled(if: SharedData.isPresent, "the recordings are absent"),
    arguments: [
      "sensor_msgs/msg/Imu", "sensor_msgs/msg/NavSatFix", "sensor_msgs/msg/CameraInfo",
      "sensor_msgs/msg/Image", "sensor_msgs/msg/PointCloud2", "tf2_msgs/msg/TFMessage",
    ])
  func `built-in definitions decode and encode the golden vectors`(_ type: String) throws {
    let text = try #require(ROSStandardTypes.text(type))
    let decoder = try ROSMessageDecoder(schemaName: type, schemaText: text, encoding: .cdr)
    let bytes = try golden(type)
    let record = try decoder.decodeRecord(bytes[...])
    #expect(try ROSRecordEncoder(schema: decoder.schema).encode(record) == bytes)
  }

  private func again(_ encoded: ROSPayloadEncoder.Encoded) throws -> any Payload {
    let text = try #require(ROSStandardTypes.text(encoded.type))
    return try ROSMessageDecoder(schemaName: encoded.type, schemaText: text, encoding: .cdr)
      .decode(encoded.data[...], header: header).payload
  }

  @Test func `a cloud keeps all its attributes`() throws {
    let cloud = PointCloud(
      positions: Tensor([Float.nan, 2, 3, 4, 5, 6], shape: [2, 3]),
      attributes: [
        "intensity": Tensor([Float(0.5), 7], shape: [2, 1]),
        "color": Tensor([UInt8(1), 2, 3, 250, 251, 252], shape: [2, 3]),
        "alpha": Tensor([UInt8(9), 255], shape: [2, 1]),
        "normal": Tensor([Float(1), 0, 0, 0, 1, 0], shape: [2, 3]),
        "ring": Tensor([Int32(-1), 70000], shape: [2, 1]),
        "time": Tensor([1e-9, 0.1], shape: [2, 1]),
        "id": Tensor([Int64(0), 4_294_967_295], shape: [2, 1]),
        "pair": Tensor([Int16(1), -2, 3, -4], shape: [2, 2]),
      ])
    let back = try #require(try again(try ROSPayloadEncoder.cloud(cloud, header)) as? PointCloud)
    #expect(back.attributes.keys.sorted() == cloud.attributes.keys.sorted())
    for (name, values) in cloud.attributes {
      let other = try #require(back.attributes[name])
      #expect(other.shape == values.shape && other.elementType == values.elementType)
      #expect(
        other.withUnsafeBytes { Array($0) } == values.withUnsafeBytes { Array($0) }, "\(name)")
    }
    let bits = { (tensor: Tensor) in tensor.array(of: Float.self).map(\.bitPattern) }
    #expect(bits(back.positions) == bits(cloud.positions))
  }

  @Test func `a cloud with large coordinates keeps them as Double`() throws {
    let places = [448_262.125, 5_428_517.25, 112.5, 448_263.5, 5_428_518.75, 113]
    let cloud = PointCloud(places: Tensor(places, shape: [2, 3]))
    #expect(cloud.origin.x != 0)
    let read = try #require(again(ROSPayloadEncoder.cloud(cloud, header)) as? PointCloud)
    #expect(read.places().array() == places && read.origin == cloud.origin)
  }

  @Test func `an organised cloud keeps its grid, an empty one its emptiness`() throws {
    let positions = Tensor(repeating: Float(1), shape: [6, 3])
    let grid = PointCloud(positions: positions, grid: (rows: 2, columns: 3))
    let back = try #require(try again(try ROSPayloadEncoder.cloud(grid, header)) as? PointCloud)
    #expect(back.grid?.rows == 2 && back.grid?.columns == 3)
    let empty = PointCloud(positions: Tensor(repeating: Float(1), shape: [0, 3]))
    let none = try #require(try again(try ROSPayloadEncoder.cloud(empty, header)) as? PointCloud)
    #expect(none.count == 0)
  }

  @Test(arguments: [
    Distortion.none, .brownConrady([0.1, 0.2, 0.3, 0.4, 0.5]),
    .brownConrady([1, 2, 3, 4, 5, 6, 7, 8]), .fisheye([0.1, 0.2, 0.3, 0.4]),
  ])
  func `a camera keeps its parameters`(_ distortion: Distortion) throws {
    let camera = CameraModel(
      width: 640, height: 480, focalLength: Vector2(500, 501), principalPoint: Vector2(320, 240),
      skew: 0.25, distortion: distortion)
    #expect(try again(ROSPayloadEncoder.camera(camera, header)) as? CameraModel == camera)
  }

  @Test func `boxes in an image keep edges, label and score`() throws {
    let boxes = Detections2D(boxes: [
      Box2D(x1: 1, y1: 2.5, x2: 30, y2: 40, label: "Car", score: 0.75),
      Box2D(x1: 5, y1: 2, x2: 9, y2: 7.25, label: "", score: 1),
    ])
    #expect(try again(ROSPayloadEncoder.boxes(boxes, header)) as? Detections2D == boxes)
    let none = Detections2D(boxes: [])
    #expect(try again(ROSPayloadEncoder.boxes(none, header)) as? Detections2D == none)
  }

  @Test func `depths are exact in metres and rounded in millimetres`() throws {
    let depth = DepthImage(depths: Tensor([Float(0), 1.23456, 70, 65.535], shape: [2, 2]))
    let exact = try again(ROSPayloadEncoder.depth(depth, header, inMillimetres: false))
    #expect((exact as? DepthImage)?.depths.array(of: Float.self) == [0, 1.23456, 70, 65.535])
    let rounded = try again(ROSPayloadEncoder.depth(depth, header, inMillimetres: true))
    #expect((rounded as? DepthImage)?.depths.array(of: Float.self) == [0, 1.235, 0, 65.535])
  }
}
