/// The number types that fields of cloud files and messages have.
public enum CloudScalarType: Sendable, CaseIterable {
  case int8
  case uint8
  case int16
  case uint16
  case int32
  case uint32
  case int64
  case uint64
  case float32
  case float64

  /// Bytes of one number.
  public var byteCount: Int {
    switch self {
    case .int8, .uint8: 1
    case .int16, .uint16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }

  var isInteger: Bool { self != .float32 && self != .float64 }
}

/// What is known of one field of the points before its values are read.
public struct CloudField: Sendable, Equatable {
  /// The name in the file.
  public var name: String
  /// Type of its numbers.
  public var type: CloudScalarType
  /// Numbers per point, at least 1.
  public var count: Int

  /// A field.
  ///
  /// - Parameters:
  ///   - name: The name in the file.
  ///   - type: Type of its numbers.
  ///   - count: Numbers per point, at least 1.
  public init(name: String, type: CloudScalarType, count: Int = 1) {
    self.name = name
    self.type = type
    self.count = count
  }

  /// Bytes per point.
  public var byteCount: Int { type.byteCount * count }

  /// Where the coordinates are among `fields`; nil when one is missing or not a single number.
  static func positionIndices(_ fields: [CloudField]) -> [Int]? {
    let found = ["x", "y", "z"].compactMap { axis in
      fields.firstIndex { $0.name == axis && $0.count == 1 }
        ?? fields.firstIndex { $0.name.lowercased() == axis && $0.count == 1 }
    }
    return found.count == 3 ? found : nil
  }
}

/// The values of one field for all points: `count` numbers a point, packed, little-endian.
public struct CloudColumn: Sendable {
  /// Name, type and numbers per point.
  public var field: CloudField
  /// The numbers, point after point.
  public var bytes: [UInt8]

  /// A column from packed bytes.
  ///
  /// - Parameters:
  ///   - field: Name, type and numbers per point.
  ///   - bytes: The numbers, point after point, little-endian.
  public init(field: CloudField, bytes: [UInt8]) {
    self.field = field
    self.bytes = bytes
  }

  /// Gathers one field out of interleaved points.
  ///
  /// - Parameters:
  ///   - field: Name, type and numbers per point.
  ///   - points: The interleaved points; must hold `(pointCount - 1) * stride + offset + field.byteCount` bytes.
  ///   - offset: Byte at which the field starts in a point.
  ///   - stride: Bytes from one point to the next.
  ///   - pointCount: Number of points.
  ///   - isBigEndian: Whether the numbers are stored with the highest byte first.
  public init(
    field: CloudField, from points: UnsafeRawBufferPointer, offset: Int, stride: Int,
    pointCount: Int, isBigEndian: Bool = false
  ) {
    let width = field.byteCount
    precondition(
      pointCount == 0 || (pointCount - 1) * stride + offset + width <= points.count,
      "\(pointCount) points of \(stride) bytes do not lie within \(points.count) bytes")
    self.field = field
    self.bytes = [UInt8](unsafeUninitializedCapacity: pointCount * width) { memory, filled in
      filled = pointCount * width
      guard filled > 0, let source = points.baseAddress, let target = memory.baseAddress else {
        return
      }
      let raw = UnsafeMutableRawPointer(target)
      if width == 4 {
        for i in 0..<pointCount {
          let word = source.loadUnaligned(fromByteOffset: i * stride + offset, as: UInt32.self)
          raw.storeBytes(of: word, toByteOffset: i * 4, as: UInt32.self)
        }
      } else {
        for i in 0..<pointCount {
          (raw + i * width).copyMemory(from: source + i * stride + offset, byteCount: width)
        }
      }
    }
    if isBigEndian { swapBytes() }
  }

  /// Splits interleaved points into their columns.
  static func split(
    _ points: UnsafeRawBufferPointer, fields: [CloudField], pointCount: Int,
    isBigEndian: Bool = false
  ) -> [CloudColumn] {
    let stride = fields.reduce(0) { $0 + $1.byteCount }
    var offset = 0
    return fields.map { field in
      defer { offset += field.byteCount }
      return CloudColumn(
        field: field, from: points, offset: offset, stride: stride, pointCount: pointCount,
        isBigEndian: isBigEndian)
    }
  }
}
