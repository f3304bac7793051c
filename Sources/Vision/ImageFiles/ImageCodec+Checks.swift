extension ImageCodec {
  /// Reads the header of an image file.
  ///
  /// - Parameter bytes: The file's bytes, or its beginning (64 KB usually hold the header).
  /// - Returns: Format and size; nil when nothing can be decoded from these bytes: an unknown format, a header that is
  ///   cut, contradicts itself or fails its CRC, a size of 0, beyond 2^28 pixels, or beyond what the bytes can hold.
  public static func header(_ bytes: [UInt8]) -> ImageHeader? { check(bytes, wholly: false).header }

  /// Checks the structure of an image file without decoding its pixels.
  ///
  /// PNG: signature, chunk lengths, all CRCs, end. JPEG: segments and the end marker. BMP and PNM: bytes against size.
  ///
  /// - Parameter bytes: The whole file.
  /// - Returns: What is wrong, in words; nil when the structure is sound. The pixel data may still fail to decode.
  public static func problem(in bytes: [UInt8]) -> String? { check(bytes, wholly: true).problem }

  static func check(_ bytes: [UInt8], wholly: Bool) -> ImageCheck {
    bytes.withUnsafeBufferPointer { bytes in
      if bytes.isEmpty { return .refused("the image file is empty") }
      if bytes.holds(PNGCheck.signature, at: 0) { return PNGCheck.check(bytes, wholly: wholly) }
      if bytes.holds(JPEGCheck.signature, at: 0) { return JPEGCheck.check(bytes, wholly: wholly) }
      if bytes.holds(Array("BM".utf8), at: 0) { return BMPCheck.check(bytes) }
      if bytes.count > 2, bytes[0] == 0x50, (0x31...0x36).contains(bytes[1]),
        bytes[2] == 0x23 || bytes[2] == 0x20 || (0x09...0x0D).contains(bytes[2])
      {
        return PNMCheck.check(bytes)
      }
      if bytes.holds([0x49, 0x49, 42, 0], at: 0) || bytes.holds([0x4D, 0x4D, 0, 42], at: 0) {
        return TIFFCheck.check(bytes)
      }
      return .refused("not an image of a known format (PNG, JPEG, BMP, PNM, TIFF)")
    }
  }
}
