import Foundation

/// The structure of a JPEG file: marker segments, frame header, entropy-coded data up to the end marker.
///
/// - Note: Source: ITU-T T.81, "Digital compression and coding of continuous-tone still images", annex B.
enum JPEGCheck {
  static let signature: [UInt8] = [0xFF, 0xD8, 0xFF]

  /// Markers that begin a frame: all SOFn except DHT (C4), JPG (C8) and DAC (CC).
  private static let frameMarkers: Set<UInt8> = [
    0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF,
  ]

  static func check(_ bytes: UnsafeBufferPointer<UInt8>, wholly: Bool) -> ImageCheck {
    var header: ImageHeader?
    var offset = 2
    while true {
      guard let (marker, start) = nextMarker(bytes, from: offset) else {
        return truncated(bytes, header)
      }
      if marker == 0xD9 {
        return header == nil
          ? .refused("the JPEG image ends before its frame header")
          : ImageCheck(header: nil, problem: "the JPEG image holds no scan, so nothing to decode")
      }
      if marker == 0x01 || (0xD0...0xD8).contains(marker) {
        offset = start
        continue
      }
      guard bytes.count - start >= 2 else { return truncated(bytes, header) }
      let length = bytes.big16(start)
      guard length >= 2, length <= bytes.count - start else {
        return length < 2
          ? ImageCheck(header: header, problem: "a JPEG segment at byte \(start - 2) has no length")
          : truncated(bytes, header)
      }
      if frameMarkers.contains(marker) {
        let checked = frame(bytes, at: start, length: length)
        guard checked.header != nil else { return checked }
        header = checked.header
        if !wholly { return checked }
      }
      if marker == 0xDA {
        guard header != nil else {
          return .refused("the JPEG image has a scan before its frame header")
        }
        return ImageCheck(header: header, problem: scanProblem(bytes, from: start + length))
      }
      offset = start + length
    }
  }

  private static func truncated(
    _ bytes: UnsafeBufferPointer<UInt8>, _ header: ImageHeader?
  ) -> ImageCheck {
    ImageCheck(
      header: nil,
      problem: "the JPEG image is truncated: its \(bytes.count) bytes end before the picture data")
  }

  /// The marker at `offset` and where its segment begins; fill bytes are passed over.
  private static func nextMarker(
    _ bytes: UnsafeBufferPointer<UInt8>, from offset: Int
  ) -> (UInt8, Int)? {
    var i = offset
    while i + 1 < bytes.count {
      if bytes[i] == 0xFF && bytes[i + 1] != 0xFF && bytes[i + 1] != 0 {
        return (bytes[i + 1], i + 2)
      }
      i += 1
    }
    return nil
  }

  private static func frame(
    _ bytes: UnsafeBufferPointer<UInt8>, at start: Int, length: Int
  ) -> ImageCheck {
    guard length >= 8 else { return .refused("the JPEG image's frame header is too short") }
    let header = ImageHeader(
      format: .jpeg, width: bytes.big16(start + 5), height: bytes.big16(start + 3),
      bitDepth: Int(bytes[start + 2]), channels: Int(bytes[start + 7]))
    guard (1...4).contains(header.channels) else {
      return .refused("the JPEG image has \(header.channels) colour components")
    }
    // The first scan of each component spends at least a bit on a block of 64 pixels, and colour
    // is at most quartered; the factor 4 leaves room for arithmetic coding.
    return ImageCheck(sized: header, byteCount: bytes.count, pixelsPerByte: 4096)
  }

  /// Whether the data after the first scan header reaches the end marker.
  private static func scanProblem(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> String? {
    var i = start
    let count = bytes.count
    guard let base = bytes.baseAddress else { return nil }
    while i < count, let found = memchr(base + i, 0xFF, count - i) {
      i = base.distance(to: UnsafePointer(found.assumingMemoryBound(to: UInt8.self)))
      guard i + 1 < count else { break }
      switch bytes[i + 1] {
      case 0xD9: return nil
      case 0x00, 0x01, 0xD0...0xD7: i += 2
      case 0xFF: i += 1
      default:
        // A segment between scans: tables, the next scan header.
        guard count - i >= 4 else { return unfinished(count) }
        i += 2 + max(bytes.big16(i + 2), 2)
      }
    }
    return unfinished(count)
  }

  private static func unfinished(_ count: Int) -> String {
    "the JPEG image is truncated: its \(count) bytes end without an end-of-image marker"
  }
}
