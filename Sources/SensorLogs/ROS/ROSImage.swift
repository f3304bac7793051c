import Tensors
import Vision

/// `sensor_msgs/Image` and `CompressedImage` to ``Image``, ``DepthImage`` or ``FlowField``.
enum ROSImage {
  static func image(_ tree: ROSTree, _ bytes: UnsafeRawBufferPointer) throws -> any Payload {
    try RawPixels(
      height: try tree.integer("height"), width: try tree.integer("width"),
      step: try tree.integer("step"), encoding: try tree.text("encoding"),
      bigEndian: try tree.bool("is_bigendian"),
      bytes: UnsafeRawBufferPointer(rebasing: bytes[try tree.bytes("data")])
    ).payload()
  }

  static func compressed(
    _ tree: ROSTree, _ bytes: UnsafeRawBufferPointer, file: String
  ) throws -> any Payload {
    try CompressedPixels(
      format: try tree.text("format"),
      bytes: UnsafeRawBufferPointer(rebasing: bytes[try tree.bytes("data")])
    ).payload(named: file)
  }

  /// Whether a message holds optical flow.
  static func isFlow(_ tree: ROSTree, compressed: Bool) throws -> Bool {
    try !compressed && tree.text("encoding") == "32FC2"
  }

  /// Whether a message holds depths.
  static func isDepth(_ tree: ROSTree, compressed: Bool) throws -> Bool {
    compressed
      ? CompressedPixels.isDepth(format: try tree.text("format"))
      : RawPixels.isDepth(encoding: try tree.text("encoding"))
  }
}

/// Pixels as they lie in a `sensor_msgs/Image` or `foxglove.RawImage`.
struct RawPixels {
  var height: Int
  var width: Int
  var step: Int
  var encoding: String
  var bigEndian: Bool
  var bytes: UnsafeRawBufferPointer

  /// Whether an encoding is one of the two that ROS uses for depth (REP 118).
  static func isDepth(encoding: String) -> Bool { encoding == "16UC1" || encoding == "32FC1" }

  func payload() throws -> any Payload {
    switch encoding {
    case "rgb8": return try image(3, of: 3, order: [0, 1, 2])
    case "bgr8", "8UC3": return try image(3, of: 3, order: [2, 1, 0])
    case "rgba8": return try image(3, of: 4, order: [0, 1, 2])
    case "bgra8", "8UC4": return try image(3, of: 4, order: [2, 1, 0])
    case "mono8", "8UC1": return try image(1, of: 1, order: [0])
    case "mono16": return try grey16()
    case "16UC1", "32FC1": return try depth()
    case "32FC2": return try flow()
    default:
      let known = "rgb8, bgr8, rgba8, bgra8, mono8, mono16, 8UC1, 8UC3, 16UC1, 32FC1 and 32FC2 are"
      throw FormatProblem(
        encoding.hasPrefix("bayer")
          ? "the Bayer image encoding '\(encoding)' is not supported; \(known)"
          : "the image encoding '\(encoding)' is not supported; \(known)")
    }
  }

  /// Two numbers a pixel: motion to the right and downwards.
  private func flow() throws -> FlowField {
    let stride = try check(8)
    let (height, width, swapped) = (height, width, bigEndian)
    guard let base = bytes.baseAddress else { throw FormatProblem("the image has no data") }
    return FlowField(
      vectors: Tensor(shape: [height, width, 2], of: Float.self) { out in
        for row in 0..<height {
          let source = base + row * stride
          for place in 0..<2 * width {
            let raw = source.loadUnaligned(fromByteOffset: 4 &* place, as: UInt32.self)
            out[2 &* row &* width &+ place] = Float(bitPattern: swapped ? raw.byteSwapped : raw)
          }
        }
      })
  }

  /// Checks the size against the bytes.
  private func check(_ pixelBytes: Int) throws -> Int {
    let (row, wide) = width.multipliedReportingOverflow(by: pixelBytes)
    let stride = step == 0 ? row : step
    let (start, high) = max(0, height - 1).multipliedReportingOverflow(by: stride)
    let (needed, large) = start.addingReportingOverflow(row)
    guard height > 0, width > 0, !wide, !high, !large, stride >= row, needed <= bytes.count else {
      throw FormatProblem(
        "an image of width \(width) x height \(height), step \(step), encoding \(encoding) does not fit its"
          + " \(bytes.count) bytes of data (size mismatch)")
    }
    return stride
  }

  private func image(_ channels: Int, of pixelBytes: Int, order: [Int]) throws -> Image {
    let stride = try check(pixelBytes)
    let (height, width) = (height, width)
    guard let base = bytes.baseAddress else { throw FormatProblem("the image has no data") }
    let pixels = Tensor(shape: [height, width, channels], of: UInt8.self) { out in
      guard let target = out.baseAddress else { return }
      let straight = order == Array(0..<pixelBytes)
      for row in 0..<height {
        let source = base + row * stride
        let line = target + row * width * channels
        if straight {
          UnsafeMutableRawPointer(line).copyMemory(from: source, byteCount: width * channels)
          continue
        }
        let (r, g, b) = (order[0], order[1], order[2])
        let values = source.assumingMemoryBound(to: UInt8.self)
        for column in 0..<width {
          let pixel = values + column &* pixelBytes
          line[3 &* column] = pixel[r]
          line[3 &* column &+ 1] = pixel[g]
          line[3 &* column &+ 2] = pixel[b]
        }
      }
    }
    return Image(pixels: pixels)
  }

  private func grey16() throws -> Image {
    let values = try unsigned16(scale: 1 / 65535)
    return Image(
      pixels: Tensor(shape: [height, width, 1], of: Float.self) { out in
        values.withUnsafeElements(of: Float.self) { _ = out.initialize(from: $0) }
      })
  }

  private func depth() throws -> DepthImage {
    guard encoding == "32FC1" else { return DepthImage(depths: try unsigned16(scale: 0.001)) }
    let stride = try check(4)
    let (height, width, swapped) = (height, width, bigEndian)
    guard let base = bytes.baseAddress else { throw FormatProblem("the image has no data") }
    return DepthImage(
      depths: Tensor(shape: [height, width], of: Float.self) { out in
        for row in 0..<height {
          let source = base + row * stride
          for column in 0..<width {
            let raw = source.loadUnaligned(fromByteOffset: 4 &* column, as: UInt32.self)
            let value = Float(bitPattern: swapped ? raw.byteSwapped : raw)
            out[row &* width &+ column] = value.isFinite && value > 0 ? value : 0
          }
        }
      })
  }

  private func unsigned16(scale: Double) throws -> Tensor {
    let stride = try check(2)
    let (height, width, swapped) = (height, width, bigEndian)
    guard let base = bytes.baseAddress else { throw FormatProblem("the image has no data") }
    return Tensor(shape: [height, width], of: Float.self) { out in
      for row in 0..<height {
        let source = base + row * stride
        for column in 0..<width {
          let raw = source.loadUnaligned(fromByteOffset: 2 &* column, as: UInt16.self)
          out[row &* width &+ column] = Float(Double(swapped ? raw.byteSwapped : raw) * scale)
        }
      }
    }
  }
}
