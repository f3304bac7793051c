/// The structure of a PNG file: signature, chunks with their CRCs, header values, end.
///
/// - Note: Source: W3C, "Portable Network Graphics (PNG) Specification", third edition, sections 5 and 11.
enum PNGCheck {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  static func check(_ bytes: UnsafeBufferPointer<UInt8>, wholly: Bool) -> ImageCheck {
    guard bytes.count >= 33 else {
      return .refused("the PNG image is truncated: \(bytes.count) bytes hold no header")
    }
    guard bytes.big32(8) == 13, bytes.holds(Array("IHDR".utf8), at: 12) else {
      return .refused("the PNG image does not begin with an IHDR chunk")
    }
    let crc = CRC32.table.withUnsafeBufferPointer { CRC32.of(bytes, 12..<29, table: $0) }
    guard crc == UInt32(truncatingIfNeeded: bytes.big32(29)) else {
      return .refused("the CRC of the PNG image's header (IHDR) is wrong")
    }
    let result = header(bytes)
    guard result.header != nil, wholly else { return result }
    return ImageCheck(header: result.header, problem: chunkProblem(bytes))
  }

  private static func header(_ bytes: UnsafeBufferPointer<UInt8>) -> ImageCheck {
    let (width, height) = (bytes.big32(16), bytes.big32(20))
    let (bitDepth, colorType) = (Int(bytes[24]), Int(bytes[25]))
    let channels: Int
    let depths: [Int]
    switch colorType {
    case 0: (channels, depths) = (1, [1, 2, 4, 8, 16])
    case 2: (channels, depths) = (3, [8, 16])
    case 3: (channels, depths) = (3, [1, 2, 4, 8])
    case 4: (channels, depths) = (2, [8, 16])
    case 6: (channels, depths) = (4, [8, 16])
    default: return .refused("the PNG image has the unknown colour type \(colorType)")
    }
    guard depths.contains(bitDepth) else {
      return .refused("the PNG image has \(bitDepth) bits with colour type \(colorType)")
    }
    guard bytes[26] == 0, bytes[27] == 0, bytes[28] <= 1 else {
      return .refused("the PNG image names an unknown compression, filter or interlace method")
    }
    let header = ImageHeader(
      format: .png, width: width, height: height, bitDepth: bitDepth, channels: channels)
    // Deflate shrinks by no more than a factor of 1032.
    let bitsPerPixel = bitDepth * (colorType == 3 ? 1 : channels)
    return ImageCheck(
      sized: header, byteCount: bytes.count, pixelsPerByte: 1032 * 8 / Double(bitsPerPixel))
  }

  /// What is wrong with the chunks after the header.
  private static func chunkProblem(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    var offset = 33
    var hasData = false
    let table = CRC32.table
    while true {
      guard bytes.count - offset >= 12 else {
        return hasData
          ? "the PNG image is truncated: \(bytes.count) bytes end without an IEND chunk"
          : "the PNG image is truncated: it ends before its pixel data (IDAT)"
      }
      let length = bytes.big32(offset)
      let name = (4..<8).map { i in
        let byte = bytes[offset + i]
        return byte >= 0x41 && byte <= 0x7A ? String(UnicodeScalar(byte)) : "?"
      }.joined()
      guard length <= bytes.count - offset - 12 else {
        return
          "the PNG image is truncated: its \(name) chunk at byte \(offset) claims \(length) bytes, "
          + "\(bytes.count - offset - 8) are left"
      }
      let end = offset + 8 + length
      let crc = table.withUnsafeBufferPointer { CRC32.of(bytes, (offset + 4)..<end, table: $0) }
      guard crc == UInt32(truncatingIfNeeded: bytes.big32(end)) else {
        return "the CRC of the PNG image's \(name) chunk at byte \(offset) is wrong"
      }
      if name == "IDAT" { hasData = true }
      if name == "IEND" {
        return hasData ? nil : "the PNG image holds no pixel data (no IDAT chunk)"
      }
      offset = end + 4
    }
  }
}

/// The CRC of PNG chunks (ISO 3309), eight bytes a step.
enum CRC32 {
  /// Eight tables of 256 entries.
  static let table: [UInt32] = {
    var table = [UInt32](repeating: 0, count: 8 * 256)
    for value in 0..<256 {
      var crc = UInt32(value)
      for _ in 0..<8 { crc = crc & 1 == 1 ? 0xEDB8_8320 ^ crc >> 1 : crc >> 1 }
      table[value] = crc
    }
    for value in 256..<2048 {
      let previous = table[value - 256]
      table[value] = previous >> 8 ^ table[Int(previous & 255)]
    }
    return table
  }()

  static func of(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, table: UnsafeBufferPointer<UInt32>
  ) -> UInt32 {
    var crc = ~UInt32(0)
    var i = range.lowerBound
    while range.upperBound - i >= 8 {
      let low =
        crc
        ^ (UInt32(bytes[i]) | UInt32(bytes[i + 1]) << 8 | UInt32(bytes[i + 2]) << 16
          | UInt32(bytes[i + 3]) << 24)
      let first = table[1792 + Int(low & 255)] ^ table[1536 + Int(low >> 8 & 255)]
      let second = table[1280 + Int(low >> 16 & 255)] ^ table[1024 + Int(low >> 24)]
      let third = table[768 + Int(bytes[i + 4])] ^ table[512 + Int(bytes[i + 5])]
      let fourth = table[256 + Int(bytes[i + 6])] ^ table[Int(bytes[i + 7])]
      crc = first ^ second ^ third ^ fourth
      i += 8
    }
    while i < range.upperBound {
      crc = crc >> 8 ^ table[Int((crc ^ UInt32(bytes[i])) & 255)]
      i += 1
    }
    return ~crc
  }
}
