import Tensors
import Vision

/// A JPEG or PNG as `sensor_msgs/CompressedImage` or `foxglove.CompressedImage` carries it.
struct CompressedPixels {
  /// Free text in ROS: `jpeg`, `png`, `rgb8; jpeg compressed bgr8`, `16UC1; compressedDepth png`.
  var format: String
  var bytes: UnsafeRawBufferPointer

  /// Whether a format holds depths: a 16-bit picture of millimetres or the form of `compressed_depth_image_transport`.
  static func isDepth(format: String) -> Bool {
    format.contains("compressedDepth") || format.hasPrefix("16UC1") || format.hasPrefix("32FC1")
  }

  func payload(named name: String) throws -> any Payload {
    guard !bytes.isEmpty else { throw FormatProblem("the compressed image has no bytes (empty)") }
    do {
      if format.contains("compressedDepth") { return try transported(named: name) }
      if Self.isDepth(format: format) {
        return try ImageCodec.decodeDepth([UInt8](bytes), metresPerUnit: 0.001, named: name)
      }
      return try ImageCodec.decode([UInt8](bytes), named: name)
    } catch let problem as FormatProblem {
      throw problem
    } catch {
      throw FormatProblem("the compressed image (format '\(format)') does not decode: \(error)")
    }
  }

  /// Twelve bytes (format, two quantisation parameters) precede the PNG.
  private func transported(named name: String) throws -> DepthImage {
    guard bytes.count > 12, !format.contains("rvl") else {
      throw FormatProblem(
        "the depth image format '\(format)' is not supported; compressedDepth with PNG is")
    }
    var reader = ByteReader(bytes)
    _ = try reader.integer(Int32.self)
    let (a, b) = (try reader.float(), try reader.float())
    let picture = [UInt8](bytes[12...])
    guard format.hasPrefix("32FC1") else {
      return try ImageCodec.decodeDepth(picture, metresPerUnit: 0.001, named: name)
    }
    // Inverse depths were quantised: depth = a / (value - b).
    var depth = try ImageCodec.decodeDepth(picture, metresPerUnit: 1, named: name)
    depth.depths.withUnsafeMutableElements(of: Float.self) { values in
      for index in values.indices where values[index] > 0 {
        let metres = a / (values[index] - b)
        values[index] = metres.isFinite && metres > 0 ? metres : 0
      }
    }
    return depth
  }
}
