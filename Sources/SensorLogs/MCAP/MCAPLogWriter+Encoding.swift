import Geometry
import PointClouds
import Tensors
import Vision

extension MCAPLogWriter {
  /// Encodes a message as the writer would, so that it can be done on another thread.
  ///
  /// - Parameters:
  ///   - message: A message whose payload is a value type; records are encoded by the writer, which knows their schemas.
  ///   - options: How payloads are encoded.
  /// - Returns: The type's name, and what ``appendEncoded(topic:type:encoded:header:logTime:channelMetadata:)`` takes.
  /// - Throws: ``LogError`` of kind `unwritable` when the payload has no form in an MCAP file.
  public static func encode(
    _ message: AnyMessage, options: Options = Options()
  ) throws -> (type: String, message: EncodedMessage) {
    do { return try encoded(message, options: options) } catch let problem as FormatProblem {
      throw LogError(
        .unwritable, file: "MCAP", place: message.header.topic, problem: problem.text)
    }
  }

  static func encoded(
    _ message: AnyMessage, options: Options
  ) throws -> (type: String, message: EncodedMessage) {
    let header = message.header
    switch message.payload {
    case let cloud as PointCloud: return ros(try ROSPayloadEncoder.cloud(cloud, header))
    case let clusters as ClusteredCloud:
      var cloud = clusters.cloud
      cloud.attributes["cluster"] = Tensor(
        clusters.clusters.array(of: Int32.self), shape: [cloud.count, 1])
      return ros(try ROSPayloadEncoder.cloud(cloud, header))
    case let image as Image: return ros(try encoded(image, header, options.images))
    case let depth as DepthImage:
      return ros(
        ROSPayloadEncoder.depth(depth, header, inMillimetres: options.hasDepthsInMillimetres))
    case let flow as FlowField: return ros(ROSPayloadEncoder.flow(flow, header))
    case let camera as CameraModel: return ros(ROSPayloadEncoder.camera(camera, header))
    case let transforms as FrameTransforms:
      return ros(ROSPayloadEncoder.transforms(transforms, header))
    case let boxes as Detections2D: return ros(ROSPayloadEncoder.boxes(boxes, header))
    case let boxes as Detections3D:
      let data = try FoxgloveSceneEncoder.encode(boxes, header)
      return (
        FoxgloveSceneEncoder.typeName,
        EncodedMessage(
          messageEncoding: "json", schemaEncoding: "jsonschema",
          schema: [UInt8](FoxgloveSceneEncoder.schema.utf8), data: data[...])
      )
    default:
      throw FormatProblem(
        "a payload of type '\(type(of: message.payload).typeName)' has no form in an MCAP file")
    }
  }

  private static func ros(
    _ encoded: ROSPayloadEncoder.Encoded
  ) -> (type: String, message: EncodedMessage) {
    let schema = ROSStandardTypes.text(encoded.type) ?? ""
    return (
      encoded.type,
      EncodedMessage(
        messageEncoding: "cdr", schemaEncoding: "ros2msg", schema: [UInt8](schema.utf8),
        data: encoded.data[...])
    )
  }

  private static func encoded(
    _ image: Image, _ header: MessageHeader, _ images: Options.Images
  ) throws -> ROSPayloadEncoder.Encoded {
    let keepsDepth = image.pixels.elementType == .float32 && image.channels == 1
    switch images {
    case .png where !keepsDepth:
      return ROSPayloadEncoder.compressed(
        try ImageCodec.encode(image, as: .png), format: "png", header)
    case .jpeg(let quality):
      return ROSPayloadEncoder.compressed(
        try ImageCodec.encode(image, as: .jpeg(quality: quality)), format: "jpeg", header)
    case .raw, .png: return try ROSPayloadEncoder.image(image, header)
    }
  }
}
