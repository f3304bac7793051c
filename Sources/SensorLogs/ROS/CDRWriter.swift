/// Builds a little-endian CDR (XCDR1) message.
struct CDRWriter {
  private(set) var bytes: [UInt8] = [0, 1, 0, 0]

  @inline(__always)
  mutating func align(_ size: Int) {
    let past = (bytes.count - 4) & (size - 1)
    if past != 0 { bytes.append(contentsOf: repeatElement(0, count: size - past)) }
  }

  mutating func integer<Value: FixedWidthInteger>(_ value: Value) {
    align(MemoryLayout<Value>.size)
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func bool(_ value: Bool) { bytes.append(value ? 1 : 0) }
  mutating func float(_ value: Float) { integer(value.bitPattern) }
  mutating func double(_ value: Double) { integer(value.bitPattern) }

  mutating func text(_ value: String) {
    integer(UInt32(value.utf8.count + 1))
    bytes.append(contentsOf: value.utf8)
    bytes.append(0)
  }

  /// A sequence of bytes with its count.
  mutating func sequence(_ value: some Collection<UInt8>) {
    integer(UInt32(value.count))
    bytes.append(contentsOf: value)
  }

  /// A sequence of `count` bytes that `fill` writes.
  mutating func sequence(
    count: Int, _ fill: (UnsafeMutableRawBufferPointer) throws -> Void
  ) rethrows {
    integer(UInt32(count))
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: count))
    try bytes.withUnsafeMutableBytes { try fill(.init(rebasing: $0[start...])) }
  }

  /// Bytes as they are, without a count.
  mutating func append(_ value: some Collection<UInt8>) { bytes.append(contentsOf: value) }

  /// A count and numbers.
  mutating func sequence(_ values: [Double]) {
    integer(UInt32(values.count))
    for value in values { double(value) }
  }

  mutating func time(_ instant: Timestamp) {
    let (seconds, rest) = instant.floored
    integer(Int32(truncatingIfNeeded: seconds))
    integer(UInt32(rest))
  }

  mutating func reserve(_ count: Int) { bytes.reserveCapacity(bytes.count + count) }
}

extension Timestamp {
  /// Whole seconds, rounded down, and the nanoseconds above them.
  var floored: (seconds: Int64, nanoseconds: Int64) {
    let rest = nanoseconds % 1_000_000_000
    return rest < 0
      ? (nanoseconds / 1_000_000_000 - 1, rest + 1_000_000_000)
      : (nanoseconds / 1_000_000_000, rest)
  }
}
