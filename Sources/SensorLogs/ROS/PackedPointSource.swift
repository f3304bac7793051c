import Tensors

/// Packed points whose layout was checked against the bytes; the loops that take values out.
struct PackedPointSource {
  let base: UnsafeRawBufferPointer
  let count: Int
  let width: Int
  let pointStep: Int
  let rowStep: Int
  let bigEndian: Bool

  private var isDense: Bool { count <= width || rowStep == width * pointStep }

  /// Writes one element type's values at stride `step` beginning at `start`, converted.
  @inline(__always)
  private func run<Raw, Value>(
    _ field: PackedField, _ lane: Int, step: Int, into out: UnsafeMutableBufferPointer<Value>,
    at start: Int, load: (UnsafeRawPointer) -> Raw, convert: (Raw) -> Value
  ) {
    guard count > 0, let bytes = base.baseAddress, let target = out.baseAddress else { return }
    let offset = field.offset + lane * field.kind.byteCount
    var written = start
    var row = 0
    var left = count
    while left > 0 {
      var source = bytes + row + offset
      let columns = isDense ? left : Swift.min(width, left)
      for _ in 0..<columns {
        target[written] = convert(load(source))
        written &+= step
        source += pointStep
      }
      left -= columns
      row += rowStep
    }
  }

  @inline(__always)
  private func runInteger<Raw: FixedWidthInteger, Value>(
    _ type: Raw.Type, _ field: PackedField, _ lane: Int, step: Int,
    into out: UnsafeMutableBufferPointer<Value>, at start: Int, convert: (Raw) -> Value
  ) {
    if bigEndian {
      run(
        field, lane, step: step, into: out, at: start,
        load: { Raw(bigEndian: $0.loadUnaligned(as: Raw.self)) }, convert: convert)
    } else {
      run(
        field, lane, step: step, into: out, at: start,
        load: { $0.loadUnaligned(as: Raw.self) }, convert: convert)
    }
  }

  /// Values of a field as floating-point numbers or integers of another width.
  @inline(__always)
  private func write<Value>(
    _ field: PackedField, _ lane: Int, step: Int, into out: UnsafeMutableBufferPointer<Value>,
    at start: Int, real: (Double) -> Value, single: (Float) -> Value, integer: (Int64) -> Value
  ) {
    switch field.kind {
    case .int8:
      runInteger(Int8.self, field, lane, step: step, into: out, at: start) { integer(Int64($0)) }
    case .uint8:
      runInteger(UInt8.self, field, lane, step: step, into: out, at: start) { integer(Int64($0)) }
    case .int16:
      runInteger(Int16.self, field, lane, step: step, into: out, at: start) { integer(Int64($0)) }
    case .uint16:
      runInteger(UInt16.self, field, lane, step: step, into: out, at: start) { integer(Int64($0)) }
    case .int32:
      runInteger(Int32.self, field, lane, step: step, into: out, at: start) { integer(Int64($0)) }
    case .uint32:
      runInteger(UInt32.self, field, lane, step: step, into: out, at: start) { integer(Int64($0)) }
    case .float32:
      runInteger(UInt32.self, field, lane, step: step, into: out, at: start) {
        single(Float(bitPattern: $0))
      }
    case .float64:
      runInteger(UInt64.self, field, lane, step: step, into: out, at: start) {
        real(Double(bitPattern: $0))
      }
    }
  }

  /// Several fields side by side as Float.
  func gather(_ fields: [PackedField], into out: UnsafeMutableBufferPointer<Float>) {
    if let first = fields.first, fields.count == 3, !bigEndian, isDense,
      fields.allSatisfy({ $0.kind == .float32 }), fields[1].offset == first.offset + 4,
      fields[2].offset == first.offset + 8, let bytes = base.baseAddress,
      let target = out.baseAddress
    {
      var source = bytes + first.offset
      for point in 0..<count {
        let (x, y, z) = (
          source.loadUnaligned(as: UInt32.self),
          source.loadUnaligned(fromByteOffset: 4, as: UInt32.self),
          source.loadUnaligned(fromByteOffset: 8, as: UInt32.self)
        )
        target[3 &* point] = Float(bitPattern: x)
        target[3 &* point &+ 1] = Float(bitPattern: y)
        target[3 &* point &+ 2] = Float(bitPattern: z)
        source += pointStep
      }
      return
    }
    for (lane, field) in fields.enumerated() {
      write(
        field, 0, step: fields.count, into: out, at: lane, real: { Float($0) }, single: { $0 },
        integer: { Float($0) })
    }
  }

