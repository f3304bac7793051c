extension CloudColumn {
  /// Points with the values of all columns side by side.
  static func interleave(_ columns: [CloudColumn], count: Int) -> [UInt8] {
    let stride = columns.reduce(0) { $0 + $1.field.byteCount }
    return [UInt8](unsafeUninitializedCapacity: stride * count) { memory, filled in
      filled = stride * count
      guard let target = UnsafeMutableRawPointer(memory.baseAddress) else { return }
      var offset = 0
      for column in columns {
        let width = column.field.byteCount
        column.bytes.withUnsafeBytes { source in
          guard let base = source.baseAddress else { return }
          if width == 4 {
            for i in 0..<count {
              let word = base.load(fromByteOffset: 4 * i, as: UInt32.self)
              target.storeBytes(of: word, toByteOffset: i * stride + offset, as: UInt32.self)
            }
          } else {
            for i in 0..<count {
              (target + i * stride + offset).copyMemory(from: base + i * width, byteCount: width)
            }
          }
        }
        offset += width
      }
    }
  }

  /// The same values with the bytes of each number in the reverse order.
  var byteSwapped: CloudColumn {
    var result = self
    result.swapBytes()
    return result
  }

  mutating func swapBytes() {
    let size = field.type.byteCount
    guard size > 1 else { return }
    bytes.withUnsafeMutableBufferPointer { memory in
      for start in stride(from: 0, to: memory.count, by: size) {
        for k in 0..<size / 2 { memory.swapAt(start + k, start + size - 1 - k) }
      }
    }
  }

  /// One line of text for each point, values separated by spaces.
  static func text(_ columns: [CloudColumn], count: Int) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(count * columns.reduce(0) { $0 + $1.field.count * 9 })
    for i in 0..<count {
      for (index, column) in columns.enumerated() {
        let width = column.field.count
        for k in i * width..<(i + 1) * width {
          if index > 0 || k > i * width { text.append(32) }
          column.appendText(at: k, to: &text)
        }
      }
      text.append(10)
    }
    return text
  }

  private func appendText(at index: Int, to text: inout [UInt8]) {
    bytes.withUnsafeBytes { raw in
      let offset = index * field.type.byteCount
      switch field.type {
      case .int8: Self.append(raw.load(fromByteOffset: offset, as: Int8.self), to: &text)
      case .uint8: Self.append(raw.load(fromByteOffset: offset, as: UInt8.self), to: &text)
      case .int16: Self.append(raw.load(fromByteOffset: offset, as: Int16.self), to: &text)
      case .uint16: Self.append(raw.load(fromByteOffset: offset, as: UInt16.self), to: &text)
      case .int32: Self.append(raw.load(fromByteOffset: offset, as: Int32.self), to: &text)
      case .uint32: Self.append(raw.load(fromByteOffset: offset, as: UInt32.self), to: &text)
      case .int64: Self.append(raw.load(fromByteOffset: offset, as: Int64.self), to: &text)
      case .uint64: Self.append(raw.load(fromByteOffset: offset, as: UInt64.self), to: &text)
      case .float32:
        NumberText.append(raw.load(fromByteOffset: offset, as: Float.self), to: &text)
      case .float64:
        NumberText.append(raw.load(fromByteOffset: offset, as: Double.self), to: &text)
      }
    }
  }

  private static func append(_ value: some BinaryInteger, to text: inout [UInt8]) {
    text.append(contentsOf: value.description.utf8)
  }
}
