/// The structure of a Windows bitmap.
enum BMPCheck {
  static func check(_ bytes: UnsafeBufferPointer<UInt8>) -> ImageCheck {
    guard bytes.count >= 26 else {
      return .refused("the BMP image is truncated: \(bytes.count) bytes hold no header")
    }
    let pixelOffset = bytes.little32(10)
    let isOld = bytes.little32(14) == 12
    guard isOld || bytes.count >= 54 else {
      return .refused("the BMP image is truncated: \(bytes.count) bytes hold no header")
    }
    let width = isOld ? bytes.little16(18) : bytes.little32(18)
    // A negative height says that the top row comes first.
    let signed = Int(Int32(truncatingIfNeeded: isOld ? bytes.little16(20) : bytes.little32(22)))
    let bits = bytes.little16(isOld ? 24 : 28)
    let compression = isOld ? 0 : bytes.little32(30)
    guard [1, 4, 8, 16, 24, 32].contains(bits) else {
      return .refused("the BMP image has \(bits) bits a pixel")
    }
    let header = ImageHeader(
      format: .bmp, width: width, height: abs(signed), bitDepth: bits < 8 ? bits : 8,
      channels: bits == 32 ? 4 : 3)
    let isRunLength = compression == 1 || compression == 2
    var result = ImageCheck(
      sized: header, byteCount: bytes.count, pixelsPerByte: isRunLength ? 16384 : nil)
    guard result.header != nil, !isRunLength else { return result }
    let needed = (width * bits + 31) / 32 * 4 * header.height
    let held = bytes.count - pixelOffset
    if held < needed {
      result.problem =
        "the BMP image is truncated: \(needed) bytes of pixels needed, \(max(held, 0)) there"
      // A file that holds less than half of its pixels is not worth the memory that it claims.
      if held < needed / 2 { result.header = nil }
    }
    return result
  }
}

/// The structure of portable bit, grey and pixel maps.
enum PNMCheck {
  static func check(_ bytes: UnsafeBufferPointer<UInt8>) -> ImageCheck {
    let kind = Int(bytes[1]) - 0x30
    let isPlain = kind <= 3
    let isBitmap = kind == 1 || kind == 4
    let channels = kind == 3 || kind == 6 ? 3 : 1
    var offset = 2
    var numbers: [Int] = []
    while numbers.count < (isBitmap ? 2 : 3) {
      guard let number = nextNumber(bytes, &offset) else {
        return .refused("the PNM image's header is not three numbers")
      }
      numbers.append(number)
    }
    let largest = isBitmap ? 1 : numbers[2]
    guard (1...65535).contains(largest) else {
      return .refused("the PNM image's largest value is \(largest), not 1 to 65535")
    }
    let header = ImageHeader(
      format: .pnm, width: numbers[0], height: numbers[1],
      bitDepth: isBitmap ? 1 : largest < 256 ? 8 : 16, channels: channels)
    var result = ImageCheck(sized: header, byteCount: bytes.count, pixelsPerByte: 8)
    guard result.header != nil else { return result }
    let rowBytes =
      isBitmap ? (numbers[0] + 7) / 8 : numbers[0] * channels * (largest < 256 ? 1 : 2)
    let needed = isPlain ? numbers[0] * numbers[1] * channels : rowBytes * numbers[1]
    let held = bytes.count - offset - (isPlain ? 0 : 1)
    if held < needed {
      result.problem =
        "the PNM image is truncated: \(needed) bytes of pixels needed, \(max(held, 0)) there"
    }
    return result
  }

  /// The next number of the header; comments run from # to the end of the line.
  private static func nextNumber(_ bytes: UnsafeBufferPointer<UInt8>, _ offset: inout Int) -> Int? {
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte == 0x23 {
        while offset < bytes.count, bytes[offset] != 0x0A { offset += 1 }
      } else if byte == 0x20 || (0x09...0x0D).contains(byte) {
        offset += 1
      } else {
        break
      }
    }
    var value = 0
    let start = offset
    while offset < bytes.count, (0x30...0x39).contains(bytes[offset]) {
      guard offset - start < 9 else { return nil }
      value = value * 10 + Int(bytes[offset] - 0x30)
      offset += 1
    }
    return offset > start ? value : nil
  }
}

/// The sizes in the first directory of a TIFF file.
///
/// - Note: Source: Adobe, "TIFF Revision 6.0", 1992, section 2.
enum TIFFCheck {
  static func check(_ bytes: UnsafeBufferPointer<UInt8>) -> ImageCheck {
    let isLittle = bytes[0] == 0x49
    let short = { (offset: Int) in isLittle ? bytes.little16(offset) : bytes.big16(offset) }
    let long = { (offset: Int) in isLittle ? bytes.little32(offset) : bytes.big32(offset) }
    guard bytes.count >= 14 else { return .refused("the TIFF image is truncated: no header") }
    let directory = long(4)
    guard directory >= 8, directory <= bytes.count - 2 else {
      return .refused("the TIFF image is truncated: its directory lies outside the file")
    }
    let entries = short(directory)
    guard entries * 12 <= bytes.count - directory - 2 else {
      return .refused("the TIFF image is truncated: its directory is cut")
    }
    var values: [Int: Int] = [:]
    for entry in 0..<entries {
      let at = directory + 2 + 12 * entry
      let (tag, type, count) = (short(at), short(at + 2), long(at + 4))
      guard [256, 257, 258, 277].contains(tag), count >= 1 else { continue }
      if type == 3 && count > 2 {
        let place = long(at + 8)
        if place <= bytes.count - 2 { values[tag] = short(place) }
      } else if type == 3 {
        values[tag] = short(at + 8)
      } else if type == 4 && count == 1 {
        values[tag] = long(at + 8)
      }
    }
    let header = ImageHeader(
      format: .tiff, width: values[256] ?? 0, height: values[257] ?? 0, bitDepth: values[258] ?? 1,
      channels: values[277] ?? 1)
    guard (1...64).contains(header.bitDepth), (1...4).contains(header.channels) else {
      return .refused("the TIFF image has \(header.channels) channels of \(header.bitDepth) bits")
    }
    return ImageCheck(sized: header, byteCount: bytes.count, pixelsPerByte: 32768)
  }
}
