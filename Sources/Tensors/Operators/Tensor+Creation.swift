import Foundation

/// Tensors of given values; all of them are made on the host without libtorch.
extension Tensor {
  /// A tensor of zeros.
  ///
  /// - Parameters:
  ///   - shape: Lengths of the axes.
  ///   - elementType: Type of the elements.
  /// - Returns: Zeros of `shape`.
  public static func zeros(_ shape: [Int], _ elementType: ElementType = .float32) -> Tensor {
    filled(shape, with: .real(0), elementType)
  }

  /// A tensor of ones.
  ///
  /// - Parameters:
  ///   - shape: Lengths of the axes.
  ///   - elementType: Type of the elements.
  /// - Returns: Ones of `shape`.
  public static func ones(_ shape: [Int], _ elementType: ElementType = .float32) -> Tensor {
    filled(shape, with: .real(1), elementType)
  }

  /// A tensor in which every element is `value`.
  ///
  /// - Parameters:
  ///   - shape: Lengths of the axes.
  ///   - value: The value, which `elementType` must be able to hold.
  ///   - elementType: Type of the elements.
  /// - Returns: A tensor of `shape`.
  public static func full(
    _ shape: [Int], _ value: some TensorScalar, _ elementType: ElementType = .float32
  ) -> Tensor {
    filled(shape, with: value.scalar, elementType)
  }

  /// Zeros of this tensor's shape and element type.
  ///
  /// - Returns: Zeros on the host.
  public func zerosLike() -> Tensor { .zeros(shape, elementType) }

  /// Ones of this tensor's shape and element type.
  ///
  /// - Returns: Ones on the host.
  public func onesLike() -> Tensor { .ones(shape, elementType) }

  /// The whole numbers from 0 to `count - 1`.
  ///
  /// - Parameter count: Their number, not negative.
  /// - Returns: `[count]` Int64.
  public static func arange(_ count: Int) -> Tensor { arange(0..<count) }

  /// The whole numbers of a range.
  ///
  /// - Parameter range: First number and the one after the last.
  /// - Returns: `[range.count]` Int64.
  public static func arange(_ range: Range<Int>) -> Tensor {
    Tensor(range.map { Int64($0) })
  }

  /// Numbers `start`, `start + step`, … below `end` (above it for a negative step).
  ///
  /// - Parameters:
  ///   - start: The first number.
  ///   - end: Where the numbers end; never reached.
  ///   - step: Their distance, not 0.
  ///   - elementType: Type of the elements, float32 or float64.
  /// - Returns: `[ceil((end - start) / step)]`.
  public static func arange(
    from start: Double, to end: Double, by step: Double, _ elementType: ElementType = .float32
  ) -> Tensor {
    require(
      step != 0 && (end - start) / step >= 0 && ((end - start) / step).isFinite,
      "arange: no numbers lead from \(start) to \(end) in steps of \(step)")
    let count = Int(((end - start) / step).rounded(.up))
    return generated(count, elementType, "arange") { start + Double($0) * step }
  }

  /// Numbers at equal distances, both ends included.
  ///
  /// - Parameters:
  ///   - start: The first number.
  ///   - end: The last number.
  ///   - count: How many, at least 1.
  ///   - elementType: Type of the elements, float32 or float64.
  /// - Returns: `[count]`.
  public static func linspace(
    from start: Double, to end: Double, count: Int, _ elementType: ElementType = .float32
  ) -> Tensor {
    require(count >= 1, "linspace: \(count) numbers")
    let step = count > 1 ? (end - start) / Double(count - 1) : 0
    return generated(count, elementType, "linspace") {
      $0 == count - 1 && count > 1 ? end : start + Double($0) * step
    }
  }

  /// The identity matrix.
  ///
  /// - Parameters:
  ///   - size: Rows.
  ///   - columns: Columns; as many as rows when left out.
  ///   - elementType: Type of the elements.
  /// - Returns: `[size, columns]` with ones on the diagonal.
  public static func eye(
    _ size: Int, columns: Int? = nil, _ elementType: ElementType = .float32
  ) -> Tensor {
    let columns = columns ?? size
    let zeros = zeros([size, columns], elementType)
    let one = ones([1], elementType)
    let host = HostStorage(byteCount: zeros.count * elementType.byteCount)
    zeros.withUnsafeBytes { old in
      if let start = old.baseAddress {
        host.base.copyMemory(from: start, byteCount: old.count)
      }
    }
    one.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return }
      for i in 0..<Swift.min(size, columns) {
        (host.base + i * (columns + 1) * bytes.count)
          .copyMemory(from: start, byteCount: bytes.count)
      }
    }
    return Tensor(
      storage: TensorStorage(host: host), shape: [size, columns], elementType: elementType)
  }

  private static func generated(
    _ count: Int, _ elementType: ElementType, _ operation: String, _ value: (Int) -> Double
  ) -> Tensor {
    switch elementType {
    case .float32: return Tensor((0..<count).map { Float(value($0)) })
    case .float64: return Tensor((0..<count).map { value($0) })
    default: stop("\(operation): \(elementType) is neither float32 nor float64")
    }
  }

  private static func filled(
    _ shape: [Int], with value: Scalar, _ elementType: ElementType
  ) -> Tensor {
    func whole<Element: TensorElement & FixedWidthInteger>(_ type: Element.Type) -> Tensor {
      guard let exact = Element(exactly: value.double) else {
        stop("full: \(elementType) cannot hold \(value.double)")
      }
      return Tensor(repeating: exact, shape: shape)
    }
    switch elementType {
    case .bool: return Tensor(repeating: value.double != 0, shape: shape)
    case .uint8: return whole(UInt8.self)
    case .int8: return whole(Int8.self)
    case .int16: return whole(Int16.self)
    case .int32: return whole(Int32.self)
    case .int64:
      if case .whole(let number) = value { return Tensor(repeating: Int64(number), shape: shape) }
      return whole(Int64.self)
    case .float16: return Tensor(repeating: Float16(value.double), shape: shape)
    case .float32: return Tensor(repeating: Float(value.double), shape: shape)
    case .float64: return Tensor(repeating: value.double, shape: shape)
    case .bfloat16:
      let bits = Tensor(repeating: Int16(bitPattern: bfloat16(value.double)), shape: shape)
      return Tensor(storage: bits.storage, shape: shape, elementType: .bfloat16)
    }
  }

  /// The upper half of a float32, rounded to nearest, ties to even.
  private static func bfloat16(_ value: Double) -> UInt16 {
    let bits = Float(value).bitPattern
    if Float(value).isNaN { return UInt16(bits >> 16) | 0x40 }
    return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
  }
}
