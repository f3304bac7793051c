import Foundation

/// What the outer structure of a video file says, read without decoding.
struct VideoContainer {
  /// Whether the number of frames in the container is a count (MP4, MOV) and no estimate.
  var countsFrames = false
  /// What is wrong, in words: a file that is shorter than its parts claim, or lacks its index.
  var problem: String?

  /// Walks the outermost parts of the file; nothing is found in containers other than MP4, AVI and Matroska.
  init(path: String) {
    guard let file = FileHandle(forReadingAtPath: path), let end = try? file.seekToEnd() else {
      return
    }
    defer { try? file.close() }
    let reader = PartReader(file: file, size: Int(clamping: end))
    let start = reader.bytes(at: 0, count: 12)
    guard start.count == 12 else { return }
    if start[4..<8].elementsEqual("ftyp".utf8) {
      countsFrames = true
      problem = Self.boxProblem(reader)
    } else if start[0..<4].elementsEqual("RIFF".utf8) {
      problem = Self.riffProblem(reader)
    } else if start[0..<4].elementsEqual([0x1A, 0x45, 0xDF, 0xA3]) {
      problem = Self.matroskaProblem(reader)
    }
  }

  /// ISO 14496-12, section 4.2: boxes of 32-bit size and type; 1 = a 64-bit size follows, 0 = to the end.
  private static func boxProblem(_ reader: PartReader) -> String? {
    var (offset, hasIndex) = (0, false)
    func cut(at offset: Int) -> String {
      truncation(reader, at: offset)
        + (hasIndex ? "" : "; its index (moov box) is missing, so that no frame can be found")
    }
    while offset < reader.size {
      let head = reader.bytes(at: offset, count: 16)
      guard head.count >= 8 else { return cut(at: offset) }
      if head[4..<8].elementsEqual("moov".utf8) { hasIndex = true }
      var size = Int(bigEndian(head[0..<4]))
      if size == 0 { break }
      if size == 1 {
        guard head.count == 16 else { return cut(at: offset) }
        size = Int(clamping: bigEndian(head[8..<16]))
      }
      guard size >= 8 else { return "the box at byte \(offset) has no size" }
      guard size <= reader.size - offset else { return cut(at: offset) }
      offset += size
    }
    return hasIndex ? nil : "the video has no index (no moov box): it was never finished"
  }

  /// RIFF: chunks of type and 32-bit size, least significant byte first, padded to even sizes.
  private static func riffProblem(_ reader: PartReader) -> String? {
    var offset = 0
    while offset < reader.size {
      let head = reader.bytes(at: offset, count: 8)
      // Bytes after the last RIFF chunk are padding.
      guard head.count == 8, offset == 0 || head[0..<4].elementsEqual("RIFF".utf8) else { break }
      let size = Int(bigEndian(head[4..<8].reversed()[...]))
      guard size <= reader.size - offset - 8 else { return truncation(reader, at: offset) }
      offset += 8 + size + size % 2
    }
    return nil
  }

  /// RFC 8794: elements of a variable-length id and size; all ones = unknown, as live recordings have.
  private static func matroskaProblem(_ reader: PartReader) -> String? {
    var offset = 0
    while offset < reader.size {
      let head = Array(reader.bytes(at: offset, count: 12))
      guard let first = head.first, first != 0 else { break }
      let idLength = first.leadingZeroBitCount + 1
      guard idLength < head.count, head[idLength] != 0 else { break }
      let sizeLength = head[idLength].leadingZeroBitCount + 1
      guard idLength + sizeLength <= head.count else { return truncation(reader, at: offset) }
      let mask = UInt64(1) << UInt64(7 * sizeLength) - 1
      let size = bigEndian(head[idLength..<(idLength + sizeLength)]) & mask
      if size == mask { break }
      let content = offset + idLength + sizeLength
      guard size <= UInt64(reader.size - content) else { return truncation(reader, at: offset) }
      offset = content + Int(size)
    }
    return nil
  }

  private static func truncation(_ reader: PartReader, at offset: Int) -> String {
    "the video is truncated: its part at byte \(offset) goes on beyond the file's \(reader.size) bytes"
  }

  private static func bigEndian(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }

  private struct PartReader {
    let file: FileHandle
    let size: Int

    /// Up to `count` bytes; fewer at the end of the file or when reading fails.
    func bytes(at offset: Int, count: Int) -> ArraySlice<UInt8> {
      guard (try? file.seek(toOffset: UInt64(offset))) != nil else { return [] }
      return [UInt8]((try? file.read(upToCount: count)) ?? Data())[...]
    }
  }
}
