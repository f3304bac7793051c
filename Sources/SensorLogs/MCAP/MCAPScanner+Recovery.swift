extension MCAPScanner {
  /// A record that claims more than the file holds.
  mutating func cut(_ opcode: UInt8, claimed: UInt64, room: Int) throws {
    let what = MCAPOpcode.name(opcode)
    if opcode == MCAPOpcode.chunk, let inner = chunkLength(at: offset) {
      if inner <= room {
        report(
          at: offset,
          "a chunk record claims a length of \(claimed) bytes, which exceeds the file; the length inside is used"
        )
        try takeChunk(offset, MCAPOpcode.prefixByteCount + inner, isCut: false)
        offset += MCAPOpcode.prefixByteCount + inner
        return
      }
      if claimed < 1 << 40 {
        let after = nextChunk(from: offset + MCAPOpcode.prefixByteCount)
        if after == nil {
          report(
            at: offset,
            "the file ends inside a chunk: \(room) of its \(claimed) bytes are there (truncated)")
          try takeChunk(offset, MCAPOpcode.prefixByteCount + room, isCut: true)
          ended = true
          return
        }
      }
    }
    report(
      at: offset,
      "a \(what) record claims a length of \(claimed) bytes, which exceeds the \(room) that are left (truncated or damaged)"
    )
    recover(from: offset + 1)
  }

  /// Goes on at the next chunk, or ends.
  mutating func recover(from start: Int) {
    guard let next = nextChunk(from: start) else {
      ended = true
      return
    }
    report(
      at: start, "\(next - start + 1) bytes are passed over up to the next chunk at byte \(next)")
    offset = next
  }

  /// The next place that the summary vouches for, else the next that looks like a chunk in every field.
  private func nextChunk(from start: Int) -> Int? {
    if let known = knownChunks.first(where: { $0.offset >= start }) { return known.offset }
    let (size, overlap) = (1 << 20, 64)
    var position = start
    while position < file.byteCount {
      let count = min(size + overlap, file.byteCount - position)
      guard let block = try? file.read(at: position, count: count) else { return nil }
      let found = block.withUnsafeBytes { bytes -> Int? in
        for index in 0..<min(size, count) where bytes[index] == MCAPOpcode.chunk {
          if let inner = Self.chunkLength(bytes, at: index, verifyingPrefix: true),
            inner <= file.byteCount - position - index - MCAPOpcode.prefixByteCount
          {
            return position + index
          }
        }
        return nil
      }
      if let found { return found }
      position += size
    }
    return nil
  }

  private func chunkLength(at offset: Int) -> Int? {
    let head = try? file.read(at: offset, count: min(64, file.byteCount - offset))
    return head.flatMap { $0.withUnsafeBytes { Self.chunkLength($0, at: 0) } }
  }

  /// The length of a chunk's content as its inner fields give it; nil when there is no plausible chunk.
  private static func chunkLength(
    _ bytes: UnsafeRawBufferPointer, at offset: Int, verifyingPrefix: Bool = false
  ) -> Int? {
    var reader = ByteReader(bytes)
    guard (try? reader.seek(to: offset + 1)) != nil, let prefix = try? reader.integer(UInt64.self),
      !verifyingPrefix || prefix < 1 << 40, let first = try? reader.integer(UInt64.self),
      let last = try? reader.integer(UInt64.self), first <= last, (try? reader.skip(12)) != nil,
      let named = try? reader.integer(UInt32.self), [0, 3, 4].contains(named),
      let name = try? reader.text(Int(named)), ["", "lz4", "zstd"].contains(name),
      let records = try? reader.integer(UInt64.self), records < 1 << 40
    else { return nil }
    let inner = 8 + 8 + 8 + 4 + 4 + name.utf8.count + 8 + Int(records)
    return verifyingPrefix && prefix != UInt64(inner) ? nil : inner
  }
}
