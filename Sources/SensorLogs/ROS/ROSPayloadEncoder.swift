import Foundation
import Geometry
import PointClouds
import Tensors
import Vision

/// Encodes value types as CDR messages of the ROS 2 types that fit them.
enum ROSPayloadEncoder {
  /// An encoded message with its type.
  struct Encoded {
    var type: String
    var data: [UInt8]
  }

  private static func started(_ header: MessageHeader) -> CDRWriter {
    var writer = CDRWriter()
    writer.time(header.timestamp)
    writer.text(header.frameName)
    return writer
  }

  static func camera(_ camera: CameraModel, _ header: MessageHeader) -> Encoded {
    var writer = started(header)
    writer.integer(UInt32(clamping: camera.height))
    writer.integer(UInt32(clamping: camera.width))
    switch camera.distortion {
    case .none:
      writer.text("plumb_bob")
      writer.sequence([Double](repeating: 0, count: 5))
    case .brownConrady(let d):
      writer.text(d.count > 5 ? "rational_polynomial" : "plumb_bob")
      writer.sequence(d)
    case .fisheye(let d):
      writer.text("equidistant")
      writer.sequence(d)
    }
    let k = camera.matrix.elements
    for value in k + Matrix3.identity.elements { writer.double(value) }
    for row in 0..<3 {
      for value in k[(3 * row)..<(3 * row + 3)] + [0] { writer.double(value) }
    }
    for _ in 0..<6 { writer.integer(UInt32(0)) }
    writer.bool(false)
    return Encoded(type: "sensor_msgs/msg/CameraInfo", data: writer.bytes)
  }

  static func transforms(_ transforms: FrameTransforms, _ header: MessageHeader) -> Encoded {
    var writer = CDRWriter()
    writer.integer(UInt32(transforms.edges.count))
    for edge in transforms.edges {
      writer.time(header.timestamp)
      writer.text(edge.parent)
      writer.text(edge.child)
      let (t, q) = (edge.parentFromChild.translation, edge.parentFromChild.rotation)
      for value in [t.x, t.y, t.z, q.vector.x, q.vector.y, q.vector.z, q.w] { writer.double(value) }
    }
    return Encoded(type: "tf2_msgs/msg/TFMessage", data: writer.bytes)
  }

  static func compressed(
    _ bytes: [UInt8], format: String, _ header: MessageHeader
  ) -> Encoded {
    var writer = started(header)
    writer.text(format)
    writer.sequence(bytes)
    return Encoded(type: "sensor_msgs/msg/CompressedImage", data: writer.bytes)
  }

  /// Raw pixels: rgb8 or mono8, for Float images mono16 or an error.
  static func image(_ image: Image, _ header: MessageHeader) throws -> Encoded {
    if image.pixels.elementType == .uint8 {
      return image.pixels.withUnsafeBytes { bytes in
        raw(
          header, image.height, image.width, encoding: image.channels == 1 ? "mono8" : "rgb8",
          bytesPerPixel: image.channels
        ) { $0.copyMemory(from: bytes) }
      }
    }
    guard image.pixels.elementType == .float32, image.channels == 1 else {
      throw FormatProblem(
        "an image of \(image.channels) x \(image.pixels.elementType) has no raw form; write it as png"
      )
    }
    return image.pixels.withUnsafeElements(of: Float.self) { values in
      raw(header, image.height, image.width, encoding: "mono16", bytesPerPixel: 2) { out in
        for index in values.indices {
          let value = values[index]
          let scaled = UInt16((value > 0 ? min(value, 1) : 0) * 65535 + 0.5)
          out.storeBytes(of: scaled.littleEndian, toByteOffset: 2 &* index, as: UInt16.self)
        }
      }
    }
  }

