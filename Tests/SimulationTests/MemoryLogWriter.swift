import Geometry
import SensorLogs
import Tensors
import Vision
import PointClouds

/// Keeps what is written.
final class MemoryLogWriter: LogWriter {
  private(set) var messages: [AnyMessage] = []

  func write(_ message: AnyMessage, logTime: Timestamp?) throws { messages.append(message) }

  func finish() throws {}

  /// The payloads of one topic, in order.
  func payloads<Body: Payload>(_ topic: String, as type: Body.Type = Body.self) -> [Body] {
    Self.payloads(messages, topic)
  }

  static func payloads<Body: Payload>(
    _ messages: [AnyMessage], _ topic: String, as type: Body.Type = Body.self
  ) -> [Body] {
    messages.filter { $0.header.topic == topic }.compactMap { $0.payload as? Body }
  }

  /// The header and all bytes of each message.
  var fingerprints: [String] { Self.fingerprints(messages) }

  static func fingerprints(_ messages: [AnyMessage]) -> [String] {
    messages.map { message in
      let body: String
      switch message.payload {
      case let image as Image: body = Self.hash(image.pixels)
      case let depth as DepthImage: body = Self.hash(depth.depths)
      case let cloud as PointCloud:
        body =
          Self.hash(cloud.positions)
          + cloud.attributes.sorted { $0.key < $1.key }.map { $0.key + Self.hash($0.value) }
          .joined()
      default: body = "\(message.payload)"
      }
      return "\(message.header) \(body)"
    }
  }

  /// FNV-1a of a tensor's bytes with its shape.
  private static func hash(_ tensor: Tensor) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    tensor.withUnsafeBytes { bytes in
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
    return "\(tensor.shape) \(hash)"
  }
}
