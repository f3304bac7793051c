import CCompression

/// The checksum of MCAP (IEEE 802.3), built up part by part.
struct CRC32 {
  private(set) var value: UInt32 = 0

  init() {}

  init(of bytes: [UInt8]) { update(with: bytes[...]) }

  mutating func update(with bytes: ArraySlice<UInt8>) {
    value = bytes.withUnsafeBufferPointer { ccompression_crc32(value, $0.baseAddress, $0.count) }
  }

  /// Reads a range of a file in pieces.
  ///
  /// - Throws: ``FormatProblem`` when it is not all there.
  mutating func update(with range: Range<Int>, of file: RandomAccessFile) throws {
    var position = range.lowerBound
    while position < range.upperBound {
      let count = min(1 << 20, range.upperBound - position)
      update(with: try file.read(at: position, count: count)[...])
      position += count
    }
  }

  func updated(with bytes: ArraySlice<UInt8>) -> CRC32 {
    var next = self
    next.update(with: bytes)
    return next
  }
}
