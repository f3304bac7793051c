import CCompression

extension MCAPChunk {
  /// Greatest size of a chunk that is taken into memory.
  static let greatestByteCount = 1 << 30

  /// What came out of a chunk.
  struct Content {
    /// The records as far as they could be restored.
    var bytes: ArraySlice<UInt8>
    /// Why it is not all; nil when it is.
    var problem: String?
  }

  /// Restores the records of a chunk whose `records` may end early.
  ///
  /// A stream that only lacks its end gives what precedes; one that is corrupt, or whose checksum is wrong, gives nothing,
  /// since nobody can tell which of its bytes are right.
  func decompressed(isCut: Bool) -> Content {
    guard uncompressedSize <= UInt64(Self.greatestByteCount) else {
      return Content(
        bytes: [],
        problem: "it claims \(uncompressedSize) bytes uncompressed, more than the limit of 1 GiB")
    }
    let claimed = Int(uncompressedSize)
    let compressed = compression == "zstd" || compression == "lz4"
    guard compressed || compression.isEmpty else {
      return Content(
        bytes: [],
        problem: "its compression '\(compression)' is unknown; zstd, lz4 and none are supported")
    }
    if compressed,
      claimed > max(256 << 20, records.count.multipliedReportingOverflow(by: 1024).partialValue)
    {
      return Content(
        bytes: [],
        problem:
          "it claims \(claimed) bytes uncompressed, too large for \(records.count) compressed ones")
    }
    let (bytes, problem) = compressed ? expanded(to: claimed) : copied(claimed)
    if let problem { return Content(bytes: bytes, problem: problem) }
    if uncompressedCRC != 0, !isCut {
      let crc = bytes.withUnsafeBufferPointer { ccompression_crc32(0, $0.baseAddress, $0.count) }
      if crc != uncompressedCRC {
        return Content(
          bytes: [],
          problem:
            "its CRC is \(uncompressedCRC.hexadecimal), but its records give \(crc.hexadecimal)")
      }
    }
    return Content(bytes: bytes, problem: nil)
  }

  private func copied(_ claimed: Int) -> (ArraySlice<UInt8>, String?) {
    guard records.count == claimed else {
      return (
        records, "it holds \(records.count) bytes, but claims an uncompressed size of \(claimed)"
      )
    }
    return (records, nil)
  }

  private func expanded(to claimed: Int) -> (ArraySlice<UInt8>, String?) {
    var status = CCOMPRESSION_OK
    // Memory beyond what really arrives stays untouched and so is never taken from the system.
    let bytes = [UInt8](unsafeUninitializedCapacity: claimed) { buffer, filled in
      status = records.withUnsafeBufferPointer { input in
        compression == "zstd"
          ? ccompression_zstd_decompress(
            input.baseAddress, input.count, buffer.baseAddress, claimed, &filled)
          : ccompression_lz4_decompress(
            input.baseAddress, input.count, buffer.baseAddress, claimed, &filled)
      }
    }
    let all = bytes[...]
    switch status {
    case CCOMPRESSION_OK where bytes.count == claimed: return (all, nil)
    case CCOMPRESSION_OK:
      return (
        all, "it expands to \(bytes.count) bytes, but claims an uncompressed size of \(claimed)"
      )
    case CCOMPRESSION_TRUNCATED:
      return (
        all,
        "its \(compression) stream is incomplete (truncated): \(bytes.count) of \(claimed) bytes decompress"
      )
    case CCOMPRESSION_TOO_LARGE:
      return (
        [],
        "its \(compression) stream expands to more than the uncompressed size of \(claimed) bytes that it claims"
      )
    case CCOMPRESSION_NO_MEMORY: return ([], "there is no memory to decompress it")
    default: return ([], "its \(compression) stream is corrupt and does not decompress")
    }
  }
}

extension FixedWidthInteger {
  /// `0x` and the digits of all bytes.
  var hexadecimal: String {
    let digits = String(self, radix: 16)
    return "0x" + String(repeating: "0", count: Swift.max(0, Self.bitWidth / 4 - digits.count))
      + digits
  }
}
