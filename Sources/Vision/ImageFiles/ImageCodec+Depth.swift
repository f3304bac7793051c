import COpenCV
public import Tensors

extension ImageCodec {
  /// Decodes a depth image.
  ///
  /// The values 0 and, in 16-bit files, 65535 (which 7-Scenes and some drivers write) mean "no value". Negative values and
  /// those that are not finite become 0 as well.
  ///
  /// - Parameters:
  ///   - bytes: The whole file: one channel of 8 or 16 bits or of floating-point numbers.
  ///   - metresPerUnit: Length of one unit of the file: 0.001 for millimetres, 1/256 for KITTI, 1/5000 for TUM.
  ///   - name: What to call it in errors.
  /// - Returns: The depths in metres.
  /// - Throws: ``VisionError/undecodableImage(name:reason:)``.
  public static func decodeDepth(_ bytes: [UInt8], metresPerUnit: Double, named name: String) throws
    -> DepthImage
  {
    let matrix = try singleChannel(of: bytes, named: name)
    let is16Bit = matrix.is16Bit
    var depths = matrix.scaled(by: metresPerUnit, shape: [matrix.shape[0], matrix.shape[1]])
    let largest = is16Bit ? Float(65534.5 * metresPerUnit) : .greatestFiniteMagnitude
    let count = depths.count
    depths.withUnsafeMutableElements(of: Float.self) { values in
      for i in 0..<count where !(values[i] > 0 && values[i] <= largest) { values[i] = 0 }
    }
    return DepthImage(depths: depths)
  }

  /// Decodes one channel of numbers as they are stored, for example a disparity map.
  ///
  /// - Parameters:
  ///   - bytes: The whole file: one channel of 8 or 16 bits or of floating-point numbers.
  ///   - name: What to call it in errors.
  /// - Returns: Shape `[H, W]`, Float, the stored numbers (exact up to 2^24).
  /// - Throws: ``VisionError/undecodableImage(name:reason:)``.
  public static func decodeGrey16(_ bytes: [UInt8], named name: String) throws -> Tensor {
    let matrix = try singleChannel(of: bytes, named: name)
    return matrix.scaled(by: 1, shape: [matrix.shape[0], matrix.shape[1]])
  }

  /// Encodes a depth image as a 16-bit grey PNG.
  ///
  /// A depth is divided by the unit and rounded to the nearest whole number. What that makes 0 or less, more than 65534,
  /// or not a number is written as 0, "no value": a depth out of range is left out, never replaced by a wrong one.
  ///
  /// - Parameters:
  ///   - depth: The depths in metres.
  ///   - metresPerUnit: Length of one unit of the file; above 0.
  /// - Returns: The bytes of the file; equal depths give equal bytes.
  /// - Throws: ``VisionError``.
  public static func encodeDepth(_ depth: DepthImage, metresPerUnit: Double) throws -> [UInt8] {
    guard metresPerUnit > 0, metresPerUnit.isFinite else {
      throw VisionError.unencodableImage(reason: "\(metresPerUnit) metres a unit of depth")
    }
    return try encodeGrey16(depth.depths, unitsPerValue: 1 / metresPerUnit, largest: 65534)
  }

  /// Encodes numbers as a 16-bit grey PNG, for example disparities times 256.
  ///
  /// - Parameters:
  ///   - values: Shape `[H, W]`, Float; what is not a number or out of range after scaling becomes 0.
  ///   - unitsPerValue: Factor before rounding.
  /// - Returns: The bytes of the file; equal numbers give equal bytes.
  /// - Throws: ``VisionError``.
  public static func encodeGrey16(_ values: Tensor, unitsPerValue: Double = 1) throws -> [UInt8] {
    try encodeGrey16(values, unitsPerValue: unitsPerValue, largest: 65535)
  }

  private static func encodeGrey16(
    _ values: Tensor, unitsPerValue: Double, largest: Double
  ) throws -> [UInt8] {
    guard
      values.rank == 2, values.elementType == .float32, values.count > 0,
      let rows = Int32(exactly: values.shape[0]), let columns = Int32(exactly: values.shape[1])
    else {
      throw VisionError.unsuitableInput(
        operation: "a 16-bit image file", expected: "[H, W] of Float",
        actual: "\(values.shape) of \(values.elementType)")
    }
    let count = values.count
    let units = UnsafeMutablePointer<UInt16>.allocate(capacity: count)
    defer { units.deallocate() }
    values.withUnsafeElements(of: Float.self) { values in
      for i in 0..<count {
        let value = (Double(values[i]) * unitsPerValue).rounded()
        units[i] = value >= 0 && value <= largest ? UInt16(value) : 0
      }
    }
    let view = copencv_view(
      data: units, rows: rows, columns: columns, channels: 1, depth: Int32(copencv_u16))
    return try encode(view, format: copencv_png, setting: compressionLevel)
  }

  private static func singleChannel(of bytes: [UInt8], named name: String) throws -> DecodedMatrix {
    let matrix = try matrix(of: bytes, named: name)
    guard matrix.view.channels == 1 else {
      throw VisionError.undecodableImage(
        name: name, reason: "it has \(matrix.view.channels) channels where one is expected")
    }
    return matrix
  }
}
