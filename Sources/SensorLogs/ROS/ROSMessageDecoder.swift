import Geometry
import PointClouds
import Vision

/// Decodes the messages of one type through its schema text.
///
/// Any type becomes a ``Record``; clouds, images, camera calibrations, transforms and boxes become the value types of
/// Parallax. Safe to use from several threads at once.
public struct ROSMessageDecoder: Sendable {
  /// The type's name as the log gives it.
  public let schemaName: String
  /// The parsed schema.
  public let schema: ROSSchema
  /// How the messages are laid out.
  public let encoding: ROSEncoding
  let kind: Kind

  /// Types that become something other than a record.
  enum Kind: Sendable {
    case record, cloud, image, compressedImage, camera, transforms, boxes, imageBoxes
  }

  /// Prepares for the messages of a type.
  ///
  /// - Parameters:
  ///   - schemaName: The type's name, `sensor_msgs/msg/Image` or `sensor_msgs/Image`.
  ///   - schemaText: Its definition with those of the types it uses (`ros2msg` or `ros1msg`).
  ///   - encoding: How the messages are laid out.
  /// - Throws: ``LogError`` of kind `undecodable` when the text cannot be used.
  public init(schemaName: String, schemaText: String, encoding: ROSEncoding) throws {
    self.schemaName = schemaName
    self.encoding = encoding
    schema = try ROSSchema(name: schemaName, text: schemaText)
    kind = Self.kind(of: ROSSchema.shortName(schemaName))
  }

  private static func kind(of name: String) -> Kind {
    switch name {
    case "sensor_msgs/PointCloud2": .cloud
    case "sensor_msgs/Image": .image
    case "sensor_msgs/CompressedImage": .compressedImage
    case "sensor_msgs/CameraInfo": .camera
    case "tf2_msgs/TFMessage", "tf/tfMessage": .transforms
    case "vision_msgs/Detection3DArray": .boxes
    case "vision_msgs/Detection2DArray": .imageBoxes
    default: .record
    }
  }

  /// The kind of payload that messages decode to, as far as the type alone tells: pictures count as `image`.
  public var payloadType: String {
    switch kind {
    case .record: Record.typeName
    case .cloud: PointCloud.typeName
    case .image, .compressedImage: Image.typeName
    case .camera: CameraModel.typeName
    case .transforms: FrameTransforms.typeName
    case .boxes: Detections3D.typeName
    case .imageBoxes: Detections2D.typeName
    }
  }

  /// The kind of payload of a topic, told by one of its messages: depth images are of the same types as pictures.
  ///
  /// - Parameter data: A message.
  /// - Returns: `depth`, `flow` or `image` for pictures, else ``payloadType``.
  public func payloadType(of data: ArraySlice<UInt8>) -> String {
    guard kind == .image || kind == .compressedImage,
      let name = try? data.withUnsafeBytes({ bytes in
        let (tree, isCompressed) = (try self.tree(bytes), kind == .compressedImage)
        if try ROSImage.isFlow(tree, compressed: isCompressed) { return FlowField.typeName }
        return try ROSImage.isDepth(tree, compressed: isCompressed)
          ? DepthImage.typeName : Image.typeName
      })
    else { return payloadType }
    return name
  }

  /// The stamp and frame of a message whose first field is a `std_msgs/Header`, without decoding the rest.
  ///
  /// - Parameter data: A message.
  /// - Returns: Stamp and frame, or nil when the type has no header or the bytes do not hold one.
  public func peekHeader(_ data: ArraySlice<UInt8>) -> (stamp: Timestamp, frameID: String)? {
    guard let first = schema.root.fields.first, first.arity == .one,
      case .message(let index) = first.element, schema.types[index].role == .header
    else { return nil }
    return try? data.withUnsafeBytes { bytes -> (stamp: Timestamp, frameID: String) in
      var reader = try ROSByteReader(bytes, encoding: encoding)
      if schema.types[index].fields.count == 3 { _ = try reader.integer(UInt32.self) }
      return (try reader.time(signed: encoding == .cdr), try reader.text())
    }
  }

  /// Decodes a message to the value type of its schema, or to a ``Record``.
  ///
  /// - Parameters:
  ///   - data: The message's bytes.
  ///   - header: The header of the result; an empty frame name is filled in from the message where it names one.
  ///   - file: The file, for errors.
  ///   - place: Where in the file, for errors.
  /// - Returns: The payload with its header.
  /// - Throws: ``LogError`` of kind `undecodable`.
  public func decode(
    _ data: ArraySlice<UInt8>, header: MessageHeader, file: String = "", place: String = ""
  ) throws -> AnyMessage {
    do {
      let payload = try data.withUnsafeBytes {
        try self.payload(of: $0, topic: header.topic, file: file)
      }
      var header = header
      if header.frameName.isEmpty, let (_, frame) = peekHeader(data) { header.frameName = frame }
      return AnyMessage(header: header, payload: payload)
    } catch let problem as FormatProblem {
      throw LogError(
        .undecodable, file: file, place: place,
        problem:
          "the \(encoding.rawValue) payload of \(schemaName) cannot be decoded: \(problem.text)")
    } catch let error as LogError {
      throw error
    } catch {
      throw LogError(
        .undecodable, file: file, place: place,
        problem: "the payload of \(schemaName) cannot be decoded: \(error)")
    }
  }

  /// Decodes a message to a record, whatever its type.
  ///
  /// - Parameters:
  ///   - data: The message's bytes.
  ///   - file: The file, for errors.
  ///   - place: Where in the file, for errors.
  /// - Returns: The fields in the order of the schema.
  /// - Throws: ``LogError`` of kind `undecodable`.
  public func decodeRecord(
    _ data: ArraySlice<UInt8>, file: String = "", place: String = ""
  ) throws -> Record {
    do {
      return try data.withUnsafeBytes { bytes in
        try tree(bytes).record(named: schemaName, bytes: bytes)
      }
    } catch let problem as FormatProblem {
      throw LogError(
        .undecodable, file: file, place: place,
        problem:
          "the \(encoding.rawValue) payload of \(schemaName) cannot be decoded: \(problem.text)")
    }
  }

  private func payload(of bytes: UnsafeRawBufferPointer, topic: String, file: String) throws
    -> any Payload
  {
    let tree = try tree(bytes)
    switch kind {
    case .record: return try tree.record(named: schemaName, bytes: bytes)
    case .cloud: return try ROSPointCloud.cloud(tree, bytes)
    case .image: return try ROSImage.image(tree, bytes)
    case .compressedImage: return try ROSImage.compressed(tree, bytes, file: file)
    case .camera: return try ROSCamera.model(tree)
    case .transforms:
      return try ROSTransforms.transforms(tree, areStatic: topic.hasSuffix("tf_static"))
    case .boxes: return try ROSDetections.detections(tree)
    case .imageBoxes: return try ROSDetections.imageDetections(tree)
    }
  }

  private func tree(_ bytes: UnsafeRawBufferPointer) throws -> ROSTree {
    var reader = try ROSByteReader(bytes, encoding: encoding)
    return try ROSTree(schema: schema, type: 0, reader: &reader, depth: 0)
  }
}
