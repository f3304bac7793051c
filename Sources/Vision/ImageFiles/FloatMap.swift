public import Tensors

/// Portable float maps (`.pfm`): one floating-point number a pixel, as the Middlebury stereo sets have them.
public enum FloatMap {
  /// The bytes of a float map.
  ///
  /// - Parameter values: Shape `[H, W]`, Float.
  /// - Returns: Header, then rows from bottom to top, little-endian; equal numbers give equal bytes.
  /// - Throws: ``VisionError`` for another shape or type.
  public static func encode(_ values: Tensor) throws -> [UInt8] {
    guard values.rank == 2, values.elementType == .float32, values.count > 0 else {
      throw VisionError.unsuitableInput(
        operation: "a float map", expected: "[H, W] of Float",
        actual: "\(values.shape) of \(values.elementType)")
    }
    let (height, width) = (values.shape[0], values.shape[1])
    var bytes = Array("Pf\n\(width) \(height)\n-1.0\n".utf8)
    bytes.reserveCapacity(bytes.count + 4 * values.count)
    values.withUnsafeBytes { raw in
      for row in (0..<height).reversed() {
        bytes += raw[4 * row * width..<4 * (row + 1) * width]
      }
    }
    return bytes
  }

  /// The numbers of a float map.
  ///
  /// - Parameters:
  ///   - bytes: The whole file: `Pf` (one channel), either byte order.
  ///   - name: What to call it in errors.
  /// - Returns: Shape `[H, W]`, Float, as stored; the absolute scale in the header is not applied.
  /// - Throws: ``VisionError/undecodableImage(name:reason:)``.
  public static func decode(_ bytes: [UInt8], named name: String) throws -> Tensor {
    func refuse(_ reason: String) -> VisionError { .undecodableImage(name: name, reason: reason) }
    var place = 0
    var words: [String] = []
    while words.count < 4 {
      while place < bytes.count, bytes[place] <= 32 { place += 1 }
      let start = place
      while place < bytes.count, bytes[place] > 32, place - start < 32 { place += 1 }
      guard place > start, place < bytes.count else { throw refuse("its header is cut") }
      words.append(String(decoding: bytes[start..<place], as: UTF8.self))
    }
    // One white space ends the header.
    place += 1
    guard words[0] == "Pf" else { throw refuse("it does not begin with Pf") }
    guard let width = Int(words[1]), let height = Int(words[2]), width > 0, height > 0,
      let scale = Double(words[3]), scale != 0, scale.isFinite
    else { throw refuse("its header says '\(words.dropFirst().joined(separator: " "))'") }
    let (count, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, count <= (bytes.count - place) / 4 else {
      throw refuse("\(bytes.count) bytes do not hold \(width) x \(height) numbers")
    }
    let isBig = scale > 0
    return Tensor(shape: [height, width], of: Float.self) { target in
      bytes.withUnsafeBytes { raw in
        for row in 0..<height {
          for column in 0..<width {
            let source = place + 4 * ((height - 1 - row) * width + column)
            let word = raw.loadUnaligned(fromByteOffset: source, as: UInt32.self)
            target[row * width + column] = Float(
              bitPattern: isBig ? UInt32(bigEndian: word) : UInt32(littleEndian: word))
          }
        }
      }
    }
  }
}
