import Geometry
import Tensors
import Vision

/// One 16-bit depth image file as a message.
struct DepthFile: FileContent {
  var path: String
  var file: String
  var place: String
  /// Metres that one unit of the file stands for.
  var metresPerUnit: Double
  /// A value beside 0 that means "no value".
  var missingValue: UInt16?
  var camera: (@Sendable (PixelSize) throws -> CameraModel)?

  var payloadType: String { DepthImage.typeName }

  func payload(_ note: (LogDamage) -> Void) throws -> any Payload {
    let bytes = try RandomAccessFile.contents(of: path, named: file, place: place)
    var image: DepthImage
    do {
      image = try ImageCodec.decodeDepth(bytes, metresPerUnit: metresPerUnit, named: file)
    } catch {
      throw failure("the depth image cannot be decoded: \(error)")
    }
    if let missingValue { Self.erase(Double(missingValue) * metresPerUnit, in: &image.depths) }
    image.camera = try camera?(PixelSize(width: image.width, height: image.height))
    return image
  }

  /// Sets the values at or above `depth` (the largest that a file can hold) to 0.
  private static func erase(_ depth: Double, in depths: inout Tensor) {
    let limit = Float(depth).nextDown
    depths.withUnsafeMutableElements(of: Float.self) { values in
      for index in values.indices where values[index] >= limit { values[index] = 0 }
    }
  }

  func check() -> FileCheck {
    var check = ImageFile(path: path, file: file, place: place).check()
    guard check.isReadable else { return check }
    if let head = try? RandomAccessFile(path).read(at: 0, atMost: 65536),
      let header = ImageCodec.header(head), header.bitDepth != 16 || header.channels != 1
    {
      check.isReadable = false
      check.damage.append(
        damage(
          "a depth image holds one 16-bit value a pixel; this one holds \(header.channels) of "
            + "\(header.bitDepth) bits"))
    }
    return check
  }
}