  func tensor(_ fields: [PackedField], of type: Float.Type) -> Tensor {
    Tensor(shape: [count, fields.count], of: Float.self) { gather(fields, into: $0) }
  }

  func tensor(_ fields: [PackedField], of type: Double.Type) -> Tensor {
    Tensor(shape: [count, fields.count], of: Double.self) { out in
      for (lane, field) in fields.enumerated() {
        write(
          field, 0, step: fields.count, into: out, at: lane, real: { $0 }, single: { Double($0) },
          integer: { Double($0) })
      }
    }
  }

  func tensor(_ fields: [PackedField], of type: UInt8.Type) -> Tensor {
    Tensor(shape: [count, fields.count], of: UInt8.self) { out in
      for (lane, field) in fields.enumerated() {
        runInteger(UInt8.self, field, 0, step: fields.count, into: out, at: lane) { $0 }
      }
    }
  }

  /// Red, green and blue out of a 32-bit word `0xAARRGGBB`, whether it is declared an integer or a float.
  func packedColor(_ field: PackedField) -> Tensor {
    Tensor(shape: [count, 3], of: UInt8.self) { out in
      for lane in 0..<3 {
        let shift = UInt32(16 - 8 * lane)
        runInteger(UInt32.self, field, 0, step: 3, into: out, at: lane) {
          UInt8(truncatingIfNeeded: $0 >> shift)
        }
      }
    }
  }

  func packedAlpha(_ field: PackedField) -> Tensor {
    Tensor(shape: [count, 1], of: UInt8.self) { out in
      runInteger(UInt32.self, field, 0, step: 1, into: out, at: 0) {
        UInt8(truncatingIfNeeded: $0 >> 24)
      }
    }
  }

  /// A field under the name and type that readers of Parallax use.
  func attribute(_ field: PackedField) -> (name: String, values: Tensor) {
    switch field.name {
    case "intensity" where field.count == 1:
      return ("intensity", tensor([field], of: Float.self))
    case "ring" where field.count == 1 && !field.kind.isFloating:
      return ("ring", own(field, of: Int32.self) { Int32(truncatingIfNeeded: $0) })
    case "t", "time", "timestamp", "time_stamp", "offset_time", "time_offset":
      guard field.count == 1 else { break }
      return ("time", seconds(field))
    default: break
    }
    switch field.kind {
    case .int8: return (field.name, own(field, of: Int8.self) { Int8(truncatingIfNeeded: $0) })
    case .uint8: return (field.name, own(field, of: UInt8.self) { UInt8(truncatingIfNeeded: $0) })
    case .int16: return (field.name, own(field, of: Int16.self) { Int16(truncatingIfNeeded: $0) })
    case .uint16, .int32:
      return (field.name, own(field, of: Int32.self) { Int32(truncatingIfNeeded: $0) })
    case .uint32: return (field.name, own(field, of: Int64.self) { $0 })
    case .float32:
      let tensor = Tensor(shape: [count, field.count], of: Float.self) { out in
        for lane in 0..<field.count {
          write(
            field, lane, step: field.count, into: out, at: lane, real: { Float($0) },
            single: { $0 }, integer: { Float($0) })
        }
      }
      return (field.name, tensor)
    case .float64:
      let tensor = Tensor(shape: [count, field.count], of: Double.self) { out in
        for lane in 0..<field.count {
          write(
            field, lane, step: field.count, into: out, at: lane, real: { $0 },
            single: { Double($0) }, integer: { Double($0) })
        }
      }
      return (field.name, tensor)
    }
  }

  private func own<Value: TensorElement>(
    _ field: PackedField, of type: Value.Type, _ convert: (Int64) -> Value
  ) -> Tensor {
    Tensor(shape: [count, field.count], of: Value.self) { out in
      for lane in 0..<field.count {
        write(
          field, lane, step: field.count, into: out, at: lane, real: { _ in convert(0) },
          single: { _ in convert(0) }, integer: convert)
      }
    }
  }

  /// Seconds: floating-point fields hold them, integer fields hold nanoseconds (Ouster, Livox).
  private func seconds(_ field: PackedField) -> Tensor {
    Tensor(shape: [count, 1], of: Double.self) { out in
      write(
        field, 0, step: 1, into: out, at: 0, real: { $0 }, single: { Double($0) },
        integer: { Double($0) * 1e-9 })
    }
  }
}
