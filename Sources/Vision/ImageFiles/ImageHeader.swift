/// What the first bytes of an image file say, read without decoding it.
public struct ImageHeader: Sendable, Equatable {
  /// Kinds of image files that are read.
  public enum Format: String, Sendable, CaseIterable {
    case png
    case jpeg
    case bmp
    /// Portable bit map, grey map or pixel map, plain or raw.
    case pnm
    case tiff
  }

  /// Kind of file.
  public var format: Format
  /// Columns.
  public var width: Int
  /// Rows.
  public var height: Int
  /// Bits of one value: 1, 2, 4, 8, 16, 32 or 64.
  public var bitDepth: Int
  /// Values per pixel as stored, alpha included; 3 for a palette.
  public var channels: Int

  /// A header from its parts.
  ///
  /// - Parameters:
  ///   - format: Kind of file.
  ///   - width: Columns.
  ///   - height: Rows.
  ///   - bitDepth: Bits of one value.
  ///   - channels: Values per pixel as stored.
  public init(format: Format, width: Int, height: Int, bitDepth: Int, channels: Int) {
    self.format = format
    self.width = width
    self.height = height
    self.bitDepth = bitDepth
    self.channels = channels
  }

  /// Images with more pixels are refused before memory is taken: 2^28 (16384 x 16384).
  public static let largestPixelCount = 1 << 28
}

/// What a structural check of an image file found.
struct ImageCheck {
  /// What the header says; nil when nothing can be decoded.
  var header: ImageHeader?
  /// What is wrong, in words; nil when the file is sound.
  var problem: String?

  static func refused(_ problem: String) -> ImageCheck { ImageCheck(header: nil, problem: problem) }

  init(header: ImageHeader?, problem: String?) {
    self.header = header
    self.problem = problem
  }

  /// The check of a header whose sizes may be absurd.
  ///
  /// - Parameters:
  ///   - header: What the file says.
  ///   - byteCount: Bytes of the file.
  ///   - pixelsPerByte: The most pixels that a byte of such a file can stand for; nil when there is no bound.
  init(sized header: ImageHeader, byteCount: Int, pixelsPerByte: Double?) {
    let size = "\(header.width) x \(header.height) pixels"
    let (count, overflow) = header.width.multipliedReportingOverflow(by: header.height)
    if header.width <= 0 || header.height <= 0 {
      self = .refused("the image's size is \(size): width and height must be above 0")
    } else if overflow || count > ImageHeader.largestPixelCount || header.width > 1 << 24
      || header.height > 1 << 24
    {
      self = .refused("the image is too large: \(size), the limit is 2^28")
    } else if let pixelsPerByte, Double(count) > pixelsPerByte * Double(byteCount) {
      self = .refused(
        "the image claims a size of \(size), more than its \(byteCount) bytes can hold")
    } else {
      self.init(header: header, problem: nil)
    }
  }
}

extension UnsafeBufferPointer where Element == UInt8 {
  /// The unsigned number of two bytes, most significant first.
  func big16(_ offset: Int) -> Int { Int(self[offset]) << 8 | Int(self[offset + 1]) }

  /// The unsigned number of four bytes, most significant first.
  func big32(_ offset: Int) -> Int { big16(offset) << 16 | big16(offset + 2) }

  /// The unsigned number of two bytes, least significant first.
  func little16(_ offset: Int) -> Int { Int(self[offset]) | Int(self[offset + 1]) << 8 }

  /// The unsigned number of four bytes, least significant first.
  func little32(_ offset: Int) -> Int { little16(offset) | little16(offset + 2) << 16 }

  /// Whether the bytes at `offset` are `bytes`.
  func holds(_ bytes: [UInt8], at offset: Int) -> Bool {
    offset >= 0 && count - offset >= bytes.count
      && bytes.indices.allSatisfy { self[offset + $0] == bytes[$0] }
  }
}