  /// Depths in metres (32FC1, lossless) or in millimetres (16UC1).
  static func depth(
    _ depth: DepthImage, _ header: MessageHeader, inMillimetres: Bool
  ) -> Encoded {
    depth.depths.withUnsafeElements(of: Float.self) { values in
      guard inMillimetres else {
        return raw(header, depth.height, depth.width, encoding: "32FC1", bytesPerPixel: 4) {
          $0.copyMemory(from: UnsafeRawBufferPointer(values))
        }
      }
      return raw(header, depth.height, depth.width, encoding: "16UC1", bytesPerPixel: 2) { out in
        for index in values.indices {
          let value = (Double(values[index]) * 1000).rounded()
          let millimetres = value > 0 && value <= 65535 ? UInt16(value) : 0
          out.storeBytes(of: millimetres.littleEndian, toByteOffset: 2 &* index, as: UInt16.self)
        }
      }
    }
  }

  /// Optical flow in pixels (32FC2, lossless).
  static func flow(_ flow: FlowField, _ header: MessageHeader) -> Encoded {
    flow.vectors.withUnsafeElements(of: Float.self) { values in
      raw(header, flow.height, flow.width, encoding: "32FC2", bytesPerPixel: 8) {
        $0.copyMemory(from: UnsafeRawBufferPointer(values))
      }
    }
  }

  private static func raw(
    _ header: MessageHeader, _ height: Int, _ width: Int, encoding: String, bytesPerPixel: Int,
    _ fill: (UnsafeMutableRawBufferPointer) -> Void
  ) -> Encoded {
    var writer = started(header)
    writer.integer(UInt32(clamping: height))
    writer.integer(UInt32(clamping: width))
    writer.text(encoding)
    writer.integer(UInt8(0))
    writer.integer(UInt32(clamping: width * bytesPerPixel))
    writer.sequence(count: height * width * bytesPerPixel, fill)
    return Encoded(type: "sensor_msgs/msg/Image", data: writer.bytes)
  }

  static func cloud(_ cloud: PointCloud, _ header: MessageHeader) throws -> Encoded {
    let layout = try CloudLayout(cloud)
    var writer = started(header)
    let columns = cloud.grid?.columns ?? cloud.count
    writer.integer(UInt32(clamping: cloud.grid?.rows ?? 1))
    writer.integer(UInt32(clamping: columns))
    writer.integer(UInt32(layout.fields.count))
    for field in layout.fields {
      writer.text(field.name)
      writer.integer(UInt32(field.offset))
      writer.integer(UInt8(field.kind.rawValue))
      writer.integer(UInt32(field.count))
    }
    writer.bool(false)
    writer.integer(UInt32(layout.pointStep))
    writer.integer(UInt32(clamping: columns * layout.pointStep))
    writer.sequence(count: cloud.count * layout.pointStep) { layout.pack(cloud, into: $0) }
    writer.bool(
      cloud.positions.withUnsafeElements(of: Float.self) { values in
        var finite = true
        for value in values { finite = finite && value.isFinite }
        return finite
      })
    return Encoded(type: "sensor_msgs/msg/PointCloud2", data: writer.bytes)
  }

  /// Boxes in an image as `vision_msgs/Detection2DArray` of ROS 2 Humble; poses of the hypotheses are left at zero.
  static func boxes(_ boxes: Detections2D, _ header: MessageHeader) -> Encoded {
    var writer = started(header)
    writer.integer(UInt32(boxes.boxes.count))
    for box in boxes.boxes {
      writer.time(header.timestamp)
      writer.text(header.frameName)
      writer.integer(UInt32(1))
      writer.text(box.label)
      writer.double(box.score)
      for value in [0, 0, 0, 0, 0, 0, 1] + [Double](repeating: 0, count: 36) {
        writer.double(value)
      }
      writer.double((box.x1 + box.x2) / 2)
      writer.double((box.y1 + box.y2) / 2)
      writer.double(0)
      writer.double(box.x2 - box.x1)
      writer.double(box.y2 - box.y1)
      writer.text("")
    }
    return Encoded(type: "vision_msgs/msg/Detection2DArray", data: writer.bytes)
  }
}
