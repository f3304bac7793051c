import COpenCV
import Tensors

/// How an image is written.
public enum ImageEncoding: Sendable, Equatable {
  /// Lossless.
  case png
  /// Lossy; quality from 0 to 100.
  case jpeg(quality: Int)
}

/// Reading and writing of image files in memory.
///
/// Sizes are checked before memory is taken, and equal inputs give equal bytes. The orientation note of a camera (EXIF)
/// is not applied: pixels stay where the sensor had them, as calibrations need.
public enum ImageCodec {
  /// Compression of PNG files; fixed, so that equal images give equal bytes.
  ///
  /// -1 is OpenCV's fast way: a third of the time of level 3, files within a tenth of its size.
  static let compressionLevel: Int32 = -1

  /// Decodes PNG, JPEG, BMP, PNM or TIFF.
  ///
  /// 8-bit files give UInt8; 16-bit files give Float, the value divided by 65535; files of floating-point numbers give
  /// Float as stored. Grey files give one channel, all others red, green, blue; alpha is dropped. A cut JPEG file gives a
  /// picture whose rest is grey: ``problem(in:)`` tells.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - name: What to call it in errors.
  /// - Returns: The image.
  /// - Throws: ``VisionError/undecodableImage(name:reason:)``.
  public static func decode(_ bytes: [UInt8], named name: String) throws -> Image {
    let matrix = try matrix(of: bytes, named: name)
    if matrix.isBytes { return Image(pixels: matrix.bytes()) }
    return Image(
      pixels: matrix.scaled(by: matrix.is16Bit ? 1 / 65535 : 1, shape: matrix.shape))
  }

  /// Encodes an image.
  ///
  /// Float images are taken as 0 to 1 and rounded to 8 bits; values outside, and those that are not numbers, are clamped
  /// (to 0 for the latter).
  ///
  /// - Parameters:
  ///   - image: The image.
  ///   - encoding: File format.
  /// - Returns: The bytes of the file.
  /// - Throws: ``VisionError``.
  public static func encode(_ image: Image, as encoding: ImageEncoding) throws -> [UInt8] {
    let pixels = try image.bytePixels()
    switch encoding {
    case .png: return try encode(pixels, format: copencv_png, setting: compressionLevel)
    case .jpeg(let quality):
      return try encode(
        pixels, format: copencv_jpeg, setting: Int32(min(max(quality, 0), 100)))
    }
  }

  static func encode(_ pixels: Tensor, format: Int, setting: Int32) throws -> [UInt8] {
    try OpenCV.withView(pixels, for: "encoding an image") {
      try encode($0, format: format, setting: setting)
    }
  }

  static func encode(_ view: copencv_view, format: Int, setting: Int32) throws -> [UInt8] {
    let functions = try OpenCV.functions()
    var buffer: OpaquePointer?
    let status = functions.pointee.encode(view, Int32(format), setting, &buffer)
    defer { functions.pointee.buffer_release(buffer) }
    guard status == copencv_ok, let buffer else {
      throw VisionError.unencodableImage(reason: OpenCV.lastError(functions))
    }
    var count = 0
    let bytes = functions.pointee.buffer_bytes(buffer, &count)
    return Array(UnsafeBufferPointer(start: bytes, count: count))
  }

  /// Decodes after the sizes have been checked.
  static func matrix(of bytes: [UInt8], named name: String) throws -> DecodedMatrix {
    let check = check(bytes, wholly: false)
    guard check.header != nil else {
      throw VisionError.undecodableImage(name: name, reason: check.problem ?? "unknown format")
    }
    let functions = try OpenCV.functions()
    var handle: OpaquePointer?
    let status = bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return copencv_status(copencv_failed) }
      return functions.pointee.decode(base, bytes.count, &handle)
    }
    guard status == copencv_ok, let handle else {
      let reason = Self.check(bytes, wholly: true).problem ?? OpenCV.lastError(functions)
      throw VisionError.undecodableImage(name: name, reason: reason)
    }
    return DecodedMatrix(handle, functions)
  }
}

extension Image {
  /// The picture in 8 bits: Float values are taken as 0 to 1, clamped and rounded.
  ///
  /// - Returns: The picture with UInt8 pixels.
  /// - Throws: ``VisionError/unsuitableInput(operation:expected:actual:)`` for other element types.
  public func bytes() throws -> Image { Image(pixels: try bytePixels(), camera: camera) }

  /// The pixels as 8 bits: Float values are taken as 0 to 1, clamped and rounded.
  func bytePixels() throws -> Tensor {
    switch pixels.elementType {
    case .uint8: return pixels
    case .float32:
      let count = pixels.count
      return pixels.withUnsafeElements(of: Float.self) { source in
        Tensor(shape: pixels.shape, of: UInt8.self) { target in
          for i in 0..<count {
            let value = source[i] * 255
            target[i] = value > 0 ? UInt8(min(value, 255).rounded()) : 0
          }
        }
      }
    default:
      throw VisionError.unsuitableInput(
        operation: "an image file", expected: "pixels of UInt8 or Float",
        actual: "\(pixels.elementType)")
    }
  }
}
