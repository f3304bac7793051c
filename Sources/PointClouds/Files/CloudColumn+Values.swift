import Tensors

/// A number type of cloud files.
protocol CloudScalar {
  var asFloat: Float { get }
  var asDouble: Double { get }
  var asInt32: Int32 { get }
}

extension CloudScalar where Self: BinaryInteger {
  var asFloat: Float { Float(self) }
  var asDouble: Double { Double(self) }
  var asInt32: Int32 { Int32(truncatingIfNeeded: self) }
}

extension CloudScalar where Self: BinaryFloatingPoint {
  var asFloat: Float { Float(self) }
  var asDouble: Double { Double(self) }
  var asInt32: Int32 { Int32(exactly: self.rounded()) ?? 0 }
}

extension Int8: CloudScalar {}
extension UInt8: CloudScalar {}
extension Int16: CloudScalar {}
extension UInt16: CloudScalar {}
extension Int32: CloudScalar {}
extension UInt32: CloudScalar {}
extension Int64: CloudScalar {}
extension UInt64: CloudScalar {}
extension Float: CloudScalar {}
extension Double: CloudScalar {}

/// A number type that attributes of clouds have.
protocol CloudTarget: TensorElement {
  static func from(_ value: some CloudScalar) -> Self
}

extension Float: CloudTarget {
  static func from(_ value: some CloudScalar) -> Float { value.asFloat }
}
extension Double: CloudTarget {
  static func from(_ value: some CloudScalar) -> Double { value.asDouble }
}
extension Int32: CloudTarget {
  static func from(_ value: some CloudScalar) -> Int32 { value.asInt32 }
}
extension Int64: CloudTarget {
  static func from(_ value: some CloudScalar) -> Int64 {
    Int64(exactly: value.asDouble.rounded()) ?? 0
  }
}

extension CloudColumn {
  /// Writes the values, the first at `target[0]`, the next at `target[stride]`.
  func copy<Target: CloudTarget>(to target: UnsafeMutablePointer<Target>, stride: Int = 1) {
    bytes.withUnsafeBytes { raw in
      guard let base = raw.baseAddress else { return }
      let count = raw.count / field.type.byteCount
      switch field.type {
      case .int8: Self.convert(base, Int8.self, count, target, stride)
      case .uint8: Self.convert(base, UInt8.self, count, target, stride)
      case .int16: Self.convert(base, Int16.self, count, target, stride)
      case .uint16: Self.convert(base, UInt16.self, count, target, stride)
      case .int32: Self.convert(base, Int32.self, count, target, stride)
      case .uint32: Self.convert(base, UInt32.self, count, target, stride)
      case .int64: Self.convert(base, Int64.self, count, target, stride)
      case .uint64: Self.convert(base, UInt64.self, count, target, stride)
      case .float32: Self.convert(base, Float.self, count, target, stride)
      case .float64: Self.convert(base, Double.self, count, target, stride)
      }
    }
  }

  @inline(__always)
  private static func convert<Source: CloudScalar, Target: CloudTarget>(
    _ base: UnsafeRawPointer, _ source: Source.Type, _ count: Int,
    _ target: UnsafeMutablePointer<Target>, _ stride: Int
  ) {
    let width = MemoryLayout<Source>.stride
    for i in 0..<count {
      // Columns are packed and arrays start aligned: every value lies at a multiple of its size.
      target[i * stride] = Target.from(base.load(fromByteOffset: i * width, as: Source.self))
    }
  }

  /// The values converted to one element type, `[N, count]`.
  func converted<Target: CloudTarget>(to type: Target.Type, pointCount: Int) -> Tensor {
    Tensor(shape: [pointCount, field.count], of: Target.self) { memory in
      if let base = memory.baseAddress { copy(to: base) }
    }
  }

  /// The values as a tensor `[N, count]` of the nearest element type that holds every value.
  ///
  /// Tensors know no unsigned types but UInt8: 16 bits become Int32, 32 bits Int64; 64 bits keep their pattern as Int64.
  func tensor(pointCount: Int) -> Tensor {
    switch field.type {
    case .int8: unchanged(Int8.self, pointCount)
    case .uint8: unchanged(UInt8.self, pointCount)
    case .int16: unchanged(Int16.self, pointCount)
    case .int32: unchanged(Int32.self, pointCount)
    case .int64, .uint64: unchanged(Int64.self, pointCount)
    case .float32: unchanged(Float.self, pointCount)
    case .float64: unchanged(Double.self, pointCount)
    case .uint16: converted(to: Int32.self, pointCount: pointCount)
    case .uint32: converted(to: Int64.self, pointCount: pointCount)
    }
  }

  private func unchanged<Element: TensorElement>(_ type: Element.Type, _ pointCount: Int) -> Tensor
  {
    Tensor(shape: [pointCount, field.count], of: Element.self) { memory in
      bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(memory).copyMemory(from: $0) }
    }
  }
}
