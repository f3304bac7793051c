/// Builds little-endian bytes.
struct ByteWriter {
  var bytes: [UInt8] = []

  var count: Int { bytes.count }

  mutating func integer<Value: FixedWidthInteger>(_ value: Value) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Text after a 32-bit length.
  mutating func prefixedText(_ text: String) {
    integer(UInt32(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  /// What `build` writes, after its length in 32 bits.
  mutating func prefixed(_ build: (inout ByteWriter) -> Void) {
    let start = bytes.count
    integer(UInt32(0))
    build(&self)
    set(UInt32(bytes.count - start - 4), at: start)
  }

  /// Replaces an integer that was written before.
  mutating func set<Value: FixedWidthInteger>(_ value: Value, at offset: Int) {
    withUnsafeBytes(of: value.littleEndian) { raw in
      bytes.replaceSubrange(offset..<(offset + raw.count), with: raw)
    }
  }
}
